import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import type { RequestEvent } from '@sveltejs/kit';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import * as v from 'valibot';
import { kernelHash } from 'virtual:procoder-runner/kernel';
import { newExplanationId, newGenerationId, newSubmissionId } from '$lib/domain/ids';
import * as calls from '$lib/api/calls';
import { maxBodyBytes, maxCodeBytes } from '$lib/domain/limits';
import { MyDataExport } from '$lib/domain/my-data';
import { recordLesson } from '$lib/server/tutoring/record-lesson';
import { handleError, init } from '../../src/hooks.server';
import { addressOf, endpoints, origin, ownRequest, send } from './api';
import { freshDatabase, type FreshDatabase } from './database';
import {
	cellId,
	lesson,
	lessonId,
	lessonVersion,
	newAttempt,
	newGeneration,
	newSubmission,
	wholeLog
} from './world';

let database: FreshDatabase;
let dataDir: string;
let cookie: string;

beforeAll(async () => {
	database = await freshDatabase();
	dataDir = await mkdtemp(path.join(tmpdir(), 'procoder-api-'));
	Object.assign(process.env, {
		DATABASE_URL: database.url,
		DATA_DIR: dataDir,
		HOST: '',
		PORT: '',
		LESSONS_DIR: ''
	});
	await init();
	await recordLesson({ db: database.client.db }, lesson, {
		path: '01-first-functions/index.md',
		text: '# x'
	});
	cookie = await newCookie();
});
afterAll(async () => {
	const work: Promise<void>[] = [];
	const emit: (name: string, ...values: unknown[]) => boolean = process.emit.bind(process);
	emit('sveltekit:shutdown', 'test', (promise: Promise<void>) => work.push(promise));
	await Promise.all(work);
	await database.client.close();
	await rm(dataDir, { recursive: true, force: true });
});

/** A learner's cookie, as a browser would send it. */
async function newCookie(): Promise<string> {
	const { cookies } = await send(ownRequest('GET', '/api/v1/lessons/first-functions/work'));
	const [name, value] = [...cookies][0] ?? ['', ''];
	return `${name}=${value.split(';')[0] ?? ''}`;
}

async function call(method: string, address: string, body?: unknown, as = cookie) {
	const { response } = await send(ownRequest(method, `/api/v1/${address}`, body, as));
	const text = await response.text();
	const json: unknown = text === '' ? undefined : JSON.parse(text);
	return { status: response.status, body: json, headers: response.headers };
}

const built = (submissionId: Parameters<typeof newGeneration>[0]) => ({
	...newGeneration(submissionId),
	modelDigest: kernelHash
});

/** Submission, generation and explanation of one learner, through the API. */
async function explainedAs(as: string) {
	const submission = await newSubmission();
	const generation = built(submission.id);
	const explanationId = newExplanationId();
	const events = wholeLog(explanationId).filter((event) => event.type !== 'verdict');
	const statuses = [
		(await call('POST', 'submissions', submission, as)).status,
		(await call('POST', 'generations', generation, as)).status,
		(await call('POST', `generations/${generation.id}/events`, { from: 0, events }, as)).status
	];
	expect(statuses).toEqual([201, 201, 200]);
	return { submission, generation, explanationId };
}

