import { expect, it } from 'vitest';
import * as v from 'valibot';
import { Block } from '$lib/domain/lesson';
import type { Markdown } from '$lib/domain/markdown';
import { splitAfterPrediction } from './after-prediction';

const paragraph = (text: string): Markdown => ({ kind: 'paragraph', children: [{ kind: 'text', text }] });
const heading: Markdown = {
	kind: 'heading',
	level: 2,
	id: 'next',
	children: [{ kind: 'text', text: 'Next' }]
};
const notes: Markdown = { kind: 'footnotes', notes: [{ number: 1, children: [paragraph('A note.')] }] };
const prose = (...nodes: Markdown[]): Block => ({ kind: 'prose', nodes });
const cell = (more: object = {}): Block =>
	v.parse(Block, { kind: 'cell', cell: { role: 'example', id: 'one', starter: 'print(1)', ...more } });
const [one, two] = [paragraph('It is one.'), paragraph('And so on.')];

it('holds back what directly follows the cell, up to a heading or the notes', () => {
	const predicted = cell({ predict: true });
	expect(splitAfterPrediction([predicted, prose(one, two)], 1)).toEqual({ told: [one, two], rest: [] });
	expect(splitAfterPrediction([predicted, prose(one, heading, two)], 1)).toEqual({
		told: [one],
		rest: [heading, two]
	});
	expect(splitAfterPrediction([predicted, prose(one, notes)], 1)).toEqual({ told: [one], rest: [notes] });
	expect(splitAfterPrediction([predicted, prose(heading, one)], 1).told).toEqual([]);
});

it('holds back nothing else', () => {
	const quiz = v.parse(Block, {
		kind: 'quiz',
		quiz: { id: 'q', choice: 'single', question: [one], options: [] }
	});
	for (const blocks of [
		[cell(), prose(one)],
		[prose(two), prose(one)],
		[cell({ predict: true }), quiz, prose(one)],
		[prose(one)]
	]) {
		expect(splitAfterPrediction(blocks, blocks.length - 1)).toEqual({ told: [], rest: [one] });
	}
	const predicted = [cell({ predict: true }), cell({ predict: true, id: 'two' })];
	expect(splitAfterPrediction(predicted, 1)).toEqual({ told: [], rest: [] });
});
