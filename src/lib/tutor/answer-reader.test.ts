import fc from 'fast-check';
import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import { anyExplanation } from '$lib/domain/arbitraries';
import { claimsOf, type Explanation } from '$lib/domain/explanation';
import { ExplanationId } from '$lib/domain/ids';
import { TutorEvent } from '$lib/domain/tutor-event';
import { objectionTo } from '$lib/server/tutoring/log-rules';
import { answerReader, type AnswerEnd } from './answer-reader';
import { advance, assemble, emptyView, explanationOf, type ExplanationView } from './assemble';

const start: TutorEvent = {
	type: 'explanation-start',
	explanationId: v.parse(ExplanationId, '6f3c2f0e-4f8a-4b57-9f0e-2d1c5a7b9e11'),
	python: '3.14.2'
};

type Read = { events: TutorEvent[]; view: ExplanationView; end: AnswerEnd };

function read(pieces: readonly string[], lines = 500): Read {
	const reader = answerReader({ lines });
	const events = [start, ...pieces.flatMap((piece) => reader.push(piece))];
	const last = reader.end();
	events.push(...last.events);
	return { events, view: assemble(events), end: last.end };
}

/** The explanation as it is stored, whichever of its sections have come to their end. */
const stored = ({ events }: Read): Explanation | undefined =>
	explanationOf(assemble([...events, { type: 'explanation-end' }]));

/** What the server has against these events in a log. */
function objections(events: readonly TutorEvent[]): unknown[] {
	let view = emptyView;
	return events.flatMap((event) => {
		const objection = objectionTo(event, view);
		view = advance(view, event);
		return objection === undefined ? [] : [objection];
	});
}

const withoutNotes = ({ purpose, steps, examples, edgeCases }: Explanation): Explanation => ({
	purpose,
	steps,
	examples,
	edgeCases
});

const answer = JSON.stringify({
	purpose: {
		text: 'It doubles `n` — “{a}” 🙂 \\ \n.',
		claims: [{ id: 'a', kind: 'returns', probe: { call: 'f(2)' }, expect: '4' }]
	},
	steps: [
		{
			from: 1,
			to: 2,
			text: 'First {b}.',
			claims: [{ id: 'b', kind: 'count', probe: {}, line: 2, expect: 3 }]
		},
		{ from: 3, to: 3, text: 'Then.', claims: [] }
	],
	examples: [{ id: 'c', kind: 'prints', probe: { call: 'f(3)', stdin: ['1'] }, expect: 'é\n' }],
	edgeCases: [
		{
			claim: { id: 'd', kind: 'raises', probe: { call: 'f([])' }, expect: { type: 'TypeError' } },
			why: 'A list.'
		}
	]
});