describe('the whole loop', () => {
	it('stores, loads, rates and takes back', async () => {
		const as = await newCookie();
		const { submission, generation, explanationId } = await explainedAs(as);
		const draft = { lessonVersion, baseRevision: 0, draft: { code: 'x = 1' } };
		expect(await call('PUT', `lessons/${lessonId}/drafts/${cellId}`, draft, as)).toMatchObject({
			status: 200,
			body: { revision: 1 }
		});
		expect(
			await call('PUT', `lessons/${lessonId}/drafts/${cellId}`, { ...draft, draft: { code: 'y' } }, as)
		).toMatchObject({
			status: 409,
			body: { code: 'conflict', status: 409, stored: { revision: 1, draft: { code: 'x = 1' } } }
		});
		expect((await call('PUT', `explanations/${explanationId}/rating`, { value: 'helpful' }, as)).status).toBe(
			200
		);
		expect(await call('GET', `lessons/${lessonId}/work`, undefined, as)).toMatchObject({
			status: 200,
			body: { drafts: [{ draft: { code: 'x = 1' } }], explanations: [{ explanationId, rating: 'helpful' }] }
		});
		expect((await call('DELETE', `explanations/${explanationId}/rating`, undefined, as)).status).toBe(204);
		expect(await call('GET', `submissions/${submission.id}`, undefined, as)).toMatchObject({ status: 200 });
		expect(await call('GET', `generations/${generation.id}`, undefined, as)).toMatchObject({
			status: 200,
			body: { status: 'complete' }
		});
	});

	it('says where the log stands', async () => {
		const { generation } = await explainedAs(cookie);
		const append = { from: 99, events: [{ type: 'explanation-end' }] };
		expect(await call('POST', `generations/${generation.id}/events`, append)).toMatchObject({
			status: 409,
			body: { code: 'conflict', next: 11 }
		});
	});

	it('gives the words of the course as its own client reads them', async () => {
		const fetcher: typeof fetch = async (input, init) => {
			if (typeof input !== 'string') throw new Error('Our client gives paths.');
			return (await send(new Request(`${origin}${input}`, init))).response;
		};
		const answer = await calls.loadCourseText(fetcher);
		expect(answer.ok && answer.value.length).toBeGreaterThan(0);
	});

	it('answers about its health', async () => {
		expect(await call('GET', 'health')).toMatchObject({ status: 200, body: { status: 'ok' } });
	});
});

/** For each endpoint: a request that is right in everything but whose it is. */
const requests: Record<
	string,
	(mine: Awaited<ReturnType<typeof explainedAs>>) => {
		ids: Record<string, string>;
		body?: Record<string, unknown>;
	}
> = {
	'PUT /api/v1/lessons/[lesson]/drafts/[cell]': () => ({
		ids: { lesson: lessonId, cell: cellId },
		body: { lessonVersion, baseRevision: 0, draft: { code: '' } }
	}),
	'GET /api/v1/lessons/[lesson]/work': () => ({ ids: { lesson: lessonId } }),
	'GET /api/v1/lessons/[lesson]/cells/[cell]/versions': () => ({ ids: { lesson: lessonId, cell: cellId } }),
	'GET /api/v1/lessons/[lesson]/cells/[cell]/versions/[revision]': () => ({
		ids: { lesson: lessonId, cell: cellId, revision: '1' }
	}),
	'GET /api/v1/lessons/[lesson]/files/[hash]/[name]': () => ({
		ids: { lesson: lessonId, hash: lessonVersion, name: 'data.csv' }
	}),
	'GET /api/v1/lessons/[lesson]/solutions/[exercise]': () => ({
		ids: { lesson: lessonId, exercise: 'share' }
	}),
	'GET /api/v1/lessons/[lesson]/exercises/[exercise]/checks': () => ({
		ids: { lesson: lessonId, exercise: 'share' }
	}),
	'POST /api/v1/lessons/[lesson]/exercises/[exercise]/attempts': () => ({
		ids: { lesson: lessonId, exercise: 'share' },
		body: newAttempt()
	}),
	'POST /api/v1/submissions': ({ submission }) => ({ ids: {}, body: submission }),
	'GET /api/v1/submissions/[id]': ({ submission }) => ({ ids: { id: submission.id } }),
	'POST /api/v1/generations': ({ submission }) => ({ ids: {}, body: built(submission.id) }),
	'GET /api/v1/generations': () => ({ ids: {} }),
	'GET /api/v1/generations/[id]': ({ generation }) => ({ ids: { id: generation.id } }),
	'POST /api/v1/generations/[id]/events': ({ generation }) => ({
		ids: { id: generation.id },
		body: { from: 0, events: [{ type: 'explanation-end' }] }
	}),
	'GET /api/v1/generations/[id]/events': ({ generation }) => ({ ids: { id: generation.id } }),
	'POST /api/v1/generations/[id]/stop': ({ generation }) => ({ ids: { id: generation.id } }),
	'POST /api/v1/generations/[id]/verdicts': ({ generation }) => ({
		ids: { id: generation.id },
		body: { verdicts: [{ claimId: 'p1', by: 'browser', outcome: { kind: 'confirmed' } }] }
	}),
	'POST /api/v1/explain': ({ submission }) => ({
		ids: {},
		body: { id: newGenerationId(), submission, python: '3.14' }
	}),
	'PUT /api/v1/explanations/[id]/rating': ({ explanationId }) => ({
		ids: { id: explanationId },
		body: { value: 'not-helpful' }
	}),
	'DELETE /api/v1/explanations/[id]/rating': ({ explanationId }) => ({ ids: { id: explanationId } }),
	'GET /api/v1/me': () => ({ ids: {} }),
	'DELETE /api/v1/me': () => ({ ids: {}, body: { confirm: true } }),
	'GET /api/v1/me/export': () => ({ ids: {} }),
	'GET /api/v1/me/consent': () => ({ ids: {} }),
	'PUT /api/v1/me/consent': () => ({ ids: {}, body: { state: 'refused', wording: 'training/1' } }),
	'GET /api/v1/models': () => ({ ids: {} }),
	'GET /api/v1/tutor': () => ({ ids: {} }),
	'PUT /api/v1/tutor': () => ({ ids: {}, body: { tutor: null } }),
	'DELETE /api/v1/models': () => ({ ids: {}, body: { server: 'ollama', model: 'no-such:1b' } }),
	'POST /api/v1/models/pull': () => ({ ids: {}, body: { server: 'ollama', model: 'no-such:1b' } }),
	'GET /api/v1/health': () => ({ ids: {} }),
	'GET /api/v1/course': () => ({ ids: {} }),
	'GET /api/v1/changes': () => ({ ids: {} })
};
const nameOf = ({ method, id }: { method: string; id: string }): string => `${method} ${id}`;
/** What has no owner: a lesson's work is the asker's own, and so is a draft, and whatever is under /me; its files, solutions and checks are
 * everybody’s, and so are the course’s words and whether it changed. */
