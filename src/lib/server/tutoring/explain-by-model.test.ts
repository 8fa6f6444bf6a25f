import * as v from 'valibot';
import { afterEach, describe, expect, test } from 'vitest';
import { claimsOf, Explanation } from '$lib/domain/explanation';
import { newExplanationId } from '$lib/domain/ids';
import { Prompt } from '$lib/domain/prompt';
import { defaultSettings } from '$lib/server/providers/model-settings';
import { ollamaProvider } from '$lib/server/providers/ollama';
import { openAiCompatibleProvider } from '$lib/server/providers/openai-compatible';
import type { Provider } from '$lib/server/providers/provider';
import type { Script } from '$lib/server/providers/scripted/script';
import { startScriptedServer, type ScriptedServer } from '$lib/server/providers/scripted/server';
import { advance, emptyView, explanationOf, type ExplanationView } from '$lib/tutor/assemble';
import { workedAnswers } from '$lib/tutor/worked-answers';
import { explainByModel, type ModelOutcome, type ModelPart, type ModelTask } from './explain-by-model';
import { objectionTo } from './log-rules';

const [worked] = workedAnswers;
const model = v.parse(Explanation, worked?.answer);
const code = worked?.code ?? '';
const text = JSON.stringify(worked?.answer);
const builtIn = v.parse(Explanation, {
	purpose: { text: 'Built in.', claims: [] },
	steps: [{ from: 1, to: 6, text: 'All of it.', claims: [] }],
	examples: [{ id: 'own', kind: 'returns', probe: { call: 'count_long([], 1)' }, expect: '0' }],
	edgeCases: [],
	notes: { edgeCases: 'None found.' }
});

const servers: ScriptedServer[] = [];
afterEach(async () => {
	await Promise.all(servers.splice(0).map((server) => server.close()));
});

type Seen = { parts: ModelPart[]; view: ExplanationView; outcome: ModelOutcome | undefined };

async function play(
	script: Script,
	open: (url: string) => Provider,
	more: Partial<ModelTask> = {},
	signal: AbortSignal = new AbortController().signal
): Promise<Seen & { server: ScriptedServer }> {
	const server = await startScriptedServer([{ name: 'm:1b', digest: 'ab'.repeat(32) }], () => script);
	servers.push(server);
	const task: ModelTask = {
		subject: { code },
		provider: open(server.url),
		model: 'm:1b',
		settings: defaultSettings.explain,
		form: 'chat',
		holdsToSchema: true,
		tokensPerByte: 0.4,
		explanationId: newExplanationId(),
		python: '3.14',
		builtIn: () => Promise.resolve(builtIn),
		outcomesOf: () => Promise.resolve(new Map()),
		...more
	};
	const seen: Seen = { parts: [], view: emptyView, outcome: undefined };
	for await (const part of explainByModel(task, signal)) {
		seen.parts.push(part);
		if (part.type === 'outcome') seen.outcome = part.outcome;
		if (part.type !== 'event') continue;
		// What the server would not store is not told.
		expect(objectionTo(part.event, seen.view)).toBeUndefined();
		seen.view = advance(seen.view, part.event);
	}
	expect(seen.parts.at(-1)?.type).toBe('outcome');
	expect(['complete', 'failed']).toContain(seen.view.status);
	return { ...seen, server };
}

const limits = { firstMs: 1_000, idleMs: 200 };
const wires: [string, (url: string) => Provider][] = [
	['ollama', (url) => ollamaProvider({ url, limits })],
	['openai-compatible', (url) => openAiCompatibleProvider({ url: `${url}/v1`, limits })]
];

