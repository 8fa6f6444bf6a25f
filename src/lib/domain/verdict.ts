import * as v from 'valibot';
import { PyText } from './claim';
import { ClaimId } from './ids';

const text = v.pipe(v.string(), v.maxLength(20_000));

/** What running the code really gave, in the shape of the question that was asked. */
export const Actual = v.variant('kind', [
	v.strictObject({ kind: v.literal('value'), value: PyText }),
	v.strictObject({ kind: v.literal('raised'), type: text, message: text }),
	v.strictObject({ kind: v.literal('printed'), text }),
	v.strictObject({ kind: v.literal('count'), count: v.pipe(v.number(), v.integer(), v.minValue(0)) }),
	v.strictObject({ kind: v.literal('executed'), executed: v.boolean() }),
	/** The line never ran, or the name was not bound there. */
	v.strictObject({ kind: v.literal('absent') })
]);
export type Actual = v.InferOutput<typeof Actual>;

/** Why a claim could not be put to the test. The interface owns the words. */
export const NotCheckableReason = v.picklist([
	'not-a-plain-call',
	'not-a-literal',
	'unknown-name',
	'no-such-line',
	'syntax-error',
	'no-input-given',
	'needs-network',
	'needs-file',
	'runner-unavailable'
]);
export type NotCheckableReason = v.InferOutput<typeof NotCheckableReason>;

export const Outcome = v.variant('kind', [
	v.strictObject({ kind: v.literal('confirmed') }),
	v.strictObject({ kind: v.literal('contradicted'), actual: Actual }),
	/** Only where no exception was claimed; a different exception than the claimed one is `contradicted`. */
	v.strictObject({
		kind: v.literal('raised'),
		error: v.strictObject({ type: text, message: text, line: v.optional(v.number()) })
	}),
	v.strictObject({ kind: v.literal('timed-out') }),
	/** Two runs of the same probe differed. */
	v.strictObject({
		kind: v.literal('non-deterministic'),
		seen: v.pipe(v.array(Actual), v.minLength(2), v.maxLength(4))
	}),
	v.strictObject({ kind: v.literal('not-checkable'), why: NotCheckableReason, detail: v.optional(text) })
]);
export type Outcome = v.InferOutput<typeof Outcome>;

/** `by: 'browser'` serves the reader; only the server's own re-run trains or gates a model. */
export const VerdictBy = v.picklist(['browser', 'server']);
export type VerdictBy = v.InferOutput<typeof VerdictBy>;

export const Verdict = v.strictObject({ claimId: ClaimId, by: VerdictBy, outcome: Outcome });
export type Verdict = v.InferOutput<typeof Verdict>;

/** Refuted means that running the code showed something else than was claimed. */
export const isRefuted = (outcome: Outcome): boolean =>
	outcome.kind === 'contradicted' || outcome.kind === 'raised';