const ownerless = new Set([
	'GET /api/v1/lessons/[lesson]/files/[hash]/[name]',
	'GET /api/v1/lessons/[lesson]/solutions/[exercise]',
	'GET /api/v1/lessons/[lesson]/exercises/[exercise]/checks',
	// An attempt that is new is the asker's own; see ownership.test.ts for one that is not.
	'POST /api/v1/lessons/[lesson]/exercises/[exercise]/attempts',
	'PUT /api/v1/lessons/[lesson]/drafts/[cell]',
	'GET /api/v1/lessons/[lesson]/work',
	'GET /api/v1/lessons/[lesson]/cells/[cell]/versions',
	'GET /api/v1/generations',
	'GET /api/v1/me',
	'DELETE /api/v1/me',
	'GET /api/v1/me/export',
	'GET /api/v1/me/consent',
	'PUT /api/v1/me/consent',
	// The operator's, and what every page may know: see models.test.ts.
	'GET /api/v1/models',
	'DELETE /api/v1/models',
	'POST /api/v1/models/pull',
	'GET /api/v1/tutor',
	'PUT /api/v1/tutor',
	'GET /api/v1/health',
	'GET /api/v1/course',
	'GET /api/v1/changes'
]);

it('has a line in this test for every endpoint', () => {
	expect(endpoints.map(nameOf).toSorted()).toEqual(Object.keys(requests).toSorted());
});

type Endpoint = (typeof endpoints)[number];
const which = (condition: (endpoint: Endpoint) => boolean): [string, Endpoint][] =>
	endpoints.filter(condition).map((endpoint) => [nameOf(endpoint), endpoint]);
const withBody = which(
	({ method, id }) =>
		method === 'PUT' ||
		(method === 'POST' && !id.endsWith('/stop')) ||
		(method === 'DELETE' && ['/api/v1/me', '/api/v1/models'].includes(id))
);

/** An endpoint's address and a good body, about something that the learner `as` owns. */
async function aimedAt({ id, ...rest }: Endpoint, as: string) {
	const { ids, body } = requests[nameOf({ id, ...rest })]?.(await explainedAs(as)) ?? { ids: {} };
	return { address: addressOf(id, ids), body };
}

it.each(which((endpoint) => !ownerless.has(nameOf(endpoint))))(
	'%s answers 404 about what is another’s',
	async (_name, endpoint) => {
		const { address, body } = await aimedAt(endpoint, cookie);
		const { response } = await send(ownRequest(endpoint.method, address, body, await newCookie()));
		expect(response.status).toBe(404);
		expect(await response.json()).toMatchObject({ code: 'not-found' });
	}
);

/** An id, and a lesson's name: well-formed ones that name nothing, and what cannot be one. */
const unknownNames = [
	[newGenerationId(), 'no-such-lesson'],
	['nonsense', 'Not A Slug'],
	['\0', '\0'],
	['../..', '../..'],
	["'; drop table learner; --", "'; drop table learner; --"]
] as const;

