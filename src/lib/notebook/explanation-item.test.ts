import { expect, test } from 'vitest';
import { stepAt } from './explanation-item';

const step = (from: number, to: number) => ({ from, to, sentences: [] });

test('a line belongs to the step that speaks about the fewest lines around it', () => {
	const steps = [step(1, 6), step(2, 3), step(3, 3), step(8, 8)];
	const found = [1, 2, 3, 4, 7, 8, undefined].map((line) => stepAt(steps, line));
	expect(found.map((lines) => lines && [lines.from, lines.to])).toEqual([
		[1, 6],
		[2, 3],
		[3, 3],
		[1, 6],
		undefined,
		[8, 8],
		undefined
	]);
});
