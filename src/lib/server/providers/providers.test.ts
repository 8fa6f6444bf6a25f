import { createServer } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, test } from 'vitest';
import type { Prompt } from '$lib/domain/prompt';
import { defaultSettings } from './model-settings';
import { ollamaProvider } from './ollama';
import { openAiCompatibleProvider } from './openai-compatible';
import type { Provider, ProviderEvent, ProviderRequest, StreamLimits } from './provider';
import type { Ending, Script } from './scripted/script';
import { startScriptedServer, type ScriptedServer } from './scripted/server';

const digest = 'ab'.repeat(32);
const models = [
	{ name: 'mistral:7b', digest },
	{ name: 'tutor:latest', digest: 'cd'.repeat(32) },
	{ name: 'qwen3:4b', digest: 'ef'.repeat(32), thinks: true }
];
const chat: Prompt = {
	kind: 'chat',
	version: 'test/1',
	messages: [
		{ role: 'system', content: 'Rules.' },
		{ role: 'user', content: 'Why — “so”?' }
	]
};
const completion: Prompt = { kind: 'completion', version: 'test/1', text: '# Code:\n', stop: ['\n# '] };
const request: ProviderRequest = { model: 'mistral:7b', prompt: chat, settings: defaultSettings.explain };
const words = 'Größe: 3 × “é” 🙂 and so on, until the end.';
const never = new AbortController().signal;

const servers: ScriptedServer[] = [];
afterEach(async () => {
	await Promise.all(servers.splice(0).map((server) => server.close()));
});

async function scripted(script: Script): Promise<ScriptedServer> {
	const server = await startScriptedServer(models, () => script);
	servers.push(server);
	return server;
}

const wires: [string, (url: string, limits?: Partial<StreamLimits>) => Provider][] = [
	['ollama', (url, limits = {}) => ollamaProvider({ url, limits })],
	['openai-compatible', (url, limits = {}) => openAiCompatibleProvider({ url: `${url}/v1`, limits })]
];

async function all(stream: AsyncIterable<ProviderEvent>): Promise<ProviderEvent[]> {
	const events: ProviderEvent[] = [];
	for await (const event of stream) events.push(event);
	return events;
}

const textIn = (
	events: readonly ProviderEvent[],
	type: 'text-delta' | 'reasoning-delta' = 'text-delta'
): string => events.map((event) => (event.type === type ? event.text : '')).join('');

/** The end of a stream, in short. */
function endOf(events: readonly ProviderEvent[]): string {
	const end = events.at(-1);
	if (end?.type === 'response-end') return end.reason;
	return end?.type === 'response-error' ? `${end.kind}${end.retryable ? ', again' : ''}` : 'none';
}

