import { afterEach, describe, expect, test, vi } from 'vitest';
import { defaultSettings } from './model-settings';
import { ollamaProvider } from './ollama';
import { openAiCompatibleProvider } from './openai-compatible';
import type { Provider, ProviderEvent } from './provider';
import { tokensOf } from './scripted/script';
import { listOf, ollamaWire, openAiWire, tagsOf, type Wire } from './scripted/wire';

const models = [{ name: 'm:1b', digest: 'ab'.repeat(32) }];
const words = '{"é": "×🙂\\n"}';
const record = (wire: Wire): string =>
	wire.thought('Hm “…” 🤔') +
	tokensOf(words, 5)
		.map((token) => wire.token(token))
		.join('') +
	wire.end('stop', { prompt: 12, output: 3 });

const formats: [string, Provider, string, object, string][] = [
	[
		'ollama',
		ollamaProvider({ url: 'http://m' }),
		record(ollamaWire('m:1b', 'chat')),
		tagsOf(models),
		'application/x-ndjson'
	],
	[
		'openai-compatible',
		openAiCompatibleProvider({ url: 'http://m/v1' }),
		record(openAiWire('m:1b', 'chat')),
		listOf(models),
		'text/event-stream'
	],
	[
		'openai-compatible with CR and LF',
		openAiCompatibleProvider({ url: 'http://m/v1' }),
		`: a comment\r\n\r\nevent: message\r\n${record(openAiWire('m:1b', 'chat')).replaceAll('\n', '\r\n')}`,
		listOf(models),
		'text/event-stream'
	]
];

/** Answers the list of models, then the recording in these pieces. */
function serve(list: object, contentType: string, pieces: readonly Uint8Array[]): void {
	vi.stubGlobal('fetch', (url: string, init?: RequestInit) => {
		init?.signal?.throwIfAborted();
		if (!/chat/.test(url)) return Promise.resolve(Response.json(list));
		const left = pieces.values();
		const body = new ReadableStream<Uint8Array>({
			pull(controller) {
				const { value, done } = left.next();
				if (done === true) controller.close();
				else controller.enqueue(value);
			}
		});
		return Promise.resolve(new Response(body, { headers: { 'content-type': contentType } }));
	});
}

async function read(provider: Provider): Promise<ProviderEvent[]> {
	const events: ProviderEvent[] = [];
	const prompt = { kind: 'chat' as const, version: 't', messages: [{ role: 'user' as const, content: 'x' }] };
	const request = { model: 'm:1b', prompt, settings: defaultSettings.explain };
	for await (const event of provider.stream(request, new AbortController().signal)) events.push(event);
	return events;
}

afterEach(() => vi.unstubAllGlobals());

describe.each(formats)('%s', (_, provider, recording, list, contentType) => {
	const bytes = new TextEncoder().encode(recording);

	test('gives the same parts wherever it is split', async () => {
		serve(list, contentType, [bytes]);
		const whole = await read(provider);
		expect(whole.map((event) => (event.type === 'text-delta' ? event.text : '')).join('')).toBe(words);
		expect(whole.at(-1)).toMatchObject({
			type: 'response-end',
			usage: { promptTokens: 12, outputTokens: 3 }
		});
		for (let at = 1; at < bytes.length; at += 1) {
			serve(list, contentType, [bytes.subarray(0, at), bytes.subarray(at)]);
			expect(await read(provider), `split at ${at}`).toEqual(whole);
		}
	});

	test('and byte by byte', async () => {
		serve(list, contentType, [bytes]);
		const whole = await read(provider);
		serve(
			list,
			contentType,
			Array.from(bytes, (byte) => new Uint8Array([byte]))
		);
		expect(await read(provider)).toEqual(whole);
	});

	test('cut anywhere, it is never taken for complete', async () => {
		// The end is the reason, for OpenAI's format before the counts and `[DONE]`.
		const reason = recording.search(/"(?:done_)?(?:finish_)?reason":"stop"/);
		const complete = new TextEncoder().encode(recording.slice(0, recording.indexOf('\n', reason))).length;
		for (let at = 0; at < bytes.length; at += 1) {
			serve(list, contentType, [bytes.subarray(0, at)]);
			const end = (await read(provider)).at(-1);
			if (at < complete)
				expect(end, `cut at ${at}`).toMatchObject({ type: 'response-error', kind: 'cut-off' });
			else expect(['response-end', 'response-error']).toContain(end?.type);
		}
	});
});