it.each(which(({ id }) => id.includes('[')))(
	'%s answers 404 about what is not there, or cannot be',
	async (_name, endpoint) => {
		const { body } = await aimedAt(endpoint, cookie);
		for (const [unknown, lesson] of unknownNames) {
			const ids = { id: encodeURIComponent(unknown), lesson: encodeURIComponent(lesson), cell: 'x' };
			const { response } = await send(ownRequest(endpoint.method, addressOf(endpoint.id, ids), body, cookie));
			expect(response.status).toBe(404);
		}
	}
);

it.each(which(({ method }) => method !== 'GET'))('%s refuses every other site', async (_name, endpoint) => {
	const { address, body } = await aimedAt(endpoint, cookie);
	const from = async (headers: Record<string, string>): Promise<string> => {
		const request = new Request(`${origin}${address}`, {
			method: endpoint.method,
			headers: { cookie, 'content-type': 'application/json', ...headers },
			...(body === undefined ? {} : { body: JSON.stringify(body) })
		});
		const { response } = await send(request);
		// An answer without a body, or with another one, comes from beyond.
		const { code = '' } = (await response.json().catch(() => ({}))) as { code?: string };
		return `${response.status} ${code}`;
	};
	const refused: Record<string, string>[] = [
		{},
		{ 'sec-fetch-site': 'cross-site' },
		{ 'sec-fetch-site': 'same-site' },
		{ 'sec-fetch-site': 'none' },
		{ 'sec-fetch-site': 'cross-site', origin },
		{ 'sec-fetch-site': 'same-origin', origin: 'http://evil.example' },
		{ origin: 'http://evil.example' },
		{ origin: 'http://localhost:3001' },
		{ origin: 'null' },
		{ origin: '' }
	];
	for (const headers of refused) expect([headers, await from(headers)]).toEqual([headers, '403 cross-site']);
	for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data']) {
		expect(await from({ 'content-type': type, origin: 'http://evil.example' })).toBe('403 cross-site');
	}
	const allowed: Record<string, string>[] = [
		{ 'sec-fetch-site': 'same-origin' },
		{ 'sec-fetch-site': 'same-origin', origin },
		{ origin }
	];
	for (const headers of allowed) expect(await from(headers)).not.toContain('cross-site');
});

it.each(withBody)('%s takes JSON in UTF-8 of the right shape only', async (_name, endpoint) => {
	const { address } = await aimedAt(endpoint, cookie);
	const status = async (body: BodyInit, type = 'application/json'): Promise<number> => {
		const headers = { cookie, 'sec-fetch-site': 'same-origin', 'content-type': type };
		return (await send(new Request(`${origin}${address}`, { method: endpoint.method, headers, body })))
			.response.status;
	};
	expect(await status('{}', 'text/plain')).toBe(415);
	expect(await status('{}', 'application/json; charset=latin1')).toBe(415);
	expect(await status('{', 'application/json; charset=utf-8')).toBe(400);
	expect(await status('{"id": "\0"}')).toBe(400);
	expect(await status(new Uint8Array([0x7b, 0xff, 0x7d]))).toBe(422);
	expect(await status('{}')).toBe(422);
	expect(await status('[]')).toBe(422);
	expect(await status('1e400')).toBe(422);
	expect(await status('['.repeat(20_000) + ']'.repeat(20_000))).toBe(422);
	expect(await status(`"${'x'.repeat(maxBodyBytes)}"`)).toBe(413);
});

it.each(withBody)('%s never answers 5xx, whatever JSON it gets', async (_name, endpoint) => {
	const { address, body } = await aimedAt(endpoint, cookie);
	const odd = fc.constantFrom('\0', '\ud800', 1e308, -0, '', null, [], {}, '../..', 'x'.repeat(5_000));
	const changed = fc
		.record({ key: fc.constantFrom(...Object.keys(body ?? {})), value: odd })
		.map(({ key, value }): unknown => ({ ...body, [key]: value }));
	await fc.assert(
		fc.asyncProperty(fc.oneof(changed, fc.jsonValue()), async (json) => {
			const { response } = await send(ownRequest(endpoint.method, address, json, cookie));
			expect(response.status).toBeLessThan(500);
		}),
		{ numRuns: 80 }
	);
});

