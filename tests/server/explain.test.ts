import { setTimeout as sleep } from 'node:timers/promises';
import { eq } from 'drizzle-orm';
import { describe, expect, it, vi } from 'vitest';
import { newGenerationId, type GenerationId } from '$lib/domain/ids';
import type { LogPart } from '$lib/domain/log-part';
import type { TutorEvent } from '$lib/domain/tutor-event';
import type { Actor } from '$lib/server/auth/actor';
import { explanation } from '$lib/server/db/schema/explanation';
import { generation } from '$lib/server/db/schema/generation';
import type { Script } from '$lib/server/providers/scripted/script';
import { assemble, explanationOf } from '$lib/tutor/assemble';
import {
	answer,
	answerText as text,
	begin,
	builtIn,
	code,
	digest,
	openTutor,
	partsOf,
	wireOf,
	wires,
	type Process,
	type TutorWorld
} from './tutor-world';
import { lessonId, newLearner, newSubmission } from './world';

const eventsOf = (parts: readonly LogPart[]): TutorEvent[] =>
	parts.flatMap((part) => (part.type === 'event' ? [part.event] : []));

async function follow(process: Process, actor: Actor, id: GenerationId) {
	const parts = await Array.fromAsync(partsOf(process, actor, id));
	const events = eventsOf(parts);
	return { parts, events, view: assemble(events), end: parts.at(-1) };
}

async function rowOf({ database }: TutorWorld, id: GenerationId) {
	const [row] = await database.client.db.select().from(generation).where(eq(generation.id, id));
	if (row === undefined) throw new Error('There is no such generation.');
	return row;
}

describe.each(wires)('through %s', (wire) => {
	it('a whole answer is followed to its end, stored, and tells what wrote it', async () => {
		const world = await openTutor({ text, tokenChars: 20, gapMs: 2 }, { wire });
		const learner = newLearner();
		const id = await begin(world, learner);
		const { view, end, parts } = await follow(world, learner, id);
		expect(end).toEqual({ type: 'end', status: 'complete' });
		expect(explanationOf(view)).toEqual(answer);
		expect(parts.flatMap((part) => (part.type === 'event' ? [part.seq] : []))).toEqual(
			eventsOf(parts).map((_, index) => index)
		);
		const [stored] = await world.database.client.db.select().from(explanation);
		expect(stored).toMatchObject({ generationId: id, document: answer });
		const row = await rowOf(world, id);
		expect(row).toMatchObject({
			origin: 'server',
			status: 'complete',
			modelId: 'm:1b',
			prompt: { kind: 'chat', version: row.promptVersion },
			sampler: { temperature: 0.7, contextTokens: 8_192 }
		});
		if (wire === 'ollama') expect(row.modelDigest).toBe(digest);
		expect(JSON.stringify(row.prompt)).toContain('About functions.');
		expect(await world.tutoring.loadWork(learner, { lessonId })).toMatchObject({
			value: { explanations: [{ generationId: id, status: 'complete', modelId: 'm:1b' }] }
		});
	});

	it.each<[string, Script]>([
		// With time between the words: a connection that breaks at once takes back what was on its way.
		['killed in the middle of a line', { text, gapMs: 2, end: { kind: 'torn', after: 60, where: 'line' } }],
		[
			'killed in the middle of a character',
			{ text, gapMs: 2, end: { kind: 'torn', after: 60, where: 'character' } }
		],
		['closed without an end', { text, end: { kind: 'no-done', after: 60 } }],
		['silent', { text, end: { kind: 'stall', after: 60 } }],
		['talking nonsense', { text, end: { kind: 'garbage', after: 60, bytes: new Uint8Array([0xff, 0x0a]) } }],
		['too busy', { text, refuse: { status: 503, body: '{"error":"server busy"}' } }],
		['in another form', { text: 'I would rather talk about the weather.' }]
	])('%s: what was there stays, and the built-in explainer finishes', async (_, script) => {
		const idleMs = script.end?.kind === 'stall' ? 1_000 : 10_000;
		const world = await openTutor(script, { wire, idleMs });
		const learner = newLearner();
		const { view, end } = await follow(world, learner, await begin(world, learner));
		expect(end).toEqual({ type: 'end', status: 'complete' });
		expect(explanationOf(view)?.examples).toEqual(builtIn.examples);
		const isKept = script.end !== undefined;
		expect(view.purpose.text.startsWith(isKept ? answer.purpose.text.slice(0, 30) : 'Built in.')).toBe(true);
	});
});