describe.each(wires)('%s', (name, open) => {
	const ask = async (
		script: Script,
		more: Partial<ProviderRequest> = {},
		limits: Partial<StreamLimits> = {}
	): Promise<ProviderEvent[]> =>
		all(open((await scripted(script)).url, limits).stream({ ...request, ...more }, never));

	test('a whole answer, with the digest first and the counts last', async () => {
		const events = await ask({ text: words, tokenChars: 1 });
		expect(events[0]).toMatchObject({
			type: 'response-start',
			model: 'mistral:7b',
			digest: name === 'ollama' ? { value: digest, of: 'weights' } : { of: 'description' }
		});
		expect(textIn(events)).toBe(words);
		expect(events.filter(({ type }) => type === 'text-delta')).toHaveLength(Array.from(words).length);
		expect(events.at(-1)).toMatchObject({
			type: 'response-end',
			reason: 'stop',
			usage: { promptTokens: 5, outputTokens: Array.from(words).length }
		});
	});

	test('what is sent: every setting, the schema, nothing twice', async () => {
		const server = await scripted({ text: 'x' });
		const schema = { type: 'object' };
		const settings = { ...defaultSettings.explain, seed: 7 };
		await all(open(server.url).stream({ ...request, settings, schema }, never));
		await all(open(server.url).stream({ ...request, prompt: completion }, never));
		const [asked, continued] = server.received.map(({ path, body }) => ({ path, body }));
		if (name === 'ollama') {
			expect(asked).toEqual({
				path: '/api/chat',
				body: {
					model: 'mistral:7b',
					stream: true,
					truncate: false,
					keep_alive: '30m',
					options: { temperature: 0.7, top_p: 0.9, num_ctx: 8192, num_predict: 2048, seed: 7 },
					format: schema,
					messages: chat.messages
				}
			});
			expect(continued).toMatchObject({
				path: '/api/generate',
				body: { prompt: '# Code:\n', raw: true, options: { stop: ['\n# '] } }
			});
		} else {
			expect(asked).toEqual({
				path: '/v1/chat/completions',
				body: {
					model: 'mistral:7b',
					messages: chat.messages,
					stream: true,
					stream_options: { include_usage: true },
					temperature: 0.7,
					top_p: 0.9,
					max_tokens: 2048,
					seed: 7,
					chat_template_kwargs: { enable_thinking: false },
					response_format: { type: 'json_schema', json_schema: { name: 'answer', strict: true, schema } }
				}
			});
			expect(continued).toMatchObject({
				path: '/v1/completions',
				body: { prompt: '# Code:\n', stop: ['\n# '] }
			});
		}
	});

	test('a base model goes on with a text', async () => {
		const events = await ask({ text: words }, { prompt: completion });
		expect([textIn(events), endOf(events)]).toEqual([words, 'stop']);
	});

	test('a model that thinks aloud does so apart from its answer', async () => {
		const events = await ask({ text: words, reasoning: 'Let me see…' }, { model: 'qwen3:4b' });
		expect([textIn(events), textIn(events, 'reasoning-delta'), endOf(events)]).toEqual([
			words,
			'Let me see…',
			'stop'
		]);
	});

	test.each<[string, Ending, string]>([
		['the limit of tokens', { kind: 'length' }, 'length'],
		['closed without an end', { kind: 'no-done', after: 3 }, 'cut-off, again'],
		['an error inside of the 200', { kind: 'error', after: 3, message: 'it broke' }, 'refused'],
		[
			'the runner was killed',
			{
				kind: 'error',
				after: 3,
				message: 'an error was encountered while running the model: unexpected EOF'
			},
			'cut-off, again'
		],
		['a swallowed error', { kind: 'swallowed', after: 3 }, 'cut-off, again'],
		['torn between two lines', { kind: 'torn', after: 3, where: 'between' }, 'cut-off, again'],
		['torn inside of a line', { kind: 'torn', after: 3, where: 'line' }, 'cut-off, again'],
		['torn inside of a character', { kind: 'torn', after: 2, where: 'character' }, 'cut-off, again'],
		['another protocol', { kind: 'garbage', after: 3, bytes: Buffer.from('data: <html>\n\n') }, 'malformed'],
		[
			'bytes that are no text',
			{ kind: 'garbage', after: 3, bytes: new Uint8Array([0x7b, 0xff, 0xfe, 10]) },
			'malformed'
		],
		[
			'a line of JSON that says nothing',
			{ kind: 'garbage', after: 3, bytes: Buffer.from('data: [1]\n\n[1]\n') },
			'malformed'
		],
		['silence', { kind: 'stall', after: 3 }, 'timed-out, again']
	])('ends with %s', async (_, end, expected) => {
		const tokenChars = 4;
		const events = await ask({ text: words, tokenChars, end }, {}, { idleMs: 150 });
		expect(endOf(events)).toBe(expected);
		const kept =
			'after' in end
				? Array.from(words)
						.slice(0, end.after * tokenChars)
						.join('')
				: words;
		expect(textIn(events)).toBe(kept);
	});

	test.each<[string, number, string, string]>([
		[
			'503',
			503,
			'{"error":"server busy, please try again.  maximum pending requests exceeded"}',
			'overloaded, again'
		],
		['503 of a proxy', 503, '<html>', 'overloaded, again'],
		['429', 429, '{"error":{"message":"Rate limit"}}', 'overloaded, again'],
		['403 without a body', 403, '', 'refused'],
		['401', 401, '{"error":{"message":"Incorrect API key"}}', 'refused'],
		['502 of a proxy', 502, 'Bad Gateway', 'not-running, again'],
		[
			'500',
			500,
			'{"error":"invalid format: 1; expected \\"json\\" or a valid JSON Schema object"}',
			'refused'
		],
		['an address elsewhere', 302, '', 'refused']
	])('is answered with %s', async (_, status, body, expected) => {
		const events = await ask({ text: '', refuse: { status, body } });
		expect(events.map(({ type }) => type)).toEqual(['response-error']);
		expect(endOf(events)).toBe(expected);
	});

	test('a model that is not there', async () => {
		expect(endOf(await ask({ text: 'x' }, { model: 'nope' }))).toBe('no-such-model');
	});

	test('a prompt that does not fit is refused, never cut', async () => {
		const prompt: Prompt = { ...chat, messages: [{ role: 'user', content: 'x '.repeat(20_000) }] };
		const events = await ask({ text: 'x' }, { prompt });
		expect(endOf(events)).toBe('out-of-context');
		const end = events.at(-1);
		expect(end?.type === 'response-error' ? end.detail : '').toMatch(/^HTTP 400: \S.*(10000|8192)/);
	});

	test('an answer without a word is none', async () => {
		expect(endOf(await ask({ text: '' }))).toBe('malformed');
	});

	test('nobody is there', async () => {
		const closed = await startScriptedServer(models, () => ({ text: 'x' }));
		await closed.close();
		const { url } = closed;
		expect(endOf(await all(open(url).stream(request, never)))).toBe('not-running, again');
		expect(await open(url).models(never)).toMatchObject({ ok: false, failure: { kind: 'not-running' } });
		const unknown = open('http://no-such-host.invalid:11434');
		expect(endOf(await all(unknown.stream(request, never)))).toBe('not-running, again');
	});

	test('something else is there', async () => {
		const server = createServer((_, response) => response.end('<html>hello</html>'));
		await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
		const address = server.address();
		const url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
		expect(endOf(await all(open(url).stream(request, never)))).toBe('malformed');
		expect(await open(url).models(never)).toMatchObject({ ok: false, failure: { kind: 'malformed' } });
		await new Promise((resolve) => server.close(resolve));
	});

	test('time runs out before the headers, and after them', async () => {
		const limits = { firstMs: 150 };
		expect(endOf(await ask({ text: words, headersMs: 5_000 }, {}, limits))).toBe('timed-out, again');
		expect(endOf(await ask({ text: words, firstMs: 5_000 }, {}, limits))).toBe('timed-out, again');
		expect(endOf(await ask({ text: words, gapMs: 100 }, {}, { totalMs: 300 }))).toBe('timed-out, again');
	});

	test('a slow server is waited for', async () => {
		const events = await ask({ text: 'abcdefgh', headersMs: 100, firstMs: 100, gapMs: 50 });
		expect([textIn(events), endOf(events)]).toEqual(['abcdefgh', 'stop']);
	});

	test('a slow reader is no slow server', async () => {
		const server = await scripted({ text: words });
		const events: ProviderEvent[] = [];
		for await (const event of open(server.url, { idleMs: 100, totalMs: 2_000 }).stream(request, never)) {
			events.push(event);
			await sleep(120);
		}
		expect([textIn(events), endOf(events)]).toEqual([words, 'stop']);
	});

	test('an answer that never ends is given up', async () => {
		const events = await ask({ text: 'x'.repeat(5_000), tokenChars: 50 }, {}, { chars: 1_000 });
		expect(endOf(events)).toBe('malformed');
		expect(textIn(events)).toHaveLength(1_000);
	});

	const left = async (server: ScriptedServer): Promise<boolean> => {
		const until = performance.now() + 2_000;
		while (performance.now() < until && server.received[0]?.left !== true) await sleep(10);
		return server.received[0]?.left === true;
	};

	test.each([
		['while it waits for the headers', { text: words, headersMs: 60_000 }],
		['in the middle of an answer', { text: words, end: { kind: 'stall', after: 2 } as const }]
	])('Stop %s', async (_, script) => {
		const server = await scripted(script);
		const stopping = new AbortController();
		const events: ProviderEvent[] = [];
		const reading = (async () => {
			for await (const event of open(server.url).stream(request, stopping.signal)) events.push(event);
		})();
		while (server.received.length === 0) await sleep(10);
		await sleep(50);
		stopping.abort();
		await reading;
		expect(endOf(events)).toBe('stopped');
		expect(await left(server)).toBe(true);
	});

	test('Stop before it began asks nobody', async () => {
		const server = await scripted({ text: words });
		expect(endOf(await all(open(server.url).stream(request, AbortSignal.abort())))).toBe('stopped');
		expect(await open(server.url).models(AbortSignal.abort())).toMatchObject({
			failure: { kind: 'stopped' }
		});
		expect(server.received).toHaveLength(0);
	});

	test('who leaves the loop leaves the server', async () => {
		const server = await scripted({ text: words, end: { kind: 'stall', after: 2 } });
		for await (const event of open(server.url).stream(request, never)) {
			if (event.type === 'text-delta') break;
		}
		expect(await left(server)).toBe(true);
	});

	test('its models', async () => {
		const listing = await open((await scripted({ text: '' })).url).models(never);
		expect(listing).toMatchObject({ ok: true });
		expect(listing.ok ? listing.models.map(({ id }) => id) : []).toEqual(models.map((model) => model.name));
	});
});

