import { randomInt } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import * as v from 'valibot';
import type { OutputPart } from '$lib/domain/run';
import type { RunEnd } from '$lib/runner/protocol';

/**
 * The tables that CPython, Pyodide, the runner in Node and the one in the browser all replay, and what of a run is compared with
 * them; the README beside them says what a row means.
 */
const read = (name: string): unknown =>
	JSON.parse(readFileSync(path.resolve('src/lib/runner/kernel/cases', name), 'utf8'));

const Session = v.strictObject({
	id: v.string(),
	cells: v.pipe(
		v.array(v.strictObject({ code: v.string(), stdin: v.optional(v.array(v.string()), []) })),
		v.minLength(1)
	),
	expect: v.strictObject({
		status: v.string(),
		stdout: v.optional(v.string()),
		stdoutChars: v.optional(v.number()),
		stderr: v.optional(v.string(), ''),
		display: v.optional(v.array(v.record(v.string(), v.string())), []),
		error: v.optional(
			v.strictObject({
				type: v.string(),
				line: v.optional(v.number()),
				cause: v.boolean(),
				frames: v.number()
			})
		),
		memory: v.optional(v.literal(true)),
		needsInput: v.optional(v.strictObject({ prompt: v.string(), secret: v.boolean() })),
		variables: v.number()
	})
});
export type Session = v.InferOutput<typeof Session>;
const Call = v.strictObject({
	id: v.string(),
	call: v.strictObject({ method: v.string(), params: v.looseObject({}) }),
	expect: v.strictObject({ result: v.unknown() })
});
export type Call = v.InferOutput<typeof Call>;

export const rows = v.parse(v.array(v.union([Session, Call])), read('programs.json'));
export const sessions = rows.flatMap((row) => ('cells' in row ? [row] : []));
export const calls = rows.flatMap((row) => ('call' in row ? [row] : []));
export const fatal = v.parse(
	v.array(v.strictObject({ id: v.string(), code: v.string() })),
	read('fatal.json')
);

/** How the last cell of a session ended, wherever it ran. `needsInput`: it was stopped where it asked for one more line. */
export type LastRun = {
	end: RunEnd & {
		variables: number;
		needsInput?: { prompt: string; secret: boolean } | undefined;
	};
	outputs: readonly OutputPart[];
};

/** A run and its row in one shape, to be held against each other. Where the row leaves `stdout` open, only its length counts. */
export function comparable({ end, outputs }: LastRun, { expect: expected }: Session) {
	const printed = (kind: 'stdout' | 'stderr'): string =>
		outputs.map((part) => (part.kind === kind ? part.text : '')).join('');
	const { error } = end;
	const stdout = printed('stdout');
	const isWhole = expected.stdout !== undefined;
	const { status, stderr, display, needsInput, variables } = expected;
	return {
		seen: {
			status: end.status,
			stdout: isWhole ? stdout : stdout.length + end.truncated,
			stderr: printed('stderr'),
			display: outputs.flatMap((part) => (part.kind === 'display' ? [part.data] : [])),
			error: error && {
				type: error.type,
				...(error.line === undefined ? {} : { line: error.line }),
				cause: error.cause !== undefined,
				frames: error.frames.length
			},
			needsInput: end.needsInput,
			variables: end.variables
		},
		wanted: {
			status,
			stdout: isWhole ? expected.stdout : expected.stdoutChars,
			stderr,
			display,
			error: expected.error,
			needsInput,
			variables
		}
	};
}

/** Chooses rows for a test run; PROCODER_SEED repeats a choice. */
export const newSeed = (): number => Number(process.env['PROCODER_SEED'] ?? randomInt(2 ** 32));

/** `npm run test:long`: all of what is else sampled. */
export const isLong = process.env['PROCODER_LONG'] !== undefined;

/** `size` rows, chosen by the seed; with PROCODER_LONG all of them. The order is the table's. */
export function sample<Row>(all: readonly Row[], seed: number, size = 30): Row[] {
	if (isLong) return [...all];
	let state = seed;
	const drawn = all.map((row, at) => {
		// A linear congruential generator: enough to choose rows by.
		state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
		return { row, at, lot: state };
	});
	const chosen = drawn.sort((a, b) => a.lot - b.lot).slice(0, size);
	return chosen.sort((a, b) => a.at - b.at).map(({ row }) => row);
}
