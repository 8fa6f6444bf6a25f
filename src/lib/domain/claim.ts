import * as v from 'valibot';
import { ClaimId } from './ids';
import { Probe } from './probe';

/** A Python value: its source, compared by value; or, where no literal can say it, its `repr`, compared as text. */
export const PyText = v.union([
	v.pipe(v.string(), v.maxLength(20_000)),
	v.strictObject({ text: v.pipe(v.string(), v.maxLength(20_000)), opaque: v.literal(true) })
]);
export type PyText = v.InferOutput<typeof PyText>;

const line = v.pipe(v.number(), v.integer(), v.minValue(1));
const name = v.pipe(v.string(), v.maxLength(200), v.regex(/^[\p{L}_][\p{L}\p{N}_.]*$/u));
const exceptionType = v.pipe(v.string(), v.maxLength(200), v.regex(/^[\p{L}_][\p{L}\p{N}_.]*$/u));
const common = { id: ClaimId, probe: Probe };

/**
 * A small fact about what the code does that can be checked by running it. Lines count from 1 in the submitted code.
 * - `returns`: the call's value equals `expect`.
 * - `raises`: the call raises `expect.type` or a subclass; the message is compared only where it is given.
 * - `prints`: exact stdout, a trailing newline aside.
 * - `value`: `name` after the `visit`-th run of `line` (default: the last).
 * - `count`: how often `line` ran; on a loop's header, the passes through its body.
 * - `executed`: whether `line` ran at all.
 */
export const Claim = v.variant('kind', [
	v.strictObject({ ...common, kind: v.literal('returns'), expect: PyText }),
	v.strictObject({
		...common,
		kind: v.literal('raises'),
		expect: v.strictObject({
			type: exceptionType,
			message: v.optional(v.pipe(v.string(), v.maxLength(5_000)))
		})
	}),
	v.strictObject({ ...common, kind: v.literal('prints'), expect: v.pipe(v.string(), v.maxLength(20_000)) }),
	v.strictObject({
		...common,
		kind: v.literal('value'),
		line,
		name,
		visit: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1))),
		expect: PyText
	}),
	v.strictObject({
		...common,
		kind: v.literal('count'),
		line,
		expect: v.pipe(v.number(), v.integer(), v.minValue(0))
	}),
	v.strictObject({ ...common, kind: v.literal('executed'), line, expect: v.boolean() })
]);
export type Claim = v.InferOutput<typeof Claim>;

/** The text of a Python value, whichever way it was given. */
export const pyTextOf = (value: PyText): string => (typeof value === 'string' ? value : value.text);
