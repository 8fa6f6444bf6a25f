import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import * as v from 'valibot';
import { scriptedTokens, tokensOf, type PullScript, type Script, type ScriptedModel } from './script';
import { listOf, ollamaWire, openAiWire, pullLines, runningOf, tagsOf, type Wire } from './wire';

const Options = v.looseObject({
	num_ctx: v.optional(v.pipe(v.number(), v.integer())),
	num_predict: v.optional(v.pipe(v.number(), v.integer()))
});
const Asked = v.looseObject({
	model: v.optional(v.string(), ''),
	messages: v.optional(v.array(v.looseObject({ role: v.string(), content: v.string() }))),
	prompt: v.optional(v.string()),
	options: v.optional(v.unknown()),
	format: v.optional(v.unknown()),
	truncate: v.optional(v.boolean()),
	think: v.optional(v.boolean())
});
export type Asked = v.InferOutput<typeof Asked>;

/** A request as it came, and whether the client left before its answer had ended. */
export type Received = { readonly path: string; readonly body: Asked; left: boolean };

export type ScriptedServer = {
	/** Without a path: Ollama's wire begins at `/api`, the other one at `/v1`. */
	readonly url: string;
	/** Every request for an answer, in the order in which they came. */
	readonly received: readonly Received[];
	close(): Promise<void>;
};

/** A model server that speaks both wire formats and does what a script says, as real servers were seen to do it. For tests. */
export async function startScriptedServer(
	models: readonly ScriptedModel[],
	scriptFor: (asked: Asked, path: string) => Script,
	pullFor: (model: string) => PullScript = () => ({ bytes: 1_000, pieces: 1 })
): Promise<ScriptedServer> {
	const kept = [...models];
	const received: Received[] = [];
	const server = createServer((request, response) => {
		answer(request, response).catch(() => response.destroy());
	});

	async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
		const { pathname: path } = new URL(request.url ?? '/', 'http://localhost');
		if (path === '/api/tags') return json(response, 200, tagsOf(kept));
		if (path === '/api/ps') return json(response, 200, runningOf(kept));
		if (path === '/v1/models') return json(response, 200, listOf(kept));
		if (path === '/api/pull') return pull(await namedIn(request), response);
		if (path === '/api/delete') {
			const name = await namedIn(request);
			const at = kept.findIndex((model) => model.name === name);
			if (at < 0) return json(response, 404, { error: `model '${name}' not found` });
			kept.splice(at, 1);
			return void response.writeHead(200).end();
		}
		const isOllama = path === '/api/chat' || path === '/api/generate';
		if (!isOllama && path !== '/v1/chat/completions' && path !== '/v1/completions') {
			return text(response, 404, '404 page not found');
		}
		const body = v.safeParse(Asked, await bodyOf(request));
		if (!body.success) return json(response, 400, { error: 'unexpected EOF' });
		const entry: Received = { path, body: body.output, left: false };
		received.push(entry);
		response.on('close', () => (entry.left = !response.writableFinished));
		const refused = isOllama ? refusedByOllama(kept, body.output) : refusedByOpenAi(kept, body.output);
		if (refused !== undefined) return json(response, refused.status, refused.body);
		const script = scriptFor(body.output, path);
		const kind = path === '/api/chat' || path === '/v1/chat/completions' ? 'chat' : undefined;
		const wire = isOllama
			? ollamaWire(body.output.model, kind ?? 'generate')
			: openAiWire(body.output.model, kind ?? 'completion');
		await play(script, wire, promptLength(body.output), response);
	}

	async function pull(name: string, response: ServerResponse): Promise<void> {
		const script = pullFor(name);
		response.writeHead(200, { 'content-type': 'application/x-ndjson' });
		for (const line of pullLines(script)) {
			if (response.destroyed) return;
			// Whoever hears that it is there may ask for it at once.
			if (line.includes('"success"')) kept.push({ name, digest: 'cd'.repeat(32) });
			response.write(line);
			await sleep(script.gapMs ?? 0);
		}
		response.end();
	}

	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const address = server.address();
	if (address === null || typeof address === 'string') throw new Error('The scripted server has no port.');
	return {
		url: `http://127.0.0.1:${address.port}`,
		received,
		close: () =>
			new Promise<void>((resolve) => {
				server.close(() => resolve());
				server.closeAllConnections();
			})
	};
}

const Named = v.union([
	v.pipe(
		v.object({ model: v.string() }),
		v.transform(({ model }) => model)
	),
	v.pipe(
		v.object({ name: v.string() }),
		v.transform(({ name }) => name)
	)
]);

/** The model that a request is about, under its new name or its old one. */
async function namedIn(request: IncomingMessage): Promise<string> {
	const named = v.safeParse(Named, await bodyOf(request));
	return named.success ? named.output : '';
}

async function bodyOf(request: IncomingMessage): Promise<unknown> {
	const chunks: Buffer[] = [];
	for await (const chunk of request) if (Buffer.isBuffer(chunk)) chunks.push(chunk);
	try {
		return JSON.parse(Buffer.concat(chunks).toString('utf8'));
	} catch {
		return undefined;
	}
}

function json(response: ServerResponse, status: number, body: object): void {
	response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' }).end(JSON.stringify(body));
}

function text(response: ServerResponse, status: number, body: string): void {
	response.writeHead(status, { 'content-type': 'text/plain' }).end(body);
}