describe('a whole answer', () => {
	test('gives what is in it', () => {
		const whole = read([answer]);
		expect(whole.end).toEqual({ json: 'complete', missing: [], problems: [] });
		expect(stored(whole)).toEqual(JSON.parse(answer));
		expect(whole.events.every((event) => v.is(TutorEvent, event))).toBe(true);
	});

	test('and the same, wherever it is cut in two, and character by character', () => {
		const whole = stored(read([answer]));
		for (let at = 1; at < answer.length; at += 1) {
			expect(stored(read([answer.slice(0, at), answer.slice(at)])), `cut at ${at}`).toEqual(whole);
		}
		expect(stored(read(answer.split('')))).toEqual(whole);
	});

	test('each part comes as soon as it is complete', () => {
		const reader = answerReader({ lines: 9 });
		const arrivals: [string, number][] = [];
		Array.from(answer).forEach((character, at) => {
			for (const event of reader.push(character)) {
				if (event.type === 'claim') arrivals.push([event.claim.id, at]);
				if (event.type === 'section-end') arrivals.push([event.section, at]);
			}
		});
		// A claim in a list comes with its own closing brace, an edge case with that of the pair.
		const after = (words: string): number =>
			Array.from(answer.slice(0, answer.indexOf(words) + words.length)).length - 1;
		expect(arrivals.map(([name]) => name)).toEqual([
			'a',
			'purpose',
			'b',
			'steps',
			'c',
			'examples',
			'd',
			'edgeCases'
		]);
		expect(arrivals.slice(0, 3)).toEqual([
			['a', after('"expect":"4"}')],
			['purpose', after('"expect":"4"}]}')],
			['b', after('"expect":3}')]
		]);
		expect(arrivals[6]?.[1]).toBe(after('"why":"A list."}'));
	});

	test('no part of the text has half a character', () => {
		for (const event of read(answer.split('')).events) {
			if (event.type === 'section-delta' && event.delta.section === 'purpose') {
				expect(event.delta.text.isWellFormed()).toBe(true);
			}
		}
	});

	test('any explanation, its keys in any order, cut in any way', () => {
		const shuffled = (value: unknown, order: number): unknown => {
			if (Array.isArray(value)) return value.map((item) => shuffled(item, order));
			if (typeof value !== 'object' || value === null) return value;
			const entries = Object.entries(value).map(([key, inner]) => [key, shuffled(inner, order)] as const);
			const sorted = entries.toSorted(([a], [b]) => (a < b ? -1 : 1));
			return Object.fromEntries([entries, sorted, sorted.toReversed()][order] ?? entries);
		};
		fc.assert(
			fc.property(
				anyExplanation,
				fc.nat(2),
				fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 1 }),
				fc.nat(1),
				(explanation, order, sizes, indent) => {
					const expected = withoutNotes(explanation);
					const text = JSON.stringify(shuffled(expected, order), null, indent);
					const pieces: string[] = [];
					for (let at = 0, turn = 0; at < text.length; turn += 1) {
						const size = sizes[turn % sizes.length] ?? 1;
						pieces.push(text.slice(at, at + size));
						at += size;
					}
					const found = read(pieces);
					expect(found.end).toEqual({ json: 'complete', missing: [], problems: [] });
					expect(stored(found)).toEqual(expected);
				}
			)
		);
	});
});

