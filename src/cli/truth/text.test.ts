import * as v from 'valibot';
import { expect, it } from 'vitest';
import { Explanation } from '$lib/domain/explanation';
import { measureText, sectionsThere, sectionsWithContent } from './text';

const code = 'def add(first, second):\n    return first + second\n';
const explanation = (more: object = {}): Explanation =>
	v.parse(Explanation, {
		purpose: { text: 'It adds `first` and `second`.', claims: [] },
		steps: [],
		examples: [],
		edgeCases: [],
		...more
	});
const step = (text: string): object => ({ steps: [{ text, claims: [], from: 1, to: 2 }] });

it('finds names that the code does not have', () => {
	const of = (text: string): string[] => measureText(explanation(step(text)), code).unknownNames;
	expect(of('`first` and `len(first)` and `True`, as `add` does.')).toEqual([]);
	expect(of('`total` holds `frist + second`.')).toEqual(['frist', 'total']);
	expect(of('It prints `"some text"`.')).toEqual([]);
	expect(of('The running_total and maxValue go up, and the e-mail is sent.')).toEqual([
		'maxValue',
		'running_total'
	]);
});

it('knows the names that a probe binds', () => {
	const claim = {
		id: 'e1',
		kind: 'returns',
		expect: '1',
		probe: { setup: ['box = add(1, 2)'], call: 'box.size()' }
	};
	const made = explanation({ ...step('Then `box` is asked.'), examples: [claim] });
	expect(measureText(made, code).unknownNames).toEqual([]);
});

it('counts sentences that state a value, and words with code as one each', () => {
	const measures = measureText(explanation(step('The result is 12. Then it ends.')), code);
	expect(measures).toMatchObject({ valuesOutsideSlots: 1, words: 5 + 4 + 3, grade: null });
	const long = 'It goes on and on. '.repeat(20);
	expect(measureText(explanation(step(long)), code).grade).toBeLessThan(2);
});

it('counts a section as there when a note says why nothing stands in it', () => {
	const claim = { id: 'e1', kind: 'prints', probe: {}, expect: '' };
	const filled = {
		...step('One.'),
		examples: [claim],
		edgeCases: [{ claim: { ...claim, id: 'k1' }, why: 'So.' }]
	};
	const noted = { ...step('One.'), notes: { examples: 'None was found.', edgeCases: ' ' } };
	const counts = [filled, noted, step('')].map((more) => {
		const made = explanation(more);
		return [sectionsWithContent(made), sectionsThere(made)];
	});
	expect(counts).toEqual([
		[4, 4],
		[2, 3],
		[2, 2]
	]);
});
