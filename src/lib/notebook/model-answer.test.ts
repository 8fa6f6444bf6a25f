import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import type { Claim } from '$lib/domain/claim';
import { CellId, ClaimId, ContentHash, LessonId, newExplanationId, newSubmissionId } from '$lib/domain/ids';
import type { NewSubmission } from '$lib/domain/submission';
import type { TutorEvent } from '$lib/domain/tutor-event';
import type { RunnerClient } from '$lib/runner/page/client';
import { explainByModel } from './model-answer';

const hash = v.parse(ContentHash, '0'.repeat(64));
const submission: NewSubmission = {
	id: newSubmissionId(),
	lessonId: v.parse(LessonId, 'functions'),
	lessonVersion: hash,
	cellId: v.parse(CellId, 'double'),
	code: 'def double(n):\n    return 2 * n\n',
	codeHash: hash,
	context: [],
	files: [],
	stdin: []
};
const claim = (id: string, expected: string): Claim => ({
	id: v.parse(ClaimId, id),
	kind: 'returns',
	probe: { call: 'double(2)' },
	expect: expected
});
const lie = claim('a', '5');
const truth = claim('b', '4');
const head: TutorEvent = { type: 'explanation-start', explanationId: newExplanationId(), python: '3.14' };
const log: TutorEvent[] = [
	head,
	{ type: 'claim', place: { section: 'examples' }, claim: lie },
	{ type: 'replacement', refuted: lie.id, by: 'built-in', claim: truth },
	{ type: 'explanation-end' }
];
const stream = (events: readonly TutorEvent[], last: string): string =>
	events.map((event, seq) => `id: ${seq}\ndata: ${JSON.stringify(event)}\n\n`).join('') + last;
const ended = 'event: end\ndata: {"status":"complete"}\n\n';

/** A bench on which `double` really doubles. */
const bench = {
	call: (method: string, params: { claim?: Claim }) => {
		if (method !== 'verify') return Promise.resolve({ ok: false, why: 'failed', message: 'not asked for' });
		const isSo = params.claim?.kind === 'returns' && params.claim.expect === '4';
		const value = isSo
			? { kind: 'confirmed' }
			: { kind: 'contradicted', actual: { kind: 'value', value: '4' } };
		return Promise.resolve({ ok: true, value });
	}
} as unknown as RunnerClient;

/** A server that answers by method and the end of the path. */
function serverOf(answers: Record<string, () => Response>) {
	const asked: { to: string; body: unknown }[] = [];
	const fetcher: typeof fetch = (input, init) => {
		if (typeof input !== 'string') throw new Error('Our client gives paths.');
		const path = input.split('/').at(-1) ?? '';
		const to = `${init?.method ?? 'GET'} ${path}`;
		asked.push({ to, body: typeof init?.body === 'string' ? JSON.parse(init.body) : undefined });
		return Promise.resolve((answers[to] ?? (() => Response.json({ next: 9, status: 'running' })))());
	};
	return { fetcher, asked };
}

async function run(
	answers: Record<string, () => Response>,
	signal = new AbortController().signal,
	left = new AbortController().signal
) {
	const { fetcher, asked } = serverOf(answers);
	const told: TutorEvent[] = [];
	const end = await explainByModel(
		{ submission, python: '3.14', again: false },
		{
			fetcher,
			benches: { bench, spare: bench },
			signal,
			left,
			wait: () => Promise.resolve(),
			tell: (event) => void told.push(event),
			onplace: () => undefined
		}
	);
	return { end, asked, told };
}

describe('an explanation by the model', () => {
	test('is followed, and each claim tried, those that stand in for others too', async () => {
		const { end, told, asked } = await run({ 'GET events': () => new Response(stream(log, ended)) });
		expect(end).toEqual({ kind: 'ended', status: 'complete' });
		const verdicts = told.flatMap((event) => (event.type === 'verdict' ? [event.verdict] : []));
		expect(verdicts.map(({ claimId, by, outcome }) => [claimId, by, outcome.kind])).toEqual([
			['a', 'browser', 'contradicted'],
			['b', 'browser', 'confirmed']
		]);
		expect(told.filter(({ type }) => type !== 'verdict')).toEqual(log);
		expect(asked.filter(({ to }) => to === 'POST verdicts').map(({ body }) => body)).toEqual(
			verdicts.map((verdict) => ({ verdicts: [verdict] }))
		);
	});

	test('what has a verdict of this browser in the log is not tried again', async () => {
		const known: TutorEvent = {
			type: 'verdict',
			verdict: { claimId: truth.id, by: 'browser', outcome: { kind: 'confirmed' } }
		};
		const start: TutorEvent[] = [
			head,
			{ type: 'claim', place: { section: 'examples' }, claim: truth },
			known
		];
		const { asked } = await run({ 'GET events': () => new Response(stream(start, ended)) });
		expect(asked.filter(({ to }) => to === 'POST verdicts').length).toBeLessThanOrEqual(1);
	});

	test('without a model nothing is begun', async () => {
		const problem = { type: 'about:blank', title: 'No model', status: 409, code: 'no-model', detail: '' };
		const { end, told, asked } = await run({
			'POST explain': () => Response.json(problem, { status: 409 })
		});
		expect(end).toMatchObject({ kind: 'not-asked' });
		expect(told).toEqual([]);
		expect(asked.map(({ to }) => to)).toEqual(['POST explain']);
	});

	test('a page that goes leaves the server to write on', async () => {
		const leave = new AbortController();
		const answers = {
			'GET events': () => {
				leave.abort();
				return new Response(stream([head], ''));
			}
		};
		const { end, asked } = await run(answers, undefined, leave.signal);
		expect(end).toEqual({ kind: 'left' });
		expect(asked.map(({ to }) => to)).toEqual(['POST explain', 'GET events']);
	});

	test('Stop reaches the server, and the log is followed to its end', async () => {
		const stop = new AbortController();
		const stopped: TutorEvent = { type: 'explanation-error', error: 'stopped', detail: '' };
		const { end, told, asked } = await run(
			{
				'GET events': () => {
					stop.abort();
					const last = 'event: end\ndata: {"status":"failed"}\n\n';
					return new Response(stream([head, stopped], last));
				}
			},
			stop.signal
		);
		expect(end).toMatchObject({ kind: 'ended' });
		expect(told).toEqual([head, stopped]);
		expect(asked.map(({ to }) => to)).toContain('POST stop');
	});
});