describe('an answer with slips', () => {
	const small = '"purpose":{"text":"P","claims":[]},"steps":[],"examples":[],"edgeCases":[]';

	test.each([
		['a fence', `Here it is:\n\`\`\`json\n{${small}}\n\`\`\`\nI hope it helps! {}`],
		['words with braces', `In {x} and {"y": 1} we see {${small}} and {"purpose": "no"}`],
		['thoughts', `<think>{"purpose":{"text":"draft"}} hm</think>\n{${small}}`],
		['a wrapper', `{"explanation": {${small}}}`],
		['commas too many', `{${small.replaceAll('[]', '[,]')},,}`],
		['commas too few', `{${small.replace('},', '} ')}}`],
		['comments', `{${small.replace('},', '}, // one\n/* two **/')}}`],
		['single quotes', `{${small.replaceAll('"', "'")}}`],
		['keys without quotes', `{"purpose":{text:"P",claims:[]},steps:[],examples:[],edgeCases:[]}`],
		['other names', `{${small.replace('examples', 'Example').replace('edgeCases', 'edge_cases')}}`],
		['a purpose that is a sentence', `{${small.replace('{"text":"P","claims":[]}', '"P"')}}`],
		['a key of its own', `{${small},"confidence":0.9}`],
		['a section twice', `{${small},"purpose":{"text":"Q","claims":[]}}`]
	])('%s', (_, text) => {
		for (const pieces of [[text], text.split('')]) {
			const found = read(pieces);
			expect(found.end).toMatchObject({ json: 'complete', missing: [] });
			expect(found.view.purpose.text).toBe('P');
		}
	});

	test('line ends in strings, and escapes that JSON does not have', () => {
		const found = read([
			String.raw`{"purpose":"a` + '\n\t' + String.raw`\d \'x\' \u00e9 \u12 \ud83d\ude42"}`
		]);
		expect(found.view.purpose.text).toBe("a\n\t\\d 'x' é \\u12 🙂");
	});

	const claims = (...given: string[]): Read =>
		read([`{"purpose":{"text":"{a}","claims":[${given.join(',')}]}}`]);

	test.each([
		['3', '3'],
		['3.0', '3.0'],
		['-1e5', '-1e5'],
		['true', 'True'],
		['None', 'None'],
		['[1, "a\\n", null, [false]]', '[1, "a\\n", None, [False]]'],
		['{"k": 1}', '{"k": 1}'],
		['"[1, 2]"', '[1, 2]']
	])('a value as JSON: %s', (expected, source) => {
		const { view } = claims(`{"id":"a","kind":"returns","probe":{"call":"f()"},"expect":${expected}}`);
		expect(view.purpose.claims).toEqual([
			{ id: 'a', kind: 'returns', probe: { call: 'f()' }, expect: source }
		]);
	});

	test('a flat probe, numbers as text, exceptions in a word, an edge case without a frame', () => {
		const found = read([
			`{"examples":[{"id":"x","kind":"prints","call":"f()","stdin":[5],"expect":6},
			{"id":"y","kind":"count","line":"2","expect":"3","probe":null},
			{"id":"z","kind":"raises","call":"f(1)","expect":"ValueError: no good"}],
			"edgeCases":[{"id":"e","kind":"executed","line":2,"expect":false,"why":"Never."}]}`
		]);
		expect(found.end.problems).toEqual([]);
		expect(found.view.examples).toEqual([
			{ id: 'x', kind: 'prints', probe: { call: 'f()', stdin: ['5'] }, expect: '6' },
			{ id: 'y', kind: 'count', probe: {}, line: 2, expect: 3 },
			{ id: 'z', kind: 'raises', probe: { call: 'f(1)' }, expect: { type: 'ValueError', message: 'no good' } }
		]);
		expect(found.view.edgeCases).toEqual([
			{ claim: { id: 'e', kind: 'executed', probe: {}, line: 2, expect: false }, why: 'Never.' }
		]);
	});

	test('ids are made where they are missing, taken or none', () => {
		const one = (id: string): string => `{${id}"kind":"count","line":1,"expect":1}`;
		const { view } = claims(
			one(''),
			one('"id":"a",'),
			one('"id":"a",'),
			one('"id":"No!",'),
			one('"id":"__proto__",')
		);
		expect(view.purpose.claims.map(({ id }) => id)).toEqual(['c1', 'a', 'c2', 'c3', 'c4']);
	});

	test.each([
		['"a"'],
		['{"id":"a"}'],
		['{"id":"a","kind":"equals","expect":"1"}'],
		['{"id":"a","kind":"returns"}'],
		['{"id":"a","kind":"returns","probe":{"call":5},"expect":"1"}'],
		['{"id":"a","kind":"count","line":0,"expect":1}'],
		['{"id":"a","kind":"count","line":1,"expect":"often"}'],
		['{"id":"a","kind":"raises","expect":"an error"}'],
		['{"id":"a","kind":"executed","line":1,"expect":"yes"}'],
		[`{"id":"a","kind":"prints","expect":"${'x'.repeat(20_001)}"}`]
	])('%.80s is no claim, and the rest is kept', (given) => {
		const found = claims(given, '{"id":"b","kind":"count","line":1,"expect":1}');
		expect(found.view.purpose.claims.map(({ id }) => id)).toEqual(['b']);
		expect(found.end.problems.map(({ kind }) => kind)).toEqual(['claim']);
	});

	test('steps without lines, or outside of the code, are dropped with their claims; the others keep their order', () => {
		const claim = (id: string): string => `{"id":"${id}","kind":"count","line":1,"expect":1}`;
		const found = read(
			[
				`{"steps":[{"text":"no lines","claims":[${claim('a')}]},{"text":"late","claims":[${claim('b')}],"line":2},
				{"from":1,"to":99,"text":"too far","claims":[]},"only words",{"lines":[1,3],"text":"last"}]}`
			],
			3
		);
		expect(found.view.steps).toEqual([
			{ from: 2, to: 2, text: 'late', claims: [expect.objectContaining({ id: 'b' })] },
			{ from: 1, to: 3, text: 'last', claims: [] }
		]);
		expect(found.end.problems.map(({ kind }) => kind)).toEqual(['step', 'step', 'step']);
	});
});

