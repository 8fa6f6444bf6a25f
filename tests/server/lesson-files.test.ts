import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as v from 'valibot';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { loadLessonFile } from '$lib/api/calls';
import { LessonId } from '$lib/domain/ids';
import { LessonFile } from '$lib/domain/lesson';
import { init } from '../../src/hooks.server';
import { origin, ownRequest, send } from './api';
import { freshDatabase, type FreshDatabase } from './database';

let database: FreshDatabase;
let folder: string;
const csv = 'town,people\nBern,134000\nGenève,203000\n';
const hashOf = (content: string): string => createHash('sha256').update(content).digest('hex');
const lesson = v.parse(LessonId, 'towns');
const file = v.parse(LessonFile, { name: 'towns.csv', bytes: Buffer.byteLength(csv), hash: hashOf(csv) });
const address = (name: string, hash: string = file.hash, of = 'towns'): string =>
	`/api/v1/lessons/${of}/files/${hash}/${name}`;

beforeAll(async () => {
	database = await freshDatabase();
	folder = await mkdtemp(path.join(tmpdir(), 'procoder-lesson-files-'));
	const lessons = path.join(folder, 'lessons');
	await mkdir(path.join(lessons, '01-towns'), { recursive: true });
	const text = '---\ntitle: Towns\nsummary: About towns.\n---\n\nRead them.\n';
	await writeFile(path.join(lessons, '01-towns', 'index.md'), text);
	await writeFile(path.join(lessons, '01-towns', 'towns.csv'), csv);
	await writeFile(path.join(lessons, '01-towns', 'page.svg'), '<svg xmlns="http://www.w3.org/2000/svg"/>');
	await writeFile(path.join(lessons, '01-towns', '_solution.py'), 'secret');
	await writeFile(path.join(lessons, 'outside.csv'), csv);
	await mkdir(path.join(lessons, '02-links'));
	await writeFile(path.join(lessons, '02-links', 'index.md'), text);
	await symlink('../outside.csv', path.join(lessons, '02-links', 'towns.csv'));
	await mkdir(path.join(lessons, '03-share'));
	const exercise =
		'```{python}\n#| exercise: share\nx\n```\n\n::: {.solution exercise="share"}\n```python\nthe_answer\n```\n:::\n';
	await writeFile(path.join(lessons, '03-share', 'index.md'), text + exercise);
	Object.assign(process.env, {
		DATABASE_URL: database.url,
		DATA_DIR: path.join(folder, 'data'),
		LESSONS_DIR: lessons,
		HOST: '',
		PORT: ''
	});
	await mkdir(path.join(folder, 'data'));
	await init();
});
afterAll(async () => {
	const work: Promise<void>[] = [];
	const emit: (name: string, ...values: unknown[]) => boolean = process.emit.bind(process);
	emit('sveltekit:shutdown', 'test', (promise: Promise<void>) => work.push(promise));
	await Promise.all(work);
	await database.client.close();
	await rm(folder, { recursive: true, force: true });
});

it('serves a data file for good, to be downloaded and never run', async () => {
	const { response } = await send(ownRequest('GET', address('towns.csv')));
	expect(response.status).toBe(200);
	expect(await response.text()).toBe(csv);
	expect(Object.fromEntries(response.headers)).toMatchObject({
		'content-type': 'text/csv',
		'content-length': String(file.bytes),
		'content-disposition': 'attachment; filename="towns.csv"',
		'content-security-policy': "default-src 'none'; sandbox",
		'x-content-type-options': 'nosniff',
		'cache-control': 'private, max-age=31536000, immutable',
		'cross-origin-resource-policy': 'same-origin',
		etag: `"${file.hash}"`
	});
	const svg = hashOf('<svg xmlns="http://www.w3.org/2000/svg"/>');
	const image = (await send(ownRequest('GET', address('page.svg', svg)))).response;
	expect(image.headers.get('content-type')).toBe('image/svg+xml');
	expect(image.headers.get('content-disposition')).toMatch(/^attachment/);
});