describe('my data', () => {
	/** The client that the page uses, on these endpoints; `ended`: the cookie is. */
	const client = (as: string) => {
		const seen = { ended: [] as string[] };
		const fetcher: typeof fetch = async (input, init) => {
			const address = input instanceof Request ? input.url : input;
			const request = new Request(new URL(address, origin), init);
			request.headers.set('sec-fetch-site', 'same-origin');
			request.headers.set('cookie', as);
			const { response, cookies } = await send(request);
			seen.ended.push(...[...cookies.values()].filter((value) => value.includes('"maxAge":0')));
			return response;
		};
		return { fetcher, seen };
	};

	it('is counted, downloaded and deleted, and the cookie ends with it', async () => {
		const as = await newCookie();
		const { fetcher, seen } = client(as);
		expect(await calls.loadMyData(fetcher)).toMatchObject({ ok: true, value: { submissions: 0 } });
		const { explanationId } = await explainedAs(as);
		await call('PUT', `explanations/${explanationId}/rating`, { value: 'helpful' }, as);
		expect(await calls.changeConsent(fetcher, { state: 'given', wording: 'training/1' })).toMatchObject({
			ok: true,
			value: { state: 'given' }
		});
		expect(await calls.loadConsent(fetcher)).toMatchObject({ ok: true, value: { state: 'given' } });
		expect(await calls.loadMyData(fetcher)).toMatchObject({
			ok: true,
			value: { submissions: 1, explanations: 1, ratings: 1 }
		});

		const file = await fetcher(calls.myDataAddress);
		expect(Object.fromEntries(file.headers)).toMatchObject({
			'content-type': 'application/json',
			'content-disposition': 'attachment; filename="procoder-my-data.json"',
			'cache-control': 'no-store'
		});
		expect(v.parse(MyDataExport, await file.json()).explanations[0]?.id).toBe(explanationId);

		expect(seen.ended).toEqual([]);
		const first = await calls.eraseMyData(fetcher);
		expect(first).toEqual({ ok: true, value: undefined });
		expect(await calls.eraseMyData(fetcher)).toEqual(first);
		expect(seen.ended).toEqual([
			'; {"path":"/","httpOnly":true,"sameSite":"lax","secure":false,"maxAge":0}',
			'; {"path":"/","httpOnly":true,"sameSite":"lax","secure":false,"maxAge":0}'
		]);
		expect(await calls.loadMyData(fetcher)).toMatchObject({
			ok: true,
			value: { submissions: 0, ratings: 0 }
		});
	});

	it.each([{}, { confirm: false }, { confirm: 'true' }, { confirm: 1 }, { confirm: true, all: true }])(
		'is not deleted by %j',
		async (body) => {
			const as = await newCookie();
			await explainedAs(as);
			expect((await call('DELETE', 'me', body, as)).status).toBe(422);
			expect(await call('GET', 'me', undefined, as)).toMatchObject({ body: { submissions: 1 } });
		}
	);

	it('breaks off where the rest cannot be read, and never looks whole', async () => {
		const written = vi.spyOn(console, 'error').mockReturnValue();
		onTestFinished(() => written.mockRestore());
		const as = await newCookie();
		await explainedAs(as);
		await database.client.db.execute('alter table rating rename to gone');
		onTestFinished(async () => {
			await database.client.db.execute('alter table gone rename to rating');
		});
		const { response } = await send(ownRequest('GET', '/api/v1/me/export', undefined, as));
		expect(response.status).toBe(200);
		await expect(response.text()).rejects.toThrow();
		expect(written).toHaveBeenCalledOnce();
	});

	it('has the versions of a cell', async () => {
		const as = await newCookie();
		const { fetcher } = client(as);
		const draft = { lessonVersion, baseRevision: 0, draft: { code: 'x = 1' } };
		await call('PUT', `lessons/${lessonId}/drafts/${cellId}`, draft, as);
		const listed = await calls.loadVersions(fetcher, lessonId, cellId);
		expect(listed).toMatchObject({ ok: true, value: [{ revision: 1, bytes: 5, reset: false }] });
		expect(await calls.loadVersion(fetcher, lessonId, cellId, 1)).toMatchObject({
			ok: true,
			value: { code: 'x = 1' }
		});
		for (const number of ['0', '2', '-1', '1.0', 'x', '99999999999', '%00']) {
			const answer = await call(
				'GET',
				`lessons/${lessonId}/cells/${cellId}/versions/${number}`,
				undefined,
				as
			);
			expect([number, answer.status]).toEqual([number, 404]);
		}
	});
});

