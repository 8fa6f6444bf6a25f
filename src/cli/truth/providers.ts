import * as v from 'valibot';
import { Explanation } from '$lib/domain/explanation';
import { runElseUnrun } from '$lib/tutor/run-else-unrun';
import type { Bench } from './bench';
import type { ProgramRow } from './row';

/** Who writes explanations. Rejects where there is none, with the reason. */
export type Provider = (program: ProgramRow, bench: Bench) => Promise<Explanation>;

/** As on the page: writing bounds itself; this is for an interpreter that hangs all the same. */
const explainTimeoutMs = 20_000;

const builtIn: Provider = async ({ code }, bench) => {
	const ask = { code, context: [], stdin: [] };
	const answer = await runElseUnrun((unrun) => bench.call('explain', { ...ask, ...unrun }, explainTimeoutMs));
	if (!answer.ok) throw new Error(`The explainer did not answer: ${answer.why} ${answer.message}`.trim());
	const parsed = v.safeParse(Explanation, answer.value);
	if (parsed.success) return parsed.output;
	const [issue] = parsed.issues;
	throw new Error(`The explanation has no known shape: ${v.getDotPath(issue) ?? ''} ${issue.message}`);
};

export const providers: ReadonlyMap<string, Provider> = new Map([['built-in', builtIn]]);