it.each([`"${file.hash}"`, `W/"${file.hash}"`, `"other", "${file.hash}"`])(
	'answers 304 to who has it: %s',
	async (known) => {
		const request = new Request(`${origin}${address('towns.csv')}`, { headers: { 'if-none-match': known } });
		const { response } = await send(request);
		expect(response.status).toBe(304);
		expect(await response.text()).toBe('');
		expect(response.headers.get('etag')).toBe(`"${file.hash}"`);
	}
);

it('answers in full to who has another one', async () => {
	const headers = { 'if-none-match': `"${'0'.repeat(64)}", ${file.hash}` };
	const { response } = await send(new Request(`${origin}${address('towns.csv')}`, { headers }));
	expect(response.status).toBe(200);
});

it.each([
	address('towns.csv', '0'.repeat(64)),
	address('towns.csv', file.hash.toUpperCase()),
	address('towns.csv', 'x'),
	address('index.md'),
	address('_solution.py', hashOf('secret')),
	address('outside.csv'),
	address('towns.csv', file.hash, 'links'),
	address('towns.csv', file.hash, 'other'),
	address('..%2foutside.csv'),
	address('..%2f..%2foutside.csv'),
	address('..%5coutside.csv'),
	address('%2e%2e%2foutside.csv'),
	address('towns.csv%00'),
	address('towns.csv%0d%0aset-cookie:%20a=b'),
	address('%2fetc%2fpasswd'),
	address('towns.csv', '..%2f..'),
	address('towns.csv', file.hash, '..%2ftowns')
])('answers 404 to %s', async (wanted) => {
	const { response } = await send(ownRequest('GET', wanted));
	expect(response.status).toBe(404);
	expect(await response.json()).toMatchObject({ code: 'not-found' });
	expect(response.headers.get('cache-control')).toBe('no-store');
});

it('is what the browser’s client asks for', async () => {
	const asked: string[] = [];
	const fetcher: typeof fetch = async (input) => {
		// The client hands over an address, relative to the page.
		if (typeof input !== 'string') throw new Error('An address was expected.');
		asked.push(input);
		return (await send(ownRequest('GET', input))).response;
	};
	const loaded = await loadLessonFile(fetcher, lesson, file);
	expect(loaded.ok && new TextDecoder().decode(loaded.value)).toBe(csv);
	expect(asked).toEqual([address('towns.csv')]);
	const changed = v.parse(LessonFile, { ...file, hash: '0'.repeat(64) });
	expect(await loadLessonFile(fetcher, lesson, changed)).toMatchObject({
		ok: false,
		failure: { code: 'not-found', status: 404 }
	});
	const cut: typeof fetch = () => Promise.resolve(new Response('town'));
	expect(await loadLessonFile(cut, lesson, file)).toMatchObject({ ok: false, failure: { code: 'internal' } });
	const none: typeof fetch = () => Promise.reject(new TypeError('no network'));
	expect(await loadLessonFile(none, lesson, file)).toMatchObject({ ok: false, failure: { code: 'offline' } });
});

it('gives a solution to who asks for it by name, and to nobody else', async () => {
	const ask = async (of: string, exercise: string): Promise<Response> =>
		(await send(ownRequest('GET', `/api/v1/lessons/${of}/solutions/${exercise}`))).response;
	const response = await ask('share', 'share');
	expect(response.status).toBe(200);
	// It changes with the lesson, so no cache may keep it.
	expect(response.headers.get('cache-control')).toBe('no-store');
	expect(await response.json()).toEqual({
		code: 'the_answer',
		nodes: [{ kind: 'code', language: 'python', text: 'the_answer' }]
	});
	for (const [of, exercise] of [
		['share', 'other'],
		['share', 'constructor'],
		['share', '..%2fshare'],
		['towns', 'share'],
		['other', 'share']
	] as const) {
		expect((await ask(of, exercise)).status).toBe(404);
	}
});
