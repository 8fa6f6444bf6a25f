import * as v from 'valibot';
import { codeFits, maxBodyBytes } from '$lib/domain/limits';
import { contextFits } from '$lib/domain/submission';
import type { Refusal } from '$lib/domain/answer';

export type Read<T> = { ok: true; value: T } | { ok: false; refusal: Refusal; status?: number };

/** Nesting that any of our bodies needs is below this; deeper JSON only exhausts stacks. */
const maxDepth = 64;

/**
 * The body of a request, parsed by its schema. Refused with the place of the fault: another content type (415), more than
 * `maxBodyBytes` whether announced or not (413), bytes that are no UTF-8 (422), no JSON (400), another shape (422).
 */
export async function readBody<T>(request: Request, schema: v.GenericSchema<unknown, T>): Promise<Read<T>> {
	const type = request.headers.get('content-type') ?? '';
	if (!/^application\/json\s*(;\s*charset="?utf-8"?\s*)?$/i.test(type)) {
		return fail('bad-request', 'The body must be application/json, in UTF-8.', 415);
	}
	const bytes = await readBytes(request);
	if (bytes === undefined) return fail('too-large', `A request may be at most ${maxBodyBytes} bytes long.`);
	const text = decode(bytes);
	if (!text.ok) return fail('invalid-text', `The body is no UTF-8: byte ${text.offset} is wrong.`);
	return parse(text.value, schema);
}

function parse<T>(text: string, schema: v.GenericSchema<unknown, T>): Read<T> {
	let json: unknown;
	try {
		json = JSON.parse(text);
	} catch (error) {
		return fail('bad-request', `The body is no JSON: ${error instanceof Error ? clip(error.message) : ''}`);
	}
	const oddity = oddityOf(json);
	if (oddity !== undefined) return fail('invalid-body', oddity);
	const result = v.safeParse(schema, json);
	if (result.success) return { ok: true, value: result.output };
	const issues = result.issues.map((issue) => ({
		path: v.getDotPath(issue) ?? '',
		message: clip(issue.message)
	}));
	const tooLarge = result.issues.some(
		(issue) => issue.requirement === codeFits || issue.requirement === contextFits
	);
	return {
		ok: false,
		refusal: { code: tooLarge ? 'too-large' : 'invalid-body', issues: issues.slice(0, 20) }
	};
}

/** The bytes; undefined where there are too many. Reading stops there, so a body without an announced length cannot fill memory. */
async function readBytes(request: Request): Promise<Uint8Array | undefined> {
	if (Number(request.headers.get('content-length') ?? 0) > maxBodyBytes) return undefined;
	const chunks: Uint8Array[] = [];
	let size = 0;
	const reader = request.body?.getReader();
	for (let part = await reader?.read(); part !== undefined && !part.done; part = await reader?.read()) {
		size += part.value.byteLength;
		if (size > maxBodyBytes) {
			await reader?.cancel();
			return undefined;
		}
		chunks.push(part.value);
	}
	return Buffer.concat(chunks);
}

function decode(bytes: Uint8Array): { ok: true; value: string } | { ok: false; offset: number } {
	try {
		return { ok: true, value: new TextDecoder('utf-8', { fatal: true }).decode(bytes) };
	} catch {
		return { ok: false, offset: firstWrongByte(bytes) };
	}
}

/** The number of bytes before the first wrong one. Whether a beginning is right only changes once, so halving finds it. */
function firstWrongByte(bytes: Uint8Array): number {
	const isRight = (length: number): boolean => {
		try {
			new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(0, length), { stream: true });
			return true;
		} catch {
			return false;
		}
	};
	let [right, wrong] = [0, bytes.byteLength];
	// The text ends inside a character.
	if (isRight(wrong)) return wrong;
	while (wrong - right > 1) {
		const middle = (right + wrong) >> 1;
		if (isRight(middle)) right = middle;
		else wrong = middle;
	}
	return right;
}

/** What JSON allows and no store keeps: numbers beyond every range (1e400), and nesting that breaks stacks. */
function oddityOf(json: unknown): string | undefined {
	const pending: { value: unknown; depth: number }[] = [{ value: json, depth: 0 }];
	for (let item = pending.pop(); item !== undefined; item = pending.pop()) {
		const { value, depth } = item;
		if (typeof value === 'number' && !Number.isFinite(value))
			return 'A number in the body is too large to be one.';
		if (!(value instanceof Object)) continue;
		if (depth === maxDepth) return `The body is nested deeper than ${maxDepth} levels.`;
		for (const inner of Object.values(value)) pending.push({ value: inner, depth: depth + 1 });
	}
	return undefined;
}

const clip = (message: string): string => (message.length > 300 ? `${message.slice(0, 300)}…` : message);

function fail(
	code: Refusal['code'],
	detail: string,
	status?: number
): { ok: false; refusal: Refusal; status?: number } {
	return { ok: false, refusal: { code, detail }, ...(status === undefined ? {} : { status }) };
}
