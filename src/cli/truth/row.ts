import * as v from 'valibot';
import { Explanation } from '$lib/domain/explanation';
import { ClaimId } from '$lib/domain/ids';
import { Code } from '$lib/domain/limits';
import { Outcome } from '$lib/domain/verdict';

const count = v.pipe(v.number(), v.integer(), v.minValue(0));
const amount = v.pipe(v.number(), v.minValue(0));
const text = v.pipe(v.string(), v.maxLength(20_000));

/** A program of a corpus. What else stands in a row is somebody else's, and left alone. */
export const ProgramRow = v.object({
	id: v.pipe(v.string(), v.minLength(1), v.maxLength(500)),
	code: Code,
	/** The function that is asked about; without it, every function and method of the program. */
	entry: v.optional(text),
	language: v.optional(text)
});
export type ProgramRow = v.InferOutput<typeof ProgramRow>;

/** What a plain Python, without our kernel, says of the claims that were confirmed. */
export const SecondWay = v.strictObject({
	python: text,
	agreed: count,
	differed: v.array(v.strictObject({ claimId: ClaimId, got: text })),
	/** What it could not try, a module that it does not have say. */
	untried: v.array(v.strictObject({ claimId: ClaimId, why: text }))
});
export type SecondWay = v.InferOutput<typeof SecondWay>;

export const CallableCount = v.strictObject({
	name: text,
	/** How many it takes, `self` not counted. */
	parameters: count,
	/** Confirmed ones. */
	examples: count,
	edgeCases: count
});
export type CallableCount = v.InferOutput<typeof CallableCount>;

/** What was found out about one program: one line of the report. */
export const ReportRow = v.strictObject({
	id: v.string(),
	/** `broken`: Python cannot read the code, and the explanation says why; `error`: there is no explanation, see `error`. */
	status: v.picklist(['explained', 'broken', 'error']),
	explanation: v.nullable(Explanation),
	verdicts: v.array(v.strictObject({ claimId: ClaimId, by: v.literal('node'), outcome: Outcome })),
	branches: v.strictObject({ total: count, hit: count }),
	callables: v.array(CallableCount),
	unknownNames: v.array(text),
	/** Sentences that state a value which no claim stands behind. */
	valuesOutsideSlots: count,
	/** `null` where the text is too short for a grade. */
	grade: v.nullable(amount),
	words: count,
	/** How long the explanation took until it was there, its claims' verdicts not counted. */
	ms: amount,
	secondWay: v.optional(SecondWay),
	error: v.optional(text)
});
export type ReportRow = v.InferOutput<typeof ReportRow>;

/** The row of a program that has no explanation. */
export const errorRow = (id: string, error: string): ReportRow => ({
	id,
	status: 'error',
	explanation: null,
	verdicts: [],
	branches: { total: 0, hit: 0 },
	callables: [],
	unknownNames: [],
	valuesOutsideSlots: 0,
	grade: null,
	words: 0,
	ms: 0,
	error: error.slice(0, 2_000)
});
