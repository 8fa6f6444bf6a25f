import { createHash } from 'node:crypto';
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as v from 'valibot';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { kernelHash } from 'virtual:procoder-runner/kernel';
import type { LessonWork } from '$lib/domain/draft';
import { newExplanationId, type CellId, type ExplanationId } from '$lib/domain/ids';
import { LessonFile, type Lesson } from '$lib/domain/lesson';
import type { RatingValue } from '$lib/domain/rating';
import { parseLesson } from '$lib/lessons/parse';
import { readPidFile } from '$lib/server/db/postgres/postmaster';
import { startBuiltServer, type BuiltServer } from './built-server';
import { stopPostgres } from './stop-postgres';
import { newGeneration, newSubmission, wholeLog } from './world';

/** What dies in each round, by SIGKILL, in the middle of the ratings. */
const rounds = ['server', 'both', 'server', 'postgres', 'both', 'server'] as const;
const ratings = 200;
/** A person would not wait longer for a restart. The median counts, on a machine that may be busy. */
const readyLimitMs = 30_000;

let dataDir: string;
let server: BuiltServer;
let lesson: Lesson;
beforeAll(async () => {
	dataDir = await mkdtemp(path.join(tmpdir(), 'procoder-kill-'));
	await chmod(dataDir, 0o711);
	const file = '04-first-functions/index.md';
	const picture = await readFile(`lessons/${path.dirname(file)}/names-of-a-call.svg`);
	const files = [
		v.parse(LessonFile, {
			name: 'names-of-a-call.svg',
			bytes: picture.length,
			hash: createHash('sha256').update(picture).digest('hex')
		})
	];
	const parsed = await parseLesson({ path: file, text: await readFile(`lessons/${file}`, 'utf8'), files });
	if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
	lesson = parsed.lesson;
	server = await startBuiltServer(dataDir);
});
afterAll(async () => {
	server.child.kill('SIGKILL');
	await server.gone;
	await stopPostgres(dataDir);
	await rm(dataDir, { recursive: true, force: true });
});

type Explained = { cookie: string; explanationId: ExplanationId; value: RatingValue };

const lessonPage = (): string => `${server.address}/lessons/${lesson.id}`;

/** What a browser sends, and its answer, read to its end. */
async function send(method: string, address: string, cookie: string, body?: unknown): Promise<string> {
	const response = await fetch(`${server.address}/api/v1/${address}`, {
		method,
		headers: { cookie, origin: server.address, 'content-type': 'application/json' },
		...(body === undefined ? {} : { body: JSON.stringify(body) })
	});
	const text = await response.text();
	if (response.status === 409 && text.includes('modelDigest')) {
		throw new Error('build/ was made from another kernel than the one here: run `npm run build` again.');
	}
	if (!response.ok) throw new Error(`${method} ${address}: ${response.status} ${text}`);
	return text;
}

/** A new learner, as one becomes it: by opening a lesson. */
async function newCookie(): Promise<string> {
	const response = await fetch(lessonPage());
	expect(response.status).toBe(200);
	await response.text();
	return response.headers.getSetCookie()[0]?.split(';')[0] ?? '';
}

/** One explanation in each cell of a learner's lesson, made through the API from the submission on. */
async function explainCells(cookie: string, cells: readonly CellId[]): Promise<Explained[]> {
	return Promise.all(
		cells.map(async (cellId, index) => {
			const submission = { ...(await newSubmission()), lessonVersion: lesson.version, cellId };
			const generation = { ...newGeneration(submission.id), modelDigest: kernelHash };
			const explanationId = newExplanationId();
			await send('POST', 'submissions', cookie, submission);
			await send('POST', 'generations', cookie, generation);
			const append = { from: 0, events: wholeLog(explanationId) };
			await send('POST', `generations/${generation.id}/events`, cookie, append);
			return { cookie, explanationId, value: index % 2 === 0 ? 'helpful' : 'not-helpful' };
		})
	);
}

/** Eight at a time, as many as there are. A lane ends at its first failure, which is when the server is gone. */
async function inParallel<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<Error[]> {
	const pending = [...items];
	const failures: Error[] = [];
	const lane = async (): Promise<void> => {
		for (let item = pending.shift(); item !== undefined; item = pending.shift()) {
			try {
				await work(item);
			} catch (error) {
				failures.push(error instanceof Error ? error : new Error(String(error)));
				return;
			}
		}
	};
	await Promise.all(Array.from({ length: 8 }, lane));
	return failures;
}

