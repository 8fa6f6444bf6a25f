import { onTestFinished } from 'vitest';
import * as v from 'valibot';
import type { ExplainRequest } from '$lib/domain/explain-request';
import { Explanation } from '$lib/domain/explanation';
import { newGenerationId, type GenerationId } from '$lib/domain/ids';
import type { LogPart } from '$lib/domain/log-part';
import { ModelName } from '$lib/domain/model';
import type { Tutoring } from '$lib/server/app';
import type { Actor } from '$lib/server/auth/actor';
import { logStream } from '$lib/server/http/log-stream';
import { openModelServers } from '$lib/server/providers/model-servers';
import type { Script } from '$lib/server/providers/scripted/script';
import { startScriptedServer, type ScriptedServer } from '$lib/server/providers/scripted/server';
import { createGenerator, type Generator, type GeneratorOptions } from '$lib/server/tutoring/generator';
import { workedAnswers } from '$lib/tutor/worked-answers';
import { databaseForTest, type FreshDatabase } from './database';
import { newSubmission, openWorld, silentBench } from './world';

const [worked] = workedAnswers;
/** What a good model says of `code`. */
export const answer = v.parse(Explanation, worked?.answer);
export const answerText = JSON.stringify(worked?.answer);
export const code = worked?.code ?? '';
export const digest = 'ab'.repeat(32);
export const builtIn = v.parse(Explanation, {
	purpose: { text: 'Built in.', claims: [] },
	steps: [{ from: 1, to: 6, text: 'All of it.', claims: [] }],
	examples: [{ id: 'own', kind: 'returns', probe: { call: 'count_long([], 1)' }, expect: '0' }],
	edgeCases: [],
	notes: { edgeCases: 'None found.' }
});

export type Wire = 'ollama' | 'openai-compatible';
export const wires: readonly Wire[] = ['ollama', 'openai-compatible'];

export type Process = { tutoring: Tutoring; generator: Generator };
export type TutorWorld = {
	readonly database: FreshDatabase;
	readonly server: ScriptedServer;
	/** One more process on the same database and model server. */
	another(more?: Partial<GeneratorOptions>): Promise<Process>;
} & Process;

/** A scripted model that is the tutor, and a process that asks it. */
export async function openTutor(
	script: Script | (() => Script),
	// On a machine that is busy with others even a server that sends a word each two milliseconds may be still for a second.
	{
		wire = 'ollama',
		idleMs = 10_000,
		...more
	}: Partial<GeneratorOptions> & { wire?: Wire; idleMs?: number } = {}
): Promise<TutorWorld> {
	const server = await startScriptedServer([{ name: 'm:1b', digest }], () =>
		typeof script === 'function' ? script() : script
	);
	onTestFinished(() => server.close());
	const database = await databaseForTest();
	const [gone] = wire === 'ollama' ? [undefined] : [await unusedAddress()];
	const another = async (rest: Partial<GeneratorOptions> = {}): Promise<Process> => {
		const servers = openModelServers(
			{
				ollamaUrl: gone ?? server.url,
				openAiUrl: wire === 'ollama' ? undefined : `${server.url}/v1`,
				openAiKey: undefined,
				limits: { firstMs: 10_000, idleMs }
			},
			() => performance.now()
		);
		const generator = createGenerator({
			db: database.client.db,
			bench: { ...silentBench, explain: () => Promise.resolve(builtIn) },
			parallel: () => 4,
			...more,
			...rest,
			times: { lookMs: 50, beatMs: 200, verdictMs: 0, ...more.times, ...rest.times }
		});
		onTestFinished(() => generator.close());
		const models = { servers, named: v.parse(ModelName, 'm:1b') };
		return { generator, tutoring: await openWorld(database.client.db, undefined, models, generator) };
	};
	return { database, server, another, ...(await another()) };
}

async function unusedAddress(): Promise<string> {
	const server = await startScriptedServer([], () => ({ text: '' }));
	await server.close();
	return server.url;
}

/** Begins an explanation, or throws where that is refused. */
export async function begin({ tutoring }: Process, actor: Actor): Promise<GenerationId> {
	const request: ExplainRequest = {
		id: newGenerationId(),
		submission: await newSubmission(code),
		python: '3.14'
	};
	const begun = await tutoring.explain(actor, { request });
	if (!begun.ok) throw new Error(JSON.stringify(begun.refusal));
	return request.id;
}

/** The parts of a log from `from` on, as they come. */
export async function* partsOf(
	{ tutoring }: Process,
	actor: Actor,
	id: GenerationId,
	from = 0,
	signal: AbortSignal = AbortSignal.timeout(25_000)
): AsyncGenerator<LogPart> {
	const followed = await tutoring.followLog(actor, { id, from });
	if (!followed.ok) throw new Error(JSON.stringify(followed.refusal));
	yield* followed.value(signal);
}

/** The bytes of the events from `from` on, as a browser gets them, without what is not of the log. */
export async function wireOf(process: Process, actor: Actor, id: GenerationId, from = 0): Promise<string> {
	const response = logStream((signal) => partsOf(process, actor, id, from, signal));
	const text = await response.text();
	return text
		.split(/(?<=\n\n)/)
		.filter((frame) => frame.startsWith('id: '))
		.join('');
}