type Refused = { status: number; body: object };

const promptLength = (asked: Asked): number =>
	scriptedTokens(asked.prompt ?? (asked.messages ?? []).map(({ content }) => content).join(''));

/** The errors that Ollama answers before it asks a model, word for word. */
function refusedByOllama(models: readonly ScriptedModel[], asked: Asked): Refused | undefined {
	if (asked.model === '') return { status: 400, body: { error: 'model is required' } };
	const model = models.find(({ name }) => name === asked.model || name === `${asked.model}:latest`);
	if (model === undefined) return { status: 404, body: { error: `model '${asked.model}' not found` } };
	const options = v.safeParse(v.optional(Options, {}), asked.options);
	if (!options.success) {
		const option = v.getDotPath(options.issues[0]) ?? 'options';
		return { status: 500, body: { error: `option "${option}" must be of type integer` } };
	}
	if (asked.think === true && model.thinks !== true) {
		return { status: 400, body: { error: `"${model.name}" does not support thinking` } };
	}
	if (asked.format !== undefined && asked.format !== 'json' && typeof asked.format !== 'object') {
		const found = JSON.stringify(asked.format);
		return {
			status: 500,
			body: { error: `invalid format: ${found}; expected "json" or a valid JSON Schema object` }
		};
	}
	const n_prompt_tokens = promptLength(asked);
	const n_ctx = options.output.num_ctx ?? 4_096;
	if (n_prompt_tokens <= n_ctx || asked.truncate !== false) return undefined;
	// The runner's own error, as a text inside of Ollama's.
	const message = `request (${n_prompt_tokens} tokens) exceeds the available context size (${n_ctx} tokens), try increasing it`;
	const inner = { error: { code: 400, message, type: 'exceed_context_size_error', n_prompt_tokens, n_ctx } };
	return { status: 400, body: { error: JSON.stringify(inner) } };
}

/** The same of a server with OpenAI's format, in the words of vLLM. */
function refusedByOpenAi(models: readonly ScriptedModel[], asked: Asked): Refused | undefined {
	const refused = (status: number, type: string, message: string): Refused => ({
		status,
		body: { error: { message, type, param: null, code: status } }
	});
	if (!models.some(({ name }) => name === asked.model)) {
		return refused(404, 'NotFoundError', `The model \`${asked.model}\` does not exist.`);
	}
	const length = promptLength(asked);
	return length > 8_192
		? refused(
				400,
				'BadRequestError',
				`This model's maximum context length is 8192 tokens. However, your request has ${length} input tokens.`
			)
		: undefined;
}

async function play(script: Script, wire: Wire, prompt: number, response: ServerResponse): Promise<void> {
	const { tokenChars = 4, headersMs = 0, firstMs = 0, gapMs = 0, end = { kind: 'stop' } } = script;
	if (headersMs > 0) await sleep(headersMs);
	if (script.refuse !== undefined) {
		const { status, body } = script.refuse;
		const contentType = body.startsWith('{') ? 'application/json' : 'text/plain';
		response.writeHead(status, { 'content-type': contentType }).end(body);
		return;
	}
	response.writeHead(200, { 'content-type': wire.contentType });
	response.flushHeaders();
	// Tokens go out one by one, as they are made.
	response.socket?.setNoDelay(true);
	if (firstMs > 0) await sleep(firstMs);
	const tokens = tokensOf(script.text, tokenChars);
	const lines = [
		...tokensOf(script.reasoning ?? '', tokenChars).map((part) => wire.thought(part)),
		...tokens.map((part) => wire.token(part))
	];
	const sent = 'after' in end ? lines.slice(0, end.after) : lines;
	for (const line of sent) {
		if (response.destroyed) return;
		if (!response.write(line))
			await new Promise((resolve) => response.once('drain', resolve).once('close', resolve));
		if (gapMs > 0) await sleep(gapMs);
	}
	switch (end.kind) {
		case 'stop':
		case 'length':
			response.end(wire.end(end.kind, { prompt, output: tokens.length }));
			return;
		case 'no-done':
			response.end();
			return;
		case 'error':
			response.end(wire.error(end.message));
			return;
		case 'swallowed':
			response.end(wire.swallowed('an error was encountered while running the model: unexpected EOF'));
			return;
		case 'garbage':
			response.end(end.bytes);
			return;
		case 'torn':
			await tear(response, tornPiece(lines[end.after] ?? wire.token('é'), end.where));
			return;
		case 'stall':
			return;
	}
}

/** The beginning of a line: half of it, or up to the middle of its first character of several bytes. */
function tornPiece(line: string, where: 'line' | 'character' | 'between'): Uint8Array {
	const bytes = Buffer.from(line, 'utf8');
	if (where === 'between') return new Uint8Array();
	const character = bytes.findIndex((byte) => byte >= 0xc0);
	return bytes.subarray(0, where === 'character' && character >= 0 ? character + 1 : bytes.length / 2);
}

/** Sends the piece, waits until it is on its way, and closes the connection without an end. */
async function tear(response: ServerResponse, piece: Uint8Array): Promise<void> {
	if (piece.byteLength > 0) await new Promise((resolve) => response.write(piece, resolve));
	// A reset can overtake what was written before it.
	await sleep(20);
	response.destroy();
}
