import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import { ChangeConsent, Consent } from './consent';
import { Draft, LessonWork, SaveDraft, StoredExplanation } from './draft';
import { DraftVersion } from './draft-version';
import { Explanation } from './explanation';
import { AppendEvents, GenerationLog, NewGeneration } from './generation';
import { Lesson, LessonSummary, PublicLesson } from './lesson';
import { NewRating } from './rating';
import { RunResult } from './run';
import { NewSubmission } from './submission';
import { Verdict } from './verdict';

const uuid = '6f3c2f0e-4f8a-4b57-9f0e-2d1c5a7b9e11';
const hash = 'a'.repeat(64);
const claim = {
	id: 'a',
	kind: 'raises',
	probe: { setup: ['x = 1'], call: 'f(x)', stdin: [] },
	expect: { type: 'ValueError' }
};
const run = {
	runId: uuid,
	status: 'error',
	outputs: [
		{ kind: 'stdout', text: 'a' },
		{ kind: 'stdin', text: 'b' },
		{ kind: 'display', data: { 'text/plain': '1', 'text/html': '<b>1</b>', 'image/png': 'AAAA' } }
	],
	error: {
		type: 'ValueError',
		message: 'm',
		line: 1,
		columns: { from: 1, to: 2 },
		frames: [{ cell: 'a', function: 'f', line: 1, source: 's', values: [{ name: 'x', repr: '1' }] }],
		traceback: 't',
		cause: { what: 'w', why: 'y', where: 'e' }
	},
	checks: [],
	durationMs: 1,
	truncated: 0
};
const explanation = {
	purpose: { text: '', claims: [] },
	steps: [{ text: '', claims: [], from: 1, to: 1 }],
	examples: [claim],
	edgeCases: [],
	notes: { edgeCases: 'n' }
};
const model = { modelId: 'built-in', modelDigest: hash };
const events = [
	{ type: 'explanation-start', explanationId: uuid, python: '3.14' },
	{ type: 'section-delta', delta: { section: 'steps', step: 0, from: 1, to: 1, text: 't' } },
	{ type: 'claim', place: { section: 'edgeCases', why: 'w' }, claim },
	{
		type: 'verdict',
		verdict: { claimId: 'a', by: 'browser', outcome: { kind: 'raised', error: { type: 'E', message: 'm' } } }
	}
];
const header = {
	id: 'a',
	title: 't',
	summary: 's',
	order: 1,
	level: 'beginner',
	minutes: 1,
	language: 'en',
	tags: ['x'],
	prerequisites: ['b'],
	version: hash
};
const files = [{ name: 'd.csv', bytes: 1, hash }];
const blocks = [
	{
		kind: 'prose',
		nodes: [
			{
				kind: 'heading',
				level: 2,
				id: 'h',
				children: [{ kind: 'strong', children: [{ kind: 'text', text: 'a' }] }]
			},
			{ kind: 'list', ordered: true, start: 1, items: [[{ kind: 'quote', children: [{ kind: 'rule' }] }]] },
			{
				kind: 'table',
				align: [null],
				header: [[{ kind: 'code', text: 'c' }]],
				rows: [[[{ kind: 'break' }]]]
			},
			{
				kind: 'paragraph',
				children: [
					{ kind: 'link', href: '/', children: [{ kind: 'image', src: 'a', alt: 'b', width: 1, height: 1 }] }
				]
			}
		]
	},
	{
		kind: 'prose',
		nodes: [
			{ kind: 'callout', look: 'note', title: [], fold: 'open', children: [{ kind: 'rule' }] },
			{
				kind: 'paragraph',
				children: [
					{ kind: 'math', text: 'x', display: true },
					{ kind: 'footnote', number: 1, first: true }
				]
			},
			{ kind: 'footnotes', notes: [{ number: 1, children: [{ kind: 'rule' }] }] }
		]
	},
	{ kind: 'cell', cell: { id: 'c', role: 'example', label: 'l', starter: 'x' } },
	{
		kind: 'cell',
		cell: {
			id: 'e',
			role: 'exercise',
			exercise: 'e',
			starter: '___',
			editable: false,
			autorun: true,
			predict: true,
			blanks: true,
			expect: 'ValueError',
			files: ['a.csv']
		}
	},
	{ kind: 'cell', cell: { id: 's', role: 'setup', exercises: ['e'], starter: 'x' } },
	{
		kind: 'quiz',
		quiz: {
			choice: 'single',
			id: 'q',
			question: [{ kind: 'rule' }],
			options: [{ text: [{ kind: 'text', text: 'o' }], right: true, reply: [{ kind: 'rule' }] }]
		}
	}
];
const publicExercise = { id: 'e', cell: 'e', setup: ['s'], hints: [[{ kind: 'rule' }]], checks: 1 };
const exercise = {
	...publicExercise,
	checks: [{ where: 'page', code: 'c', limitMs: 500 }],
	solution: { code: 'c', nodes: [{ kind: 'rule' }] },
	mistakes: [{ id: 'm', belief: 'b', sample: 's', detector: 'd', message: [{ kind: 'rule' }] }]
};
const stored = {
	cellId: 'c',
	generationId: uuid,
	explanationId: uuid,
	status: 'complete',
	code: 'x',
	modelId: 'm',
	events,
	rating: 'helpful',
	ratingDetails: { reasons: ['off-topic'], comment: 'c', sections: { steps: 1 } }
};
const draft = { code: 'x', lastRun: { code: 'x', result: run } };

