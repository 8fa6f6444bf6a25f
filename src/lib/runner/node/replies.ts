import * as v from 'valibot';
import { OutputPart, PyError } from '$lib/domain/run';
import { maxMessageChars, type CallFailure } from '../protocol';

/** What the kernel says, as text out of a process that a learner's code was in: parsed like anything from outside. */
export type CallResult = { ok: true; value: unknown } | { ok: false; why: CallFailure; message: string };

export const KernelEnd = v.object({
	status: v.picklist(['ok', 'error', 'interrupted']),
	error: v.optional(PyError),
	durationMs: v.pipe(v.number(), v.minValue(0)),
	variables: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0)), 0),
	memory: v.optional(v.boolean(), false),
	needsInput: v.optional(
		v.object({ prompt: v.pipe(v.string(), v.maxLength(maxMessageChars)), secret: v.boolean() })
	)
});

const kernelAnswer = v.variant('ok', [
	v.object({ ok: v.literal(true), result: v.unknown() }),
	v.object({ ok: v.literal(false), error: v.object({ type: v.string(), message: v.string() }) })
]);

export function readReply(json: string): CallResult {
	const answer = v.safeParse(kernelAnswer, jsonOf(json));
	if (!answer.success)
		return { ok: false, why: 'failed', message: 'The kernel’s answer has no known shape.' };
	if (answer.output.ok) return { ok: true, value: answer.output.result };
	const { type, message } = answer.output.error;
	return { ok: false, why: 'failed', message: `${type}: ${message}` };
}

/** What a value looks like, by media type; `undefined` for what is none of it. */
export function readDisplay(bundle: string): OutputPart | undefined {
	const part = v.safeParse(OutputPart, { kind: 'display', data: jsonOf(bundle) });
	return part.success ? part.output : undefined;
}

export function jsonOf(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return undefined;
	}
}
