import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import * as v from 'valibot';
import * as calls from '$lib/api/model-calls';
import { followLog, type Followed } from '$lib/api/follow-log';
import { claimsOf } from '$lib/domain/explanation';
import { newGenerationId, type GenerationId } from '$lib/domain/ids';
import { ModelName } from '$lib/domain/model';
import { generation } from '$lib/server/db/schema/generation';
import type { Script } from '$lib/server/providers/scripted/script';
import { startScriptedServer, type ScriptedServer } from '$lib/server/providers/scripted/server';
import { assemble, outcomeOf, type ExplanationView } from '$lib/tutor/assemble';
import { startBuiltServer, type BuiltServer } from './built-server';
import { freshDatabase, type FreshDatabase } from './database';
import { answer, code, digest } from './tutor-world';
import { cellId, claimId, newSubmission } from './world';

/*
 * Two servers of production on one database, and a scripted model, spoken to by the client that the page uses. Nothing in here knows what
 * the servers are made of. There is no browser, so the claims are run by Python on the server.
 */

vi.setConfig({ testTimeout: 180_000 });

/** Each of its claims is true but one, and it lies about that one again. */
const [example] = answer.examples;
const lying = JSON.stringify({ ...answer, examples: [{ ...example, expect: '999' }] });
const liar = (isRepair: boolean): Script =>
	isRepair
		? { text: JSON.stringify({ claims: [{ ...example, expect: '998' }] }) }
		: { text: lying, tokenChars: 20, gapMs: 5 };
const slow: Script = { text: lying, gapMs: 100 };

let script: (isRepair: boolean) => Script = liar;
let model: ScriptedServer;
let database: FreshDatabase;
let dataDir: string;
let [a, b]: (BuiltServer | undefined)[] = [];
let cookie = '';

const start = (): Promise<BuiltServer> =>
	startBuiltServer(dataDir, { DATABASE_URL: database.url, OLLAMA_HOST: model.url, TUTOR_MODEL: 'm:1b' });

beforeAll(async () => {
	model = await startScriptedServer([{ name: 'm:1b', digest }], (asked) =>
		script(JSON.stringify(asked.messages).includes('## Evidence'))
	);
	database = await freshDatabase();
	dataDir = await mkdtemp(path.join(tmpdir(), 'procoder-two-'));
	[a, b] = [await start(), await start()];
	const response = await fetch(`${a.address}/api/v1/tutor`);
	cookie = response.headers.getSetCookie()[0]?.split(';')[0] ?? '';
});
afterAll(async () => {
	for (const server of [a, b]) {
		server?.child.kill('SIGKILL');
		await server?.gone;
	}
	await database.client.close();
	await model.close();
	await rm(dataDir, { recursive: true, force: true });
});

/** The page's `fetch`, at one of the two. */
const at =
	(server: BuiltServer | undefined): typeof fetch =>
	(input, init) => {
		const address = server?.address ?? '';
		if (typeof input !== 'string') throw new Error('Our client gives paths.');
		const headers = new Headers(init?.headers);
		headers.set('cookie', cookie);
		headers.set('origin', address);
		return fetch(`${address}${input}`, { ...init, headers });
	};

async function begin(server: BuiltServer | undefined): Promise<GenerationId> {
	const { lessonId: _lesson, lessonVersion: _version, ...submission } = await newSubmission(code);
	const id = newGenerationId();
	const begun = await calls.askModel(at(server), { id, submission, python: '3.14' });
	if (!begun.ok) throw new Error(JSON.stringify(begun.failure));
	return id;
}

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, Math.min(ms, 200)));
const following = (server: BuiltServer | undefined, id: GenerationId): AsyncGenerator<Followed> =>
	followLog(at(server), id, { signal: AbortSignal.timeout(150_000), wait });

function viewOf(parts: readonly Followed[]): ExplanationView {
	return assemble(parts.flatMap((part) => (part.type === 'event' ? [part.event] : [])));
}

async function untilItWrites(server: BuiltServer | undefined, id: GenerationId): Promise<void> {
	for await (const part of following(server, id)) if (part.type === 'event' && part.seq > 1) return;
}

const raw = async (server: BuiltServer | undefined, id: GenerationId): Promise<string> =>
	(await at(server)(`/api/v1/generations/${id}/events`)).text();

it('the page hears which model explains, and only the operator may choose another', async () => {
	const tutor = { server: 'ollama', model: v.parse(ModelName, 'm:1b') } as const;
	expect(await calls.loadTutor(at(b))).toMatchObject({ value: { state: 'ready', tutor } });
	expect(await calls.loadModels(at(b))).toMatchObject({ failure: { code: 'forbidden' } });
	expect(await calls.chooseTutor(at(b), { tutor })).toMatchObject({ failure: { code: 'forbidden' } });
});

