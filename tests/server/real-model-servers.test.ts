import { describe, expect, test } from 'vitest';
import { defaultSettings } from '../../src/lib/server/providers/model-settings';
import { ollamaProvider } from '../../src/lib/server/providers/ollama';
import { openAiCompatibleProvider } from '../../src/lib/server/providers/openai-compatible';
import type { Provider, ProviderEvent, ProviderRequest } from '../../src/lib/server/providers/provider';
import { answerReader } from '../../src/lib/tutor/answer-reader';
import { answerSchema } from '../../src/lib/tutor/answer-schema';
import { explainPrompt } from '../../src/lib/tutor/explain-prompt';

/*
 * What the scripted server pretends, asked of real ones: an Ollama at OLLAMA_HOST (or where it is by itself), anything with OpenAI's
 * format at OPENAI_BASE_URL (with OPENAI_API_KEY). TUTOR_MODEL names the model; without it, it is the smallest that is there.
 */
const { OLLAMA_HOST, OPENAI_BASE_URL, OPENAI_API_KEY, TUTOR_MODEL } = process.env;
const limits = { firstMs: 240_000, idleMs: 60_000, totalMs: 280_000 };
const candidates: [string, string | undefined, (url: string) => Provider][] = [
	[
		'Ollama',
		OLLAMA_HOST || 'http://127.0.0.1:11434',
		(url) => ollamaProvider({ url: url.includes('://') ? url : `http://${url}`, limits })
	],
	[
		'OpenAI-compatible',
		OPENAI_BASE_URL || undefined,
		(url) => openAiCompatibleProvider({ url, limits, ...(OPENAI_API_KEY ? { apiKey: OPENAI_API_KEY } : {}) })
	]
];

for (const [name, url, open] of candidates) {
	const provider = url === undefined ? undefined : open(url);
	const listing = await provider?.models(AbortSignal.timeout(3_000));
	const models = listing?.ok === true ? listing.models : [];
	const model = TUTOR_MODEL ?? models.toSorted((a, b) => (a.bytes ?? 0) - (b.bytes ?? 0))[0]?.id;
	if (provider === undefined || model === undefined) {
		const why = listing?.ok === false ? listing.failure.kind : url === undefined ? 'no address' : 'no model';
		console.warn(
			`\n*** NO REAL ${name.toUpperCase()} SERVER ANSWERED (${why}): its contract was NOT tested. ***\n`
		);
	} else {
		console.warn(`\n*** A real ${name} server answers; its contract is tested with ${model}. ***\n`);
	}

	describe.skipIf(provider === undefined || model === undefined)(
		`a real ${name} server`,
		{ timeout: 300_000 },
		() => {
			const ask = async (more: Partial<ProviderRequest>, signal?: AbortSignal): Promise<ProviderEvent[]> => {
				const events: ProviderEvent[] = [];
				const request: ProviderRequest = {
					model: model ?? '',
					settings: { ...defaultSettings.chat, temperature: 0, answerTokens: 32 },
					prompt: {
						kind: 'chat',
						version: 'contract/1',
						messages: [{ role: 'user', content: 'Count: 1, 2, 3,' }]
					},
					...more
				};
				for await (const event of provider?.stream(request, signal ?? AbortSignal.timeout(290_000)) ?? []) {
					events.push(event);
				}
				return events;
			};

			test('lists its models, each with a digest', () => {
				expect(models.filter(({ digest }) => !/^[0-9a-f]{64}$/.test(digest.value))).toEqual([]);
				expect(models.length).toBeGreaterThan(0);
			});

			test('answers, says that it has finished, and counts', async () => {
				const events = await ask({});
				expect(events[0]?.type).toBe('response-start');
				expect(events.at(-1)).toMatchObject({ type: 'response-end' });
				const end = events.at(-1);
				expect(end?.type === 'response-end' ? (end.usage.promptTokens ?? 0) : 0).toBeGreaterThan(0);
			});

			test('does not know every model', async () => {
				expect(await ask({ model: 'no-such-model:0b' })).toMatchObject([{ kind: 'no-such-model' }]);
			});

			test('stops when it is told to', async () => {
				const stopping = new AbortController();
				setTimeout(() => stopping.abort(), 50);
				const startedAt = performance.now();
				const settings = { ...defaultSettings.chat, answerTokens: 4_096 };
				const prompt = {
					kind: 'chat' as const,
					version: 'c',
					messages: [{ role: 'user' as const, content: 'Write a long story.' }]
				};
				expect((await ask({ settings, prompt }, stopping.signal)).at(-1)).toMatchObject({ kind: 'stopped' });
				expect(performance.now() - startedAt).toBeLessThan(2_000);
			});

			test('is held to the schema of an explanation', async () => {
				const settings = { ...defaultSettings.explain, seed: 1 };
				const subject = { code: 'def double(n):\n    return n * 2\n' };
				const rendered = explainPrompt(subject, { ...settings, tokensPerByte: 0.4 }, 'chat');
				if (!rendered.ok) throw new Error('The prompt does not fit.');
				const reader = answerReader({ lines: 2 });
				const events = await ask({ prompt: rendered.prompt, settings, schema: answerSchema });
				for (const event of events) if (event.type === 'text-delta') reader.push(event.text);
				const { end } = reader.end();
				const last = events.at(-1);
				// A small model may run into the limit of tokens; what it wrote until then has the form all the same.
				const isCut = last?.type === 'response-end' && last.reason === 'length';
				expect(end.json).toBe(isCut ? 'cut' : 'complete');
			});
		}
	);
}