describe('large code', () => {
	const submit = async (code: string) => call('POST', 'submissions', await newSubmission(code));

	it('is taken up to 256 KB', async () => {
		const answer = await submit('x'.repeat(maxCodeBytes));
		expect(answer.status).toBe(201);
	});

	it('is a 413 above, whether its length was announced or not', async () => {
		expect(await submit('x'.repeat(maxCodeBytes + 1))).toMatchObject({
			status: 413,
			body: { code: 'too-large' }
		});
		expect(await submit('é'.repeat(maxCodeBytes / 2) + 'x')).toMatchObject({ status: 413 });
		let pulled = 0;
		const endless = new ReadableStream({
			pull: (controller) => {
				pulled += 1;
				controller.enqueue(new Uint8Array(65_536).fill(0x20));
			}
		});
		const headers = { cookie, 'sec-fetch-site': 'same-origin', 'content-type': 'application/json' };
		// Undici wants `duplex` with a stream; the DOM's types do not know it.
		const options = { method: 'POST', headers, body: endless, duplex: 'half' };
		const chunked = new Request(`${origin}/api/v1/submissions`, options);
		const { response } = await send(chunked);
		expect(response.status).toBe(413);
		expect(pulled * 65_536).toBeLessThan(maxBodyBytes + 300_000);
	});

	it('is refused as a draft in the same way', async () => {
		const draft = { lessonVersion, baseRevision: 0, draft: { code: 'x'.repeat(maxCodeBytes + 1) } };
		const answer = await call('PUT', `lessons/${lessonId}/drafts/${cellId}`, draft);
		expect(answer).toMatchObject({ status: 413, body: { issues: [{ path: 'draft.code' }] } });
	});
});

it('says at which byte a body stops being UTF-8', async () => {
	const body = Buffer.concat([Buffer.from('{"code": "é'), Buffer.from([0xc3, 0x28]), Buffer.from('"}')]);
	const headers = { cookie, 'sec-fetch-site': 'same-origin', 'content-type': 'application/json' };
	const { response } = await send(
		new Request(`${origin}/api/v1/submissions`, { method: 'POST', headers, body })
	);
	expect(response.status).toBe(422);
	expect(await response.json()).toMatchObject({
		code: 'invalid-text',
		detail: 'The body is no UTF-8: byte 13 is wrong.'
	});
});

it('knows the work of every lesson in the folder, also before it was ever opened', async () => {
	await database.client.db.execute('truncate lesson_version cascade');
	const answer = await call('GET', 'lessons/first-functions/work', undefined, await newCookie());
	await recordLesson({ db: database.client.db }, lesson, {
		path: '01-first-functions/index.md',
		text: '# x'
	});
	expect(answer).toMatchObject({ status: 200, body: { drafts: [], explanations: [] } });
});

it('tells an explainer of another build apart from a request that is wrong', async () => {
	const submission = await newSubmission();
	await call('POST', 'submissions', submission);
	const older = { ...built(submission.id), modelDigest: 'd'.repeat(64) };
	expect(await call('POST', 'generations', older)).toMatchObject({
		status: 409,
		body: { code: 'conflict', issues: [{ path: 'modelDigest' }] }
	});
	const malformed = { ...built(submission.id), modelDigest: 'd' };
	expect(await call('POST', 'generations', malformed)).toMatchObject({
		status: 422,
		body: { code: 'invalid-body', issues: [{ path: 'modelDigest' }] }
	});
});

it('writes down faults of ours, and no mistakes of a client', async () => {
	const written = vi.spyOn(console, 'error').mockReturnValue();
	onTestFinished(() => written.mockRestore());
	// The two members of an event that it may look at.
	const event = { request: ownRequest('GET', '/'), route: { id: null } } as unknown as RequestEvent;
	const tell = (status: number) => handleError({ error: new Error('x'), event, status, message: 'Told' });
	for (const status of [400, 404, 405, 415, 431]) expect(await tell(status)).toEqual({ message: 'Told' });
	expect(written).not.toHaveBeenCalled();
	expect(await tell(500)).toHaveProperty('errorId');
	expect(written).toHaveBeenCalledOnce();
});

