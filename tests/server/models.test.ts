import { describe, expect, it, onTestFinished } from 'vitest';
import * as v from 'valibot';
import { ModelName } from '$lib/domain/model';
import { ModelsReport, TutorChoice, type TutorModel } from '$lib/domain/tutor-model';
import { bindModels } from '$lib/server/app';
import type { Actor } from '$lib/server/auth/actor';
import { setting } from '$lib/server/db/schema/setting';
import { openModelServers } from '$lib/server/providers/model-servers';
import { startScriptedServer, type ScriptedServer } from '$lib/server/providers/scripted/server';
import { databaseForTest } from './database';
import { newLearner } from './world';

const operator: Actor = { kind: 'operator' };
const digest = 'ab'.repeat(32);
const name = (text: string): ModelName => v.parse(ModelName, text);
async function scripted(): Promise<ScriptedServer> {
	const server = await startScriptedServer(
		[
			{ name: 'mistral:7b', digest, loaded: true },
			{ name: 'own:latest', digest }
		],
		() => ({ text: '' })
	);
	onTestFinished(() => server.close());
	return server;
}

/** An address where somebody has just stopped listening. */
async function nobodyThere(): Promise<string> {
	const server = await startScriptedServer([], () => ({ text: '' }));
	await server.close();
	return server.url;
}

async function open(addresses: { ollamaUrl: string; openAiUrl?: string }, named?: string) {
	const { client } = await databaseForTest();
	const clock = { now: 0 };
	const servers = openModelServers(
		{ openAiUrl: undefined, openAiKey: undefined, ...addresses },
		() => clock.now
	);
	const models = bindModels({
		db: client.db,
		models: { servers, named: named === undefined ? undefined : name(named) }
	});
	const choose = (tutor: TutorModel | null) => models.chooseTutor(operator, { tutor });
	return { client, clock, models, choose };
}

describe('what there is to choose from', () => {
	it('is what both kinds of servers have, what is loaded, and what could be fetched', async () => {
		const { url } = await scripted();
		const { models } = await open({ ollamaUrl: url, openAiUrl: `${url}/v1` });
		const answer = await models.readModels(operator);
		const report = v.parse(ModelsReport, answer.ok ? answer.value : undefined);
		expect(report.servers).toMatchObject([
			{
				answers: true,
				server: 'ollama',
				address: url,
				models: [
					{ id: 'mistral:7b', bytes: 4_200_000_000, running: { bytes: 5_000_000_000, contextTokens: 8_192 } },
					{ id: 'own:latest' }
				]
			},
			{ answers: true, server: 'openai-compatible', models: [{ id: 'mistral:7b', contextTokens: 8_192 }, {}] }
		]);
		expect(report.selectable.filter(({ installed }) => installed).map(({ id }) => id)).toEqual([
			'mistral:7b'
		]);
		expect(report.selectable.every(({ bytes, memoryBytes }) => memoryBytes > bytes)).toBe(true);
		expect(report.tutor).toEqual({ state: 'off' });
	});

	it('says of a server that is not there what to do about it', async () => {
		const { models } = await open({ ollamaUrl: await nobodyThere() });
		const answer = await models.readModels(operator);
		const [server] = answer.ok ? answer.value.servers : [];
		expect(server).toMatchObject({ answers: false, why: 'not-running' });
		expect(server?.answers === false && server.advice).toContain('ollama serve');
	});

	it('is asked for once, however many look at the same time', async () => {
		const { url } = await scripted();
		const { models, clock } = await open({ ollamaUrl: url }, 'mistral:7b');
		expect(await models.readTutor()).toMatchObject({ value: { state: 'ready' } });
		const gone = await open({ ollamaUrl: await nobodyThere() }, 'mistral:7b');
		expect(await gone.models.readTutor()).toEqual({
			ok: true,
			value: { state: 'not-answering' },
			created: false
		});
		clock.now += 60_000;
		expect(await models.readTutor()).toMatchObject({ value: { state: 'ready' } });
	});

	it('is the operator’s business alone', async () => {
		const { client, models } = await open({ ollamaUrl: await nobodyThere() });
		for (const actor of [newLearner(), { kind: 'nobody' } as const]) {
			expect(await models.readModels(actor)).toMatchObject({ refusal: { code: 'forbidden' } });
			expect(await models.chooseTutor(actor, { tutor: null })).toMatchObject({
				refusal: { code: 'forbidden' }
			});
		}
		expect(await client.db.select().from(setting)).toEqual([]);
	});
});

async function pulled(
	models: ReturnType<typeof bindModels>,
	actor: Actor,
	model: TutorModel,
	signal: AbortSignal
) {
	const answer = await models.pullModel(actor, model);
	return answer.ok ? Array.fromAsync(answer.value(signal)) : answer.refusal.code;
}