describe('who follows a log', () => {
	it('gets the same bytes, wherever they come back, live and afterwards, in either process', async () => {
		const world = await openTutor({ text, tokenChars: 12, gapMs: 8 });
		const other = await world.another();
		const learner = newLearner();
		const id = await begin(world, learner);
		// All of these follow it while it is written, from the beginning and from places that are not there yet.
		const froms = [0, 1, 2, 5, 9, 14];
		const live = await Promise.all(
			froms.flatMap((from) => [wireOf(world, learner, id, from), wireOf(other, learner, id, from)])
		);
		const whole = await wireOf(other, learner, id);
		const frames = whole.split(/(?<=\n\n)/);
		expect(frames.length).toBeGreaterThan(20);
		expect(live).toEqual(
			froms.flatMap((from) => Array.from({ length: 2 }, () => frames.slice(from).join('')))
		);
		for (let from = 0; from <= frames.length; from += 1) {
			expect(await wireOf(world, learner, id, from)).toBe(frames.slice(from).join(''));
		}
	});

	it('may come and go while it is written: each goes on where they were', async () => {
		const world = await openTutor({ text, tokenChars: 20, gapMs: 5 });
		const learner = newLearner();
		const id = await begin(world, learner);
		const seen: TutorEvent[] = [];
		let isOver = false;
		while (!isOver) {
			const leaving = new AbortController();
			for await (const part of partsOf(world, learner, id, seen.length, leaving.signal)) {
				if (part.type === 'event') seen.push(part.event);
				if (part.type === 'end') isOver = true;
				// The tab blinks after every event.
				break;
			}
			leaving.abort();
		}
		expect(explanationOf(assemble(seen))).toEqual(answer);
		expect(world.server.received).toHaveLength(1);
	});

	it('hears nothing of a generation that is another’s', async () => {
		const world = await openTutor({ text });
		const id = await begin(world, newLearner());
		expect(await world.tutoring.followLog(newLearner(), { id, from: 0 })).toMatchObject({
			refusal: { code: 'not-found' }
		});
	});
});

/** Slow enough to be met while it writes. */
const slow: Script = { text, gapMs: 60 };
const begun = (parts: AsyncGenerator<LogPart>) =>
	(async () => {
		for await (const part of parts) if (part.type === 'event' && part.seq > 1) return;
	})();

describe('stopping', () => {
	it.each(['the same process', 'another one'])('takes effect within a second, through %s', async (where) => {
		const world = await openTutor(slow, { times: { lookMs: 250 } });
		const other = where === 'another one' ? await world.another() : world;
		const learner = newLearner();
		const id = await begin(world, learner);
		await begun(partsOf(world, learner, id));
		const following = follow(other, learner, id);
		const startedAt = performance.now();
		expect((await other.tutoring.stopGeneration(learner, { id })).ok).toBe(true);
		const { view, end } = await following;
		expect(performance.now() - startedAt).toBeLessThan(1_000);
		expect(end).toEqual({ type: 'end', status: 'failed' });
		expect(view).toMatchObject({ status: 'failed', error: { kind: 'stopped' } });
		// What was there stays.
		expect(view.purpose.text).not.toBe('');
		await vi.waitFor(() => expect(world.server.received[0]?.left).toBe(true));
		// Said again, and after the end, it changes nothing.
		expect((await other.tutoring.stopGeneration(learner, { id })).ok).toBe(true);
		expect((await rowOf(world, id)).status).toBe('failed');
	});

	it('ends one that waits for its turn, too', async () => {
		const world = await openTutor(slow, { parallel: () => 1 });
		await begin(world, newLearner());
		const learner = newLearner();
		const id = await begin(world, learner);
		await world.tutoring.stopGeneration(learner, { id });
		expect(await follow(world, learner, id)).toMatchObject({ view: { error: { kind: 'stopped' } } });
		expect(world.server.received).toHaveLength(1);
	});

	it('happens by itself when nobody follows it for long, and not when somebody does', async () => {
		const world = await openTutor(slow, { times: { unreadMs: 600, beatMs: 50 } });
		const [reader, absent] = [newLearner(), newLearner()];
		const followed = await begin(world, reader);
		const left = await begin(world, absent);
		const reading = follow(world, reader, followed);
		await vi.waitFor(async () => expect((await rowOf(world, left)).status).toBe('failed'), 5_000);
		expect((await rowOf(world, followed)).status).toBe('running');
		await world.tutoring.stopGeneration(reader, { id: followed });
		await reading;
	});
});