test('of Ollama, `tutor` is `tutor:latest`, and the digest is the one of the weights', async () => {
	const { url } = await scripted({ text: 'x' });
	const [start] = await all(ollamaProvider({ url }).stream({ ...request, model: 'tutor' }, never));
	expect(start).toMatchObject({ digest: { value: 'cd'.repeat(32), of: 'weights' } });
});

test('of Ollama, only a model that can think is told whether to', async () => {
	const server = await scripted({ text: 'x' });
	const settings = { ...defaultSettings.explain, think: true };
	await all(ollamaProvider(server).stream({ ...request, settings }, never));
	await all(ollamaProvider(server).stream({ ...request, settings, model: 'qwen3:4b' }, never));
	expect(server.received.map(({ body }) => body.think)).toEqual([undefined, true]);
});

test('of the other format, an end without the name of a model is none', async () => {
	const bytes = Buffer.from('data: {"model":"","choices":[{"delta":{},"finish_reason":"stop"}]}\n\n');
	const { url } = await scripted({ text: words, end: { kind: 'garbage', after: 3, bytes } });
	const events = await all(openAiCompatibleProvider({ url: `${url}/v1` }).stream(request, never));
	expect(endOf(events)).toBe('cut-off, again');
});

test('a key goes with every request', async () => {
	const keys: (string | undefined)[] = [];
	const server = createServer((asked, response) => {
		keys.push(asked.headers.authorization);
		response.writeHead(401).end();
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const address = server.address();
	const url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
	await openAiCompatibleProvider({ url, apiKey: 'k' }).models(never);
	expect(keys).toEqual(['Bearer k']);
	await new Promise((resolve) => server.close(resolve));
});