const samples: [string, v.GenericSchema, unknown][] = [
	['Explanation', Explanation, explanation],
	[
		'Verdict',
		Verdict,
		{ claimId: 'a', by: 'server', outcome: { kind: 'contradicted', actual: { kind: 'count', count: 0 } } }
	],
	['RunResult', RunResult, run],
	['Draft', Draft, draft],
	['SaveDraft', SaveDraft, { lessonVersion: hash, baseRevision: 0, draft, reset: true }],
	[
		'DraftVersion',
		DraftVersion,
		{
			revision: 1,
			lessonVersion: hash,
			savedAt: '2026-11-21T08:00:00.000Z',
			bytes: 1,
			reset: false,
			code: 'x'
		}
	],
	['StoredExplanation', StoredExplanation, stored],
	[
		'LessonWork',
		LessonWork,
		{
			drafts: [{ lessonId: 'a', cellId: 'c', lessonVersion: hash, revision: 1, draft }],
			explanations: [stored]
		}
	],
	[
		'NewSubmission',
		NewSubmission,
		{
			id: uuid,
			lessonId: 'a',
			lessonVersion: hash,
			cellId: 'c',
			code: 'x\0\ud800',
			codeHash: hash,
			context: [{ cellId: 'b', code: 'y' }],
			files: [],
			stdin: ['a'],
			result: run
		}
	],
	[
		'NewGeneration',
		NewGeneration,
		{
			id: uuid,
			submissionId: uuid,
			mode: 'explain',
			origin: 'browser',
			promptVersion: 'built-in/1',
			...model
		}
	],
	['AppendEvents', AppendEvents, { from: 0, events }],
	['GenerationLog', GenerationLog, { id: uuid, submissionId: uuid, next: 4, status: 'running', events }],
	[
		'NewRating',
		NewRating,
		{ value: 'helpful', reasons: ['unclear', 'wrong'], comment: 'c', sections: { purpose: 5 } }
	],
	['Consent', Consent, { state: 'given', at: '2026-11-21T08:00:00.000Z', wording: 'training/1' }],
	['ChangeConsent', ChangeConsent, { state: 'given', wording: 'training/1' }],
	['Lesson', Lesson, { ...header, authorNotes: 'n', blocks, exercises: [exercise], files }],
	['PublicLesson', PublicLesson, { ...header, blocks, exercises: [publicExercise], files }],
	['LessonSummary', LessonSummary, { ...header, cells: 1 }]
];

type Change = { at: string; changed: unknown };

/** Every value that has one key too many, in one of the sample's objects. */
function withExtraKey(value: unknown, at = '$'): Change[] {
	if (Array.isArray(value)) {
		return value.flatMap((item: unknown, index) =>
			withExtraKey(item, `${at}[${index}]`).map((change) => ({
				...change,
				changed: value.with(index, change.changed)
			}))
		);
	}
	if (typeof value !== 'object' || value === null) return [];
	return [
		{ at, changed: { ...value, surprise: 1 } },
		...Object.entries(value).flatMap(([key, inner]) =>
			withExtraKey(inner, `${at}.${key}`).map((change) => ({
				...change,
				changed: { ...value, [key]: change.changed }
			}))
		)
	];
}

describe.each(samples)('%s', (_, schema, sample) => {
	test('takes its sample unchanged', () => {
		expect(v.parse(schema, sample)).toEqual(sample);
	});

	test('has no place for anything unknown, however deep', () => {
		const changes = withExtraKey(sample);
		expect(changes.filter(({ changed }) => v.is(schema, changed)).map(({ at }) => at)).toEqual([]);
		expect(changes.length).toBeGreaterThan(0);
	});

	test.each([undefined, null, 0, '', [], {}])('is not %j', (other) => {
		expect(v.is(schema, other)).toBe(false);
	});
});