describe('the queue', () => {
	it('runs one of a learner at a time, lets two wait, and refuses more; others do not wait for them', async () => {
		const world = await openTutor({ text, tokenChars: 40, gapMs: 10 });
		const [busy, other] = [newLearner(), newLearner()];
		const ids = [await begin(world, busy), await begin(world, busy), await begin(world, busy)];
		expect(await world.tutoring.readOpen(busy, {})).toMatchObject({ value: ids.map((id) => ({ id, code })) });
		expect(await world.tutoring.readOpen(other, {})).toMatchObject({ value: [] });
		const fourth = { id: newGenerationId(), submission: await newSubmission(code), python: '3.14' };
		expect(await world.tutoring.explain(busy, { request: fourth })).toMatchObject({
			refusal: { code: 'too-many' }
		});
		const place = await partsOf(world, busy, ids[2] ?? fourth.id).next();
		expect(place.value).toMatchObject({ type: 'place' });
		const theirs = await follow(world, other, await begin(world, other));
		expect(theirs.view.status).toBe('complete');
		for (const id of ids) expect((await follow(world, busy, id)).view.status).toBe('complete');
		const starts = await Promise.all(
			ids.map(async (id) => (await rowOf(world, id)).startedAt?.getTime() ?? 0)
		);
		expect(starts).toEqual(starts.toSorted((a, b) => a - b));
		// There is room again.
		expect((await world.tutoring.explain(busy, { request: fourth })).ok).toBe(true);
	});

	it('is one for all processes: no more run at a time than the model server can do', async () => {
		let [now, most] = [0, 0];
		const world = await openTutor(
			() => {
				now += 1;
				most = Math.max(most, now);
				setTimeout(() => (now -= 1), 250);
				return { text, firstMs: 250, tokenChars: 200 };
			},
			{ parallel: () => 1 }
		);
		const other = await world.another();
		const learners = Array.from({ length: 4 }, () => newLearner());
		const views = await Promise.all(
			learners.map(async (learner, index) => {
				const process = index % 2 === 0 ? world : other;
				return (await follow(process, learner, await begin(process, learner))).view.status;
			})
		);
		expect(views).toEqual(learners.map(() => 'complete'));
		expect(most).toBe(1);
	});
});

describe('a process that ends', () => {
	it('says so in every log that it still writes, and leaves none running', async () => {
		const world = await openTutor(slow);
		const learners = [newLearner(), newLearner(), newLearner()];
		const ids = await Promise.all(learners.map((learner) => begin(world, learner)));
		await begun(partsOf(world, learners[0] ?? newLearner(), ids[0] ?? newGenerationId()));
		const following = learners.map((learner, index) =>
			follow(world, learner, ids[index] ?? newGenerationId())
		);
		const startedAt = performance.now();
		await world.generator.close();
		expect(performance.now() - startedAt).toBeLessThan(5_000);
		await Promise.all(following);
		const other = await world.another();
		for (const [index, learner] of learners.entries()) {
			const { end, view } = await follow(other, learner, ids[index] ?? newGenerationId());
			expect(end).toEqual({ type: 'end', status: 'interrupted' });
			expect(view).toMatchObject({ status: 'failed', error: { kind: 'interrupted' } });
		}
		const late = await newSubmission(code);
		expect(
			await world.tutoring.explain(newLearner(), {
				request: { id: newGenerationId(), submission: late, python: '' }
			})
		).toMatchObject({ refusal: { code: 'unavailable' } });
	});

	it('without a word is found out by another one, which ends its logs and never calls them finished', async () => {
		const world = await openTutor(slow, { times: { beatMs: 100 } });
		const learner = newLearner();
		const id = await begin(world, learner);
		await begun(partsOf(world, learner, id));
		// As if this process had died: another one judges by signs of life that are older than any may be.
		const other = await world.another({ times: { beatMs: 100, deadMs: 0 } });
		const { end, view } = await follow(other, learner, id);
		expect(end).toEqual({ type: 'end', status: 'interrupted' });
		expect(view).toMatchObject({ status: 'failed', error: { kind: 'interrupted' } });
		expect(view.purpose.text).not.toBe('');
		// The one that was taken for dead writes nothing more, and asks the model for nothing more.
		await vi.waitFor(() => expect(world.server.received[0]?.left).toBe(true), 5_000);
		await sleep(300);
		expect((await rowOf(world, id)).nextSeq).toBe((await follow(other, learner, id)).events.length);
	});
});

