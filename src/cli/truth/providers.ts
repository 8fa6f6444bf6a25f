import * as v from 'valibot';
import { Explanation } from '$lib/domain/explanation';
import type { Bench } from './bench';
import type { ProgramRow } from './row';

/** Who writes explanations. Rejects where there is none, with the reason. */
export type Provider = (program: ProgramRow, bench: Bench) => Promise<Explanation>;

/** As on the page: writing bounds itself; this is for an interpreter that hangs all the same. */
const explainTimeoutMs = 20_000;

const unrun: readonly string[] = ['crashed', 'timed-out'];

const builtIn: Provider = async ({ code }, bench) => {
	const ask = { code, context: [], stdin: [] };
	let answer = await bench.call('explain', ask, explainTimeoutMs);
	// Code that ends the interpreter is explained by another one, which does not run it.
	if (!answer.ok && unrun.includes(answer.why))
		answer = await bench.call('explain', { ...ask, unrun: answer.why }, explainTimeoutMs);
	if (!answer.ok) throw new Error(`The explainer did not answer: ${answer.why} ${answer.message}`.trim());
	const parsed = v.safeParse(Explanation, answer.value);
	if (parsed.success) return parsed.output;
	const [issue] = parsed.issues;
	throw new Error(`The explanation has no known shape: ${v.getDotPath(issue) ?? ''} ${issue.message}`);
};

export const providers: ReadonlyMap<string, Provider> = new Map([['built-in', builtIn]]);