describe('cookies', () => {
	const work = '/api/v1/lessons/first-functions/work';

	it('are signed, for a year, out of reach of scripts and other sites', async () => {
		const { cookies } = await send(ownRequest('GET', work));
		expect([...cookies.values()][0]).toContain(
			JSON.stringify({ path: '/', httpOnly: true, sameSite: 'lax', secure: false, maxAge: 31_536_000 })
		);
		const secure = await send(new Request(`https://localhost:3000${work}`));
		expect([...secure.cookies.values()][0]).toContain('"secure":true');
	});

	it('stay as they are while they are good', async () => {
		expect((await send(ownRequest('GET', work, undefined, cookie))).cookies.size).toBe(0);
	});

	it('that were tampered with make a new learner, never an error', async () => {
		const [name = '', value = ''] = cookie.split('=');
		const [id = '', mac = ''] = value.split('.');
		const flipped = `${id.slice(0, -1)}${id.endsWith('0') ? '1' : '0'}`;
		const bad = [
			`${flipped}.${mac}`,
			`${id}.${mac.slice(0, -2)}`,
			`${id}.`,
			id,
			'',
			'.',
			`${value}.x`,
			'%',
			'ü.é',
			`${id}.${'A'.repeat(43)}`
		];
		for (const tampered of bad) {
			const { response, cookies } = await send(ownRequest('GET', work, undefined, `${name}=${tampered}`));
			expect([tampered, response.status, cookies.size]).toEqual([tampered, 200, 1]);
			expect(cookies.get(name)).not.toContain(id);
		}
	});

	it('write no learner down before there is something to keep', async () => {
		const count = async () =>
			(await database.client.db.execute<{ n: number }>('select count(*)::int as n from learner')).rows[0]?.n;
		const before = await count();
		const as = await newCookie();
		await call('GET', `lessons/${lessonId}/work`, undefined, as);
		expect(await count()).toBe(before);
		await call('POST', 'submissions', await newSubmission(), as);
		expect(await count()).toBe((before ?? 0) + 1);
	});
});

describe('hosts', () => {
	it.each(['localhost', 'localhost:3000', 'localhost:9', '127.0.0.1:3000', '[::1]:3000', 'LOCALHOST:3000'])(
		'%s is ours',
		async (host) => {
			expect((await send(new Request(`http://${host}/api/v1/health`))).response.status).toBe(200);
		}
	);
	it.each(['evil.example', 'localhost.evil.example', '192.168.1.7:3000', '0.0.0.0:3000', 'procoder.local'])(
		'%s is not',
		async (host) => {
			expect((await send(new Request(`http://${host}/api/v1/health`))).response.status).toBe(403);
		}
	);
});

it('protects every answer with its headers, the runner’s document aside', async () => {
	for (const [address, status] of [
		['/api/v1/health', 200],
		['/api/v1/nothing', 404],
		['/api/v1/submissions', 405]
	] as const) {
		const { response } = await send(ownRequest('GET', address, undefined, cookie));
		expect(response.status).toBe(status);
		expect(response.headers.get('content-type')).toMatch(/json$/);
		expect(Object.fromEntries(response.headers)).toMatchObject({
			'cross-origin-opener-policy': 'same-origin',
			'cross-origin-embedder-policy': 'require-corp',
			'cross-origin-resource-policy': 'same-origin',
			'x-content-type-options': 'nosniff',
			'cache-control': 'no-store'
		});
	}
	const { response, cookies } = await send(ownRequest('GET', '/runner'));
	expect([...response.headers.keys()].filter((name) => name.startsWith('cross-origin'))).toEqual([]);
	expect(cookies.size).toBe(0);
});

it('shows no stack and no SQL of an error that nobody expected, but the id of its log entry', async () => {
	const { response } = await send(
		ownRequest('GET', `/api/v1/submissions/${newSubmissionId()}`, undefined, cookie)
	);
	expect(response.status).toBe(404);
	await database.client.db.execute('alter table submission rename to gone');
	const broken = await call('GET', `submissions/${newSubmissionId()}`);
	await database.client.db.execute('alter table gone rename to submission');
	expect(broken).toMatchObject({ status: 500, body: { code: 'internal' } });
	expect(broken.body).toHaveProperty('errorId');
	expect(JSON.stringify(broken.body)).not.toMatch(/select|relation|\.ts/);
});