describe('an answer that was given before', () => {
	const ask = async (world: TutorWorld, learner: Actor, more: object = {}) => {
		const request = {
			id: newGenerationId(),
			submission: await newSubmission(`${code}  \r\n`),
			python: '3.14'
		};
		expect((await world.tutoring.explain(learner, { request: { ...request, ...more } })).ok).toBe(true);
		return { id: request.id, ...(await follow(world, learner, request.id)) };
	};

	it('is told again to whoever asks the same, as a generation of its own, and says so', async () => {
		const world = await openTutor({ text, tokenChars: 20 });
		const learner = newLearner();
		await follow(world, learner, await begin(world, learner));
		const { view, id } = await ask(world, newLearner());
		expect(view.isRecalled).toBe(true);
		expect(explanationOf(view)).toEqual(answer);
		expect(world.server.received).toHaveLength(1);
		expect(await rowOf(world, id)).toMatchObject({
			status: 'complete',
			modelId: 'm:1b',
			modelDigest: digest
		});
		// Verdicts are none of it.
		expect(view.verdicts.size).toBe(0);
		const again = await ask(world, newLearner(), { again: true });
		expect([again.view.isRecalled, world.server.received.length]).toEqual([undefined, 2]);
	});

	it('is not kept where the model did not finish it', async () => {
		const world = await openTutor({ text, end: { kind: 'no-done', after: 60 } });
		const learner = newLearner();
		await follow(world, learner, await begin(world, learner));
		expect((await ask(world, newLearner())).view.isRecalled).toBeUndefined();
		expect(world.server.received).toHaveLength(2);
	});
});

describe('a request', () => {
	it('that is sent twice begins one generation', async () => {
		const world = await openTutor({ text });
		const learner = newLearner();
		const request = { id: newGenerationId(), submission: await newSubmission(code), python: '3.14' };
		const answers = await Promise.all([1, 2, 3].map(() => world.tutoring.explain(learner, { request })));
		expect(answers.every(({ ok }) => ok)).toBe(true);
		await follow(world, learner, request.id);
		expect(world.server.received).toHaveLength(1);
		const other = { ...request, submission: await newSubmission('other') };
		expect(await world.tutoring.explain(learner, { request: other })).toMatchObject({
			refusal: { code: 'conflict' }
		});
		expect(await world.tutoring.explain(newLearner(), { request: other })).toMatchObject({
			refusal: { code: 'not-found' }
		});
	});

	it('is refused where no model can be asked, with the reason', async () => {
		const world = await openTutor({ text });
		await world.server.close();
		const request = { id: newGenerationId(), submission: await newSubmission(code), python: '3.14' };
		expect(await world.tutoring.explain(newLearner(), { request })).toMatchObject({
			refusal: { code: 'no-model' }
		});
		expect(await world.database.client.db.select().from(generation)).toEqual([]);
	});

	it('gives nobody but the server a hand in what the model says', async () => {
		const world = await openTutor(slow);
		const learner = newLearner();
		const id = await begin(world, learner);
		await begun(partsOf(world, learner, id));
		const { next } = await rowOf(world, id).then(({ nextSeq }) => ({ next: nextSeq }));
		const forged: TutorEvent = { type: 'section-delta', delta: { section: 'purpose', text: 'Mine.' } };
		expect(
			await world.tutoring.appendEvents(learner, { id, append: { from: next, events: [forged] } })
		).toMatchObject({ refusal: { code: 'conflict' } });
	});
});