describe('an answer that is not whole', () => {
	test('keeps what was there, and says what is missing', () => {
		const cut = read([answer.slice(0, answer.indexOf('"examples"'))]);
		expect(cut.end).toEqual({ json: 'cut', missing: ['examples', 'edgeCases'], problems: [] });
		expect(claimsOf(cut.view).map(({ id }) => id)).toEqual(['a', 'b']);
	});

	test.each([
		['', 'none'],
		['I cannot help with that.', 'none'],
		['{"title":"x"}', 'none'],
		['<think>{"purpose":"x"}', 'none'],
		['{"purpose', 'none'],
		['{"purpose":"a', 'cut'],
		['{"purpose":}', 'broken'],
		['{"purpose":"a" ] }', 'broken'],
		[`{"purpose":${'['.repeat(10_000)}`, 'broken']
	])('%.60s: %s', (text, json) => {
		expect(read([text]).end.json).toBe(json);
		expect(read(text.split('')).end.json).toBe(json);
	});

	test('cut anywhere, what is shown can be stored, and only the whole counts as complete', () => {
		for (let at = 0; at < answer.length; at += 1) {
			const found = read([answer.slice(0, at)]);
			expect(found.end.json).not.toBe('complete');
			expect(stored(found), `cut at ${at}`).toBeDefined();
		}
	});
});

describe('whatever comes', () => {
	const mutated = fc
		.tuple(
			fc.nat(answer.length),
			fc.nat(30),
			fc.oneof(fc.string({ unit: 'binary', maxLength: 5 }), fc.stringMatching(/^[{}[\]",:\\/]{0,5}$/))
		)
		.map(([at, length, put]) => answer.slice(0, at) + put + answer.slice(at + length));
	const anything = fc.oneof(
		mutated,
		fc.stringMatching(/^\{"purpose":[{}[\]",:\\a1 /*]{0,60}$/),
		fc.string({ unit: 'binary' })
	);

	test('it never throws, cuts change nothing, and what it gives can be stored', () => {
		fc.assert(
			fc.property(anything, fc.nat(300), (text, at) => {
				const whole = read([text]);
				expect(stored(whole)).toBeDefined();
				const halves = read([text.slice(0, at), text.slice(at)]);
				expect(halves.end).toEqual(whole.end);
				expect(halves.view).toEqual(whole.view);
				expect(objections(halves.events)).toEqual([]);
				expect(whole.events.every((event) => v.is(TutorEvent, event))).toBe(true);
			}),
			{ numRuns: 1_000 }
		);
	});

	test('no answer is too much', () => {
		const claim = (index: number): string => `{"id":"q${index}","kind":"count","line":1,"expect":1}`;
		const many = Array.from({ length: 400 }, (_, index) => claim(index)).join(',');
		const steps = Array.from({ length: 300 }, () => '{"line":1,"text":"s"}').join(',');
		const long = `${'x'.repeat(9_999)}🙂${'y'.repeat(30_000)}`;
		const found = read([
			`{"purpose":{"text":"${long}"},"steps":[${steps},{"line":1,"text":"${long}"}],"examples":[${many}],"edgeCases":[${many}]}`
		]);
		expect(found.view.purpose.text).toBe('x'.repeat(9_999));
		expect([found.view.steps.length, claimsOf(found.view).length]).toEqual([200, 60]);
		expect(stored(found)).toBeDefined();
		expect(found.end.problems.length).toBeLessThanOrEqual(100);
	});

	test('a long answer in small pieces is not copied with each of them', () => {
		const reader = answerReader({ lines: 1 });
		// With a copy for each piece this takes minutes.
		const text = `{"purpose":"p","other":"${'x'.repeat(1_000_000)}","steps":[]}`;
		for (let at = 0; at < text.length; at += 4) reader.push(text.slice(at, at + 4));
		expect(reader.end().end.json).toBe('complete');
	});
});