/** Every rating of these learners, as the API gives it. */
async function storedRatings(cookies: readonly string[]): Promise<Map<string, string>> {
	const found = new Map<string, string>();
	const failures = await inParallel(cookies, async (cookie) => {
		const work = JSON.parse(await send('GET', `lessons/${lesson.id}/work`, cookie)) as LessonWork;
		for (const { explanationId, rating } of work.explanations) {
			if (rating !== undefined) found.set(explanationId, rating);
		}
	});
	expect(failures).toEqual([]);
	return found;
}

/** The same, as the lesson's page gives it to the browser: out of the data in its script. */
async function shownRatings(cookies: readonly string[]): Promise<Map<string, string>> {
	const found = new Map<string, string>();
	const failures = await inParallel(cookies, async (cookie) => {
		const html = await (await fetch(lessonPage(), { headers: { cookie } })).text();
		for (const part of html.split('generationId:"').slice(1)) {
			const [, id = ''] = /explanationId:"([0-9a-f-]{36})"/.exec(part) ?? [];
			const [, rating] = /\brating:"([a-z-]+)"/.exec(part) ?? [];
			if (rating !== undefined) found.set(id, rating);
		}
	});
	expect(failures).toEqual([]);
	return found;
}

const kill = (what: (typeof rounds)[number]): void => {
	const postgres = readPidFile(path.join(dataDir, 'postgres'));
	if (what !== 'server' && postgres !== undefined) process.kill(postgres.pid, 'SIGKILL');
	if (what !== 'postgres') server.child.kill('SIGKILL');
};

it(
	`loses none of ${ratings} acknowledged ratings when server and database are killed again and again`,
	{ timeout: 600_000 },
	async () => {
		const cells = lesson.blocks.flatMap((block) => (block.kind === 'cell' ? [block.cell.id] : []));
		const explained: Explained[] = [];
		while (explained.length < ratings) {
			const cookie = await newCookie();
			explained.push(...(await explainCells(cookie, cells.slice(0, ratings - explained.length))));
		}
		const cookies = [...new Set(explained.map(({ cookie }) => cookie))];
		expect(cookies.length).toBeGreaterThan(1);
		const sent = new Map<string, string>(explained.map(({ explanationId, value }) => [explanationId, value]));

		const acknowledged = new Map<string, string>();
		const rate = async ({ cookie, explanationId, value }: Explained): Promise<void> => {
			await send('PUT', `explanations/${explanationId}/rating`, cookie, { value });
			acknowledged.set(explanationId, value);
		};
		const nothingIsLost = (found: ReadonlyMap<string, string>): void => {
			for (const [id, value] of acknowledged) expect(found.get(id)).toBe(value);
			// One that was on its way may be there or not; what is there was sent.
			for (const [id, value] of found) expect(value).toBe(sent.get(id));
		};

		const startTimes: number[] = [];
		let cut = 0;
		for (const [round, dying] of rounds.entries()) {
			const open = explained.filter(({ explanationId }) => !acknowledged.has(explanationId));
			const share = open.slice(0, Math.ceil((open.length / (rounds.length - round + 1)) * 1.2));
			const enough = acknowledged.size + Math.ceil(share.length / 2);
			const work = inParallel(share, rate);
			await Promise.race([
				work,
				vi.waitUntil(() => acknowledged.size >= enough, { timeout: 120_000, interval: 1 })
			]);
			kill(dying);
			cut += (await work).length;
			if (dying === 'postgres') {
				// The server outlives its database, starts it again and goes on.
				const healthy = () => send('GET', 'health', '');
				await vi.waitFor(healthy, { timeout: 120_000, interval: 100 });
			} else {
				await server.gone;
				server = await startBuiltServer(dataDir);
				startTimes.push(server.startMs);
			}
			nothingIsLost(await storedRatings(cookies));
		}
		expect(cut, 'requests that a kill cut off').toBeGreaterThan(0);

		const rest = explained.filter(({ explanationId }) => !acknowledged.has(explanationId));
		expect(await inParallel(rest, rate)).toEqual([]);
		expect(acknowledged.size).toBe(ratings);
		kill('both');
		await server.gone;
		server = await startBuiltServer(dataDir);
		nothingIsLost(await storedRatings(cookies));
		nothingIsLost(await shownRatings(cookies));

		const [median = Infinity] = startTimes.toSorted((a, b) => a - b).slice(Math.floor(startTimes.length / 2));
		expect(median, `milliseconds to ready: ${startTimes.join(', ')}`).toBeLessThan(readyLimitMs);
	}
);
