import { describe, expect, test } from 'vitest';
import { failureOf, messageIn, refusal } from './failure';

/** As real servers were seen to write them. */
const refusals: [number, string, string, string][] = [
	[404, `{"error":"model 'nope' not found"}`, 'no-such-model', "model 'nope' not found"],
	[404, `{"error":"model \\"nope\\" not found, try pulling it first"}`, 'no-such-model', 'try pulling'],
	[404, '{"error":{"message":"model nope not found","type":"not_found_error"}}', 'no-such-model', 'nope'],
	[404, '{"object":"error","message":"The model `x` does not exist.","code":404}', 'no-such-model', '`x`'],
	[400, '{"error":"model is required"}', 'refused', 'model is required'],
	[400, '{"error":"unexpected EOF"}', 'cut-off', 'unexpected EOF'],
	[500, '{"error":"option \\"num_ctx\\" must be of type integer"}', 'refused', 'num_ctx'],
	[400, '{"error":"\\"m\\" does not support thinking"}', 'refused', 'thinking'],
	[
		400,
		'{"error":"{\\"error\\":{\\"code\\":400,\\"message\\":\\"unsupported schema\\"}}"}',
		'refused',
		'unsupported schema'
	],
	[
		400,
		'{"error":"{\\"error\\":{\\"code\\":400,\\"message\\":\\"request (9 tokens) exceeds the available context size (4 tokens)\\",\\"n_prompt_tokens\\":9,\\"n_ctx\\":4}}"}',
		'out-of-context',
		'(9 tokens)'
	],
	[
		422,
		'{"error":"Input validation error: `inputs` tokens + `max_new_tokens` must be <= 4096","error_type":"validation"}',
		'out-of-context',
		'4096'
	],
	[
		503,
		'{"error":{"code":503,"message":"Loading model","type":"unavailable_error"}}',
		'overloaded',
		'Loading'
	],
	[200, '{"error":"an error was encountered while running the model: unexpected EOF"}', 'cut-off', 'EOF'],
	[200, '{"error":"pull model manifest: dial tcp: lookup registry: no such host"}', 'refused', 'manifest'],
	[403, '', 'refused', 'HTTP 403'],
	[400, '{"detail":"There was an error parsing the body"}', 'refused', 'parsing'],
	[500, '{"error":{"error":"nested"}}', 'refused', 'nested']
];

describe('what a refusal means', () => {
	test.each(refusals)('%i %s', (status, body, kind, words) => {
		const { kind: found, detail } = refusal(status, body);
		expect(found).toBe(kind);
		expect(detail).toContain(words);
	});

	test('its words are short, and unpacked only so often', () => {
		expect(refusal(500, 'x'.repeat(100_000)).detail.length).toBeLessThanOrEqual(500);
		const nested = Array(6)
			.fill(0)
			.reduce<string>((inner) => JSON.stringify({ error: inner }), 'deep');
		expect(messageIn(nested)).toMatch(/^\{"error"/);
	});
});

describe('what an exception means', () => {
	const because = (code: string): Error =>
		new TypeError('fetch failed', { cause: Object.assign(new Error(code), { code }) });

	test.each([
		[because('ECONNREFUSED'), 'not-running'],
		[because('ENOTFOUND'), 'not-running'],
		[
			new TypeError('fetch failed', { cause: new AggregateError([because('ECONNREFUSED').cause]) }),
			'not-running'
		],
		[because('UND_ERR_SOCKET'), 'cut-off'],
		[because('ECONNRESET'), 'cut-off'],
		[because('HPE_INVALID_CONSTANT'), 'malformed'],
		[because('UND_ERR_HEADERS_TIMEOUT'), 'timed-out'],
		[new SyntaxError('Unexpected token'), 'malformed'],
		['a text', 'cut-off']
	])('%s', (error, kind) => {
		expect(failureOf(error).kind).toBe(kind);
	});
});