describe.each(wires)('through %s', (name, open) => {
	test('a whole answer becomes the explanation, with its prompt, its digest and its counts', async () => {
		const { parts, view, outcome, server } = await play({ text }, open);
		expect(explanationOf(view)).toEqual(model);
		expect(outcome).toMatchObject({ whole: true, usage: { outputTokens: Math.ceil(text.length / 4) } });
		expect(parts.map(({ type }) => type).filter((type) => type !== 'event')).toEqual([
			'prompt',
			'written-by',
			'outcome'
		]);
		const prompt = parts.find((part) => part.type === 'prompt');
		expect(v.is(Prompt, prompt?.prompt)).toBe(true);
		expect(server.received[0]?.body[name === 'ollama' ? 'format' : 'response_format']).toBeDefined();
	});

	test('its first claim is there before its end', async () => {
		const { parts } = await play({ text, tokenChars: 3 }, open);
		const at = (type: string): number =>
			parts.findIndex((part) => part.type === 'event' && part.event.type === type);
		expect(at('claim')).toBeGreaterThan(0);
		expect(at('claim')).toBeLessThan(at('section-end'));
	});

	test('a base model, without a schema and with words around its answer', async () => {
		const wordy = `Here you are:\n\`\`\`json\n${text}\n\`\`\`\nI hope that helps.`;
		const { view, outcome, server } = await play({ text: wordy }, open, {
			form: 'completion',
			holdsToSchema: false
		});
		expect([explanationOf(view), outcome?.whole]).toEqual([model, true]);
		expect(server.received[0]?.body.prompt).toContain('## Answer');
	});

	test.each<[string, Script]>([
		['killed in the middle of a word', { text, end: { kind: 'torn', after: 60, where: 'line' } }],
		['closed without an end', { text, end: { kind: 'no-done', after: 60 } }],
		['silent', { text, end: { kind: 'stall', after: 60 } }],
		['broken inside', { text, end: { kind: 'swallowed', after: 60 } }]
	])('%s: what was there stays, and the built-in explainer finishes', async (_, script) => {
		const { view, outcome } = await play(script, open);
		const shown = text.slice(0, 240);
		expect(outcome).toMatchObject({ whole: false, failure: { retryable: true }, answer: { json: 'cut' } });
		expect(view.status).toBe('complete');
		expect(view.purpose.claims).toEqual(shown.includes('"expect":"1"') ? model.purpose.claims : []);
		expect(view.purpose.text.startsWith(model.purpose.text.slice(0, 40))).toBe(true);
		expect(view.examples).toEqual(builtIn.examples);
		expect(explanationOf(view)).toBeDefined();
	});

	test.each<[string, Script, string]>([
		['no server', { text, refuse: { status: 502, body: '' } }, 'not-running'],
		['too busy', { text, refuse: { status: 503, body: '{"error":"server busy"}' } }, 'overloaded']
	])('%s: the built-in explanation, whole', async (_, script, kind) => {
		const { view, outcome } = await play(script, open);
		expect(outcome).toMatchObject({ whole: false, failure: { kind } });
		expect(explanationOf(view)).toEqual(builtIn);
	});

	test('cut by the limit of tokens it is not whole', async () => {
		const { view, outcome } = await play({ text: text.slice(0, 700), end: { kind: 'length' } }, open);
		expect(outcome).toMatchObject({ whole: false, answer: { json: 'cut' } });
		expect(view.status).toBe('complete');
		expect(claimsOf(view).length).toBeGreaterThan(1);
	});

	test('an answer in no form at all', async () => {
		const { view, outcome } = await play({ text: 'I would rather talk about the weather.' }, open);
		expect(outcome).toMatchObject({ whole: false, answer: { json: 'none' } });
		expect(explanationOf(view)).toEqual(builtIn);
	});

	test('where nobody can finish it, the log says why', async () => {
		const none = { builtIn: () => Promise.resolve(undefined) };
		const stalled = await play({ text, end: { kind: 'stall', after: 60 } }, open, none);
		expect(stalled.view).toMatchObject({ status: 'failed', error: { kind: 'timed-out' } });
		const talk = await play({ text: 'No.' }, open, none);
		expect(talk.view).toMatchObject({ status: 'failed', error: { kind: 'explainer-failed' } });
	});

	test('stopped', async () => {
		const { view } = await play({ text, gapMs: 50 }, open, {}, AbortSignal.timeout(400));
		expect(view).toMatchObject({ status: 'failed', error: { kind: 'stopped' } });
	});

	test('code that does not fit is explained without the model', async () => {
		const { view, outcome, server } = await play({ text }, open, {
			subject: { code: 'x = 1\n'.repeat(9_000) }
		});
		expect(outcome?.failure?.kind).toBe('out-of-context');
		expect(explanationOf(view)).toEqual(builtIn);
		expect(server.received).toEqual([]);
	});
});
