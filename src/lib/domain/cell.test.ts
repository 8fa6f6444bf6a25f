import { describe, expect, test } from 'vitest';
import { transitionCell, type CellEvent, type CellRuntime } from './cell';
import { newRunId } from './ids';
import { textOfPart, type OutputPart } from './run';

const runId = newRunId();
const end = { status: 'ok', durationMs: 5, truncated: 0 } as const;
const play = (...events: CellEvent[]): CellRuntime =>
	events.reduce<CellRuntime>(transitionCell, { kind: 'idle' });
const begun: CellEvent[] = [
	{ type: 'queued', runId, code: 'x' },
	{ type: 'started', runId }
];

describe('a cell’s runtime', () => {
	test('goes from idle through queued and running to finished, with the code that ran', () => {
		expect(
			play(
				...begun,
				{ type: 'output', runId, parts: [{ kind: 'stdout', text: 'a' }] },
				{ type: 'ended', runId, end }
			)
		).toEqual({
			kind: 'finished',
			code: 'x',
			result: { runId, outputs: [{ kind: 'stdout', text: 'a' }], checks: [], ...end }
		});
	});

	test('text of one stream is one part; the order of streams is kept', () => {
		const parts = (['stdout', 'stdout', 'stderr', 'stdout'] as const).map((kind): CellEvent => ({
			type: 'output',
			runId,
			parts: [{ kind, text: '.' }]
		}));
		expect(play(...begun, ...parts)).toMatchObject({
			outputs: [
				{ kind: 'stdout', text: '..' },
				{ kind: 'stderr', text: '.' },
				{ kind: 'stdout', text: '.' }
			]
		});
	});

	test('what was printed before Stop still comes in while the run is being ended; its end freezes it', () => {
		const late: CellEvent = { type: 'output', runId, parts: [{ kind: 'stdout', text: 'before' }] };
		const stopping = play(...begun, { type: 'stop-asked', runId }, late);
		expect(stopping).toMatchObject({ outputs: [{ text: 'before' }], stopping: true });
		const ended = transitionCell(stopping, { type: 'ended', runId, end: { ...end, status: 'interrupted' } });
		expect(transitionCell(ended, late)).toBe(ended);
	});

	test('messages of another run change nothing', () => {
		const other = newRunId();
		const running = play(...begun);
		expect(transitionCell(running, { type: 'ended', runId: other, end })).toBe(running);
		expect(
			transitionCell(running, { type: 'output', runId: other, parts: [{ kind: 'stdout', text: 'x' }] })
		).toBe(running);
		expect(transitionCell(running, { type: 'queued', runId: other, code: 'y' })).toBe(running);
		expect(transitionCell({ kind: 'idle' }, { type: 'ended', runId, end })).toEqual({ kind: 'idle' });
	});

	test('a run that is stopped before it started is finished, without output', () => {
		expect(
			play(
				{ type: 'queued', runId, code: 'x' },
				{ type: 'ended', runId, end: { ...end, status: 'interrupted' } }
			)
		).toMatchObject({
			kind: 'finished',
			result: { status: 'interrupted', outputs: [] }
		});
	});

	test('a run that never began leaves what was there before', () => {
		const withdrawn: CellEvent[] = [
			{ type: 'queued', runId, code: 'x' },
			{ type: 'withdrawn', runId }
		];
		expect(play(...withdrawn)).toEqual({ kind: 'idle' });
		const finished = play(...begun, { type: 'ended', runId, end });
		expect(withdrawn.reduce(transitionCell, finished)).toEqual(finished);
	});

	test('a flood that changes streams with every letter stays a page, with nothing lost and in order', () => {
		const parts = Array.from({ length: 40_000 }, (_, n): OutputPart => ({
			kind: n % 2 === 0 ? 'stdout' : 'stderr',
			text: String(n % 10)
		}));
		const state = play(...begun, { type: 'output', runId, parts });
		const outputs = state.kind === 'running' ? state.outputs : [];
		expect(outputs.length).toBeLessThanOrEqual(1_000);
		const text = outputs.map(textOfPart).join('');
		expect(text).toBe(Array.from({ length: 40_000 }, (_, n) => n % 10).join(''));
	});

	test('among more parts than are kept apart, a value is its text, and what follows it stays visible', () => {
		const flood = Array.from({ length: 999 }, (_, n): OutputPart => ({
			kind: n % 2 === 0 ? 'stdout' : 'stderr',
			text: '.'
		}));
		const picture: OutputPart = { kind: 'display', data: { 'text/plain': '<Plot>', 'image/png': 'AAAA' } };
		const state = play(...begun, {
			type: 'output',
			runId,
			parts: [...flood, picture, picture, { kind: 'stderr', text: 'end' }]
		});
		const outputs = state.kind === 'running' ? state.outputs : [];
		expect(outputs).toHaveLength(1_000);
		expect(outputs.at(-1)).toEqual({ kind: 'stdout', text: '<Plot>\n<Plot>\nend' });
	});

	test('a question stands until it is answered, and the answer stays in the output as typed', () => {
		const asked: CellEvent = { type: 'asked', runId, question: { prompt: 'Name? ', secret: false } };
		const prompt: CellEvent = { type: 'output', runId, parts: [{ kind: 'stdout', text: 'Name? ' }] };
		expect(play(...begun, prompt, asked)).toMatchObject({ asking: { prompt: 'Name? ' } });
		const answered = play(...begun, prompt, asked, { type: 'answered', runId, text: 'Ada' });
		expect(answered).not.toHaveProperty('asking');
		expect(answered).toMatchObject({
			outputs: [
				{ kind: 'stdout', text: 'Name? ' },
				{ kind: 'stdin', text: 'Ada\n' }
			]
		});
		// Nobody asked, so there is nothing to answer.
		expect(transitionCell(answered, { type: 'answered', runId, text: 'again' })).toBe(answered);
	});

	test('a secret answer is not in the output', () => {
		const state = play(
			...begun,
			{ type: 'asked', runId, question: { prompt: '', secret: true } },
			{ type: 'answered', runId, text: 'swordfish' }
		);
		expect(state).toMatchObject({ outputs: [{ kind: 'stdin', text: '\n' }] });
	});

	test('Stop takes the question away, and no later one comes', () => {
		const asked: CellEvent = { type: 'asked', runId, question: { prompt: '', secret: false } };
		const stopping = play(...begun, asked, { type: 'stop-asked', runId });
		expect(stopping).not.toHaveProperty('asking');
		expect(transitionCell(stopping, asked)).toBe(stopping);
	});
});