describe('models come and go', () => {
	const gemma = { server: 'ollama', model: name('gemma3:4b') } as const;
	const never = new AbortController().signal;

	it('one is fetched, is there at once, and is thrown away again', async () => {
		const { url } = await scripted();
		const { models, choose } = await open({ ollamaUrl: url });
		// What is there is remembered for two seconds.
		expect(await choose(gemma)).toMatchObject({ refusal: { code: 'no-model' } });
		const parts = await pulled(models, operator, gemma, never);
		expect(parts).toContainEqual({
			state: 'fetching',
			step: 'pulling 2bada8a74506',
			bytes: 1_000,
			allBytes: 1_000
		});
		expect(parts.at(-1)).toEqual({ state: 'done' });
		expect(await choose(gemma)).toMatchObject({ value: { state: 'ready' } });
		expect(await models.removeModel(operator, gemma)).toMatchObject({ ok: true });
		expect(await models.readTutor()).toMatchObject({ value: { state: 'no-such-model' } });
		// Gone is gone, whoever did it.
		expect(await models.removeModel(operator, gemma)).toMatchObject({ ok: true });
	});

	it('a download that fails says why, and one that nobody waits for ends', async () => {
		const server = await startScriptedServer(
			[],
			() => ({ text: '' }),
			(model) =>
				model === 'nope'
					? { bytes: 0, pieces: 0, error: 'pull model manifest: file does not exist' }
					: { bytes: 1e9, pieces: 1_000, gapMs: 20 }
		);
		onTestFinished(() => server.close());
		const { models } = await open({ ollamaUrl: server.url });
		const failed = await pulled(models, operator, { server: 'ollama', model: name('nope') }, never);
		const why = 'pull model manifest: file does not exist';
		expect(failed.at(-1)).toMatchObject({ state: 'failed', detail: why });
		const left = await pulled(models, operator, gemma, AbortSignal.timeout(300));
		expect(left.at(-1)).toMatchObject({ state: 'failed', why: 'stopped' });
		const gone = await open({ ollamaUrl: await nobodyThere() });
		expect(await pulled(gone.models, operator, gemma, never)).toMatchObject([
			{ state: 'failed', why: 'not-running' }
		]);
		expect(await gone.models.removeModel(operator, gemma)).toMatchObject({ refusal: { code: 'no-model' } });
	});

	it('that is the operator’s business, and Ollama’s alone', async () => {
		const { url } = await scripted();
		const { models } = await open({ ollamaUrl: url, openAiUrl: `${url}/v1` });
		const mistral = { server: 'ollama', model: name('mistral:7b') } as const;
		expect(await pulled(models, newLearner(), gemma, never)).toBe('forbidden');
		expect(await models.removeModel(newLearner(), mistral)).toMatchObject({ refusal: { code: 'forbidden' } });
		const other = { ...mistral, server: 'openai-compatible' } as const;
		expect(await pulled(models, operator, other, never)).toBe('no-model');
		expect(await models.removeModel(operator, other)).toMatchObject({ refusal: { code: 'no-model' } });
		expect(await models.readModels(operator)).toMatchObject({
			value: { servers: [{ models: [{ id: 'mistral:7b' }, {}] }, {}] }
		});
	});
});

describe('the model that explains', () => {
	it('is none, the one that TUTOR_MODEL names, or the one that the operator chose, in this order', async () => {
		const { url } = await scripted();
		const { models, choose } = await open({ ollamaUrl: url, openAiUrl: `${url}/v1` }, 'own');
		expect(await models.readTutor()).toMatchObject({
			value: { state: 'ready', tutor: { server: 'ollama', model: 'own' } }
		});
		const tutor = { server: 'openai-compatible', model: name('mistral:7b') } as const;
		expect(await choose(tutor)).toMatchObject({ value: { state: 'ready', tutor } });
		expect(await models.readTutor()).toMatchObject({ value: { state: 'ready', tutor } });
		expect(await choose(null)).toMatchObject({ value: { state: 'off' } });
		expect(await models.readTutor()).toMatchObject({ value: { state: 'off' } });
	});

	it('cannot be one that is not there, and the refusal says how to get it', async () => {
		const { url } = await scripted();
		const { choose, models } = await open({ ollamaUrl: url });
		const gone = await open({ ollamaUrl: await nobodyThere() });
		const refusals = [
			await choose({ server: 'ollama', model: name('gemma3:4b') }),
			await choose({ server: 'openai-compatible', model: name('x') }),
			await gone.choose({ server: 'ollama', model: name('x') })
		].map((answer) => (answer.ok ? undefined : answer.refusal));
		expect(refusals.map((refusal) => refusal?.code)).toEqual(['no-model', 'no-model', 'no-model']);
		const [missing = '', unset = '', away = ''] = refusals.map((refusal) => refusal?.detail);
		expect(missing).toMatch(/ollama pull gemma3:4b.*mistral:7b/);
		expect(unset).toContain('OPENAI_BASE_URL');
		expect(away).toContain('ollama serve');
		expect(await models.readTutor()).toMatchObject({ value: { state: 'off' } });
	});

	it('is missed when it goes, and found when it comes back', async () => {
		const first = await scripted();
		const { models, choose, clock, client } = await open({ ollamaUrl: first.url });
		const tutor = { server: 'ollama', model: name('mistral:7b') } as const;
		await choose(tutor);
		await first.close();
		clock.now += 2_000;
		expect(await models.readTutor()).toMatchObject({ value: { state: 'not-answering', tutor } });
		const other = await startScriptedServer([{ name: 'other:1b', digest }], () => ({ text: '' }));
		onTestFinished(() => other.close());
		const servers = openModelServers(
			{ ollamaUrl: other.url, openAiUrl: undefined, openAiKey: undefined },
			() => 0
		);
		const moved = bindModels({ db: client.db, models: { servers, named: undefined } });
		expect(await moved.readTutor()).toMatchObject({ value: { state: 'no-such-model', tutor } });
	});

	it('is kept as a row that a later ProCoder may not understand, and then nobody is chosen', async () => {
		const { client, models } = await open({ ollamaUrl: await nobodyThere() });
		await client.db.insert(setting).values({ name: 'tutor', value: { model: 7 } });
		expect(v.is(TutorChoice, { model: 7 })).toBe(false);
		expect(await models.readTutor()).toMatchObject({ value: { state: 'off' } });
	});
});
