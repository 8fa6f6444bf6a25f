import * as v from 'valibot';
import { expect, test } from 'vitest';
import { CheckReport } from '$lib/domain/exercise-check';
import { Exercise } from '$lib/domain/lesson';
import { holdMessage } from './hold-message';

const failed = (error: string): CheckReport =>
	v.parse(CheckReport, {
		status: 'ran',
		checks: [{ ok: false, call: 'f(1)', error: { type: error, message: '' } }]
	});
const ended = (type: string): CheckReport =>
	v.parse(CheckReport, { status: 'error', error: { type, message: '', traceback: '', frames: [] } });

/** What is told of a message, and the code that is asked about. */
async function held(text: string, report: CheckReport, answer?: CheckReport) {
	const exercise = v.parse(Exercise, {
		id: 'share',
		cell: 'share',
		setup: [],
		hints: [],
		checks: [],
		solution: { code: 'total = 12', nodes: [] },
		mistakes: [
			{
				id: 'm',
				belief: 'b',
				sample: 'total = 40 + "x"',
				message: [{ kind: 'paragraph', children: spans(text) }]
			}
		]
	});
	const told: string[] = [];
	const asked: string[] = [];
	const [mistake] = exercise.mistakes;
	if (mistake === undefined) throw new Error('no mistake');
	await holdMessage(
		(code) => {
			asked.push(code);
			return Promise.resolve(answer ?? report);
		},
		exercise,
		mistake,
		report,
		{ starter: 'total = 30', line: 7 },
		(line, what, more) =>
			void told.push(`${line} ${more?.kind ?? 'problem'} ${more?.got ?? what} / ${more?.expected ?? ''}`)
	);
	return { told, asked };
}

const spans = (text: string) =>
	text.split('`').map((part, index) => ({ kind: index % 2 === 1 ? 'code' : 'text', text: part }));

test('the error of a message is the one that ended the sample, or a call of a check', async () => {
	const message = 'The last line ends with a `TypeError`.';
	expect((await held(message, ended('TypeError'))).told).toEqual([]);
	expect((await held(message, failed('TypeError'))).told).toEqual([]);
	expect((await held(message, ended('KeyError'))).told).toEqual([
		expect.stringMatching(/^7 problem TypeError \/ KeyError/)
	]);
	expect((await held(message, failed('KeyError'))).told).toEqual([
		expect.stringMatching(/^7 problem TypeError \/ KeyError/)
	]);
	const right = v.parse(CheckReport, { status: 'ran', checks: [{ ok: false, call: 'f(1)', got: '1' }] });
	expect((await held(message, right)).told).toEqual([
		expect.stringMatching(/^7 problem TypeError \/ no error/)
	]);
});

test('of a sample that ends with an error its names are asked as far as they came', async () => {
	const { told, asked } = await held('Your `total` is 41.', ended('TypeError'), {
		status: 'ran',
		checks: [{ ok: false, message: '40' }]
	});
	expect(told).toEqual([expect.stringMatching(/^7 problem total: 41 \/ 40/)]);
	expect(asked).toEqual(['try:\n    total = 40 + "x"\nexcept Exception:\n    pass']);
});

test('a number has to be somewhere in the exercise', async () => {
	const seen = await held('It makes 12 of 30 and 40, then 77.', ended('TypeError'), {
		status: 'ran',
		checks: [{ ok: false, message: '[5]' }]
	});
	expect(seen.told).toEqual([expect.stringMatching(/^7 note 77 \//)]);
});
