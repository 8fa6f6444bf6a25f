import { expect, test } from 'vitest';
import { explanationRows } from './explanation-rows';

test('an explanation goes on to the next one, or to the end', () => {
	const { rows } = explanationRows(5, [1, 3]);
	expect(rows).toEqual([
		{ cell: 1, until: 2 },
		{ cell: 2, until: 4 },
		{ cell: 3, until: 4 },
		{ cell: 4, until: 6 },
		{ cell: 5, until: 6 }
	]);
});

test('the last row beside an explanation takes what it is longer', () => {
	const grows = 'minmax(min-content, 0.001fr)';
	expect(explanationRows(5, [1, 3]).template).toBe(`auto auto ${grows} auto ${grows}`);
	expect(explanationRows(2, [0, 1]).template).toBe(`${grows} ${grows}`);
	expect(explanationRows(3, []).template).toBe('none');
});