it('what the operator chooses at one holds at the other with the next question', async () => {
	const link = a?.operatorLink() ?? '';
	const entered = await fetch(link.split('#')[0] ?? '', {
		method: 'POST',
		redirect: 'manual',
		headers: { origin: a?.address ?? '' },
		body: new URLSearchParams({ code: link.split('#')[1] ?? '' })
	});
	const pass = entered.headers.getSetCookie().map((each) => each.split(';')[0]);
	const operator: typeof fetch = (input, init) => {
		if (typeof input !== 'string') throw new Error('Our client gives paths.');
		const headers = new Headers(init?.headers);
		headers.set('cookie', pass.join('; '));
		headers.set('origin', a?.address ?? '');
		return fetch(`${a?.address ?? ''}${input}`, { ...init, headers });
	};
	expect(await calls.chooseTutor(operator, { tutor: null })).toMatchObject({ ok: true });
	expect(await calls.loadTutor(at(b))).toMatchObject({ value: { state: 'off' } });
	const tutor = { server: 'ollama', model: v.parse(ModelName, 'm:1b') } as const;
	expect(await calls.chooseTutor(operator, { tutor })).toMatchObject({ ok: true });
	expect(await calls.loadTutor(at(b))).toMatchObject({ value: { state: 'ready', tutor } });
});

it('begun at one and followed at the other, a lie is found out by running it, and something true stands there', async () => {
	script = liar;
	const id = await begin(a);
	const parts = await Array.fromAsync(following(b, id));
	expect(parts.at(-1)).toEqual({ type: 'end', status: 'complete' });
	const view = viewOf(parts);
	const lie = claimId(example?.id ?? '');
	expect(outcomeOf(view, lie)).toMatchObject({ kind: 'contradicted', actual: { value: '2' } });
	expect(view.replacements.get(lie)).toEqual({ by: 'model', claimId: 'again-1' });
	// That one was a lie as well.
	expect(view.replacements.get(claimId('again-1'))?.by).toBe('built-in');
	for (const { id: claim } of claimsOf(view)) {
		const outcome = outcomeOf(view, claim);
		expect([claim, outcome?.kind]).toEqual([
			claim,
			view.replacements.has(claim) ? 'contradicted' : 'confirmed'
		]);
	}
	expect(await raw(a, id)).toBe(await raw(b, id));
	// A browser's word comes late, and is taken.
	const verdict = { claimId: lie, by: 'browser', outcome: { kind: 'timed-out' } } as const;
	expect((await calls.giveVerdicts(at(b), id, { verdicts: [verdict] })).ok).toBe(true);
});

it('begun at one it is stopped through the other', async () => {
	script = () => slow;
	const id = await begin(a);
	await untilItWrites(b, id);
	// A page that is loaded now finds it, at either.
	const open = await calls.loadOpenGenerations(at(b));
	expect(open).toMatchObject({ value: [{ id, cellId, code, modelId: 'm:1b' }] });
	const startedAt = performance.now();
	expect((await calls.stopGeneration(at(b), id)).ok).toBe(true);
	const parts = await Array.fromAsync(following(b, id));
	// A second is what is promised; the machine of a test may be busy with others.
	expect(performance.now() - startedAt).toBeLessThan(2_500);
	expect(viewOf(parts)).toMatchObject({ status: 'failed', error: { kind: 'stopped' } });
	expect(await calls.loadOpenGenerations(at(a))).toMatchObject({ value: [] });
	await vi.waitFor(() => expect(model.received.at(-1)?.left).toBe(true), 5_000);
});

it('one that is told to end says so in its log, and its reader goes on elsewhere', async () => {
	script = () => slow;
	const id = await begin(b);
	await untilItWrites(b, id);
	const reading = Array.fromAsync(
		followLog(
			(input, init) => at(b?.child.exitCode === null && b.child.signalCode === null ? b : a)(input, init),
			id,
			{ signal: AbortSignal.timeout(60_000), wait }
		)
	);
	await wait(200);
	b?.child.kill('SIGTERM');
	await b?.gone;
	expect(b?.child.exitCode).toBe(0);
	const parts = await reading;
	expect(parts.at(-1)).toEqual({ type: 'end', status: 'interrupted' });
	expect(viewOf(parts)).toMatchObject({ error: { kind: 'interrupted' } });
	expect(parts.map((part) => (part.type === 'event' ? part.seq : -1)).slice(0, -1)).toEqual(
		parts.slice(0, -1).map((_, index) => index)
	);
	b = await start();
});

it('one that is killed while it writes is found out by the other, and its log is never called finished', async () => {
	script = () => slow;
	const id = await begin(a);
	await untilItWrites(a, id);
	a?.child.kill('SIGKILL');
	await a?.gone;
	const parts = await Array.fromAsync(following(b, id));
	expect(parts.at(-1)).toEqual({ type: 'end', status: 'interrupted' });
	const view = viewOf(parts);
	expect(view).toMatchObject({ status: 'failed', error: { kind: 'interrupted' } });
	expect(view.purpose.text).not.toBe('');
	const rows = await database.client.db.select().from(generation);
	expect(rows.filter(({ status }) => status === 'running')).toEqual([]);
});
