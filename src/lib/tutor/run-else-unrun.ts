type Answer = { ok: true } | { ok: false; why: string };
/** Why the explainer should not run the code: it ended the interpreter, or took too long for it. */
export type Unrun = 'crashed' | 'timed-out';

/**
 * Explains what the code does when it is run. Where that ends the interpreter, another one explains it without running it; where even
 * that fails, what became of the run says more.
 */
export async function runElseUnrun<Of extends Answer>(
	explain: (unrun: { unrun?: Unrun }) => Promise<Of>
): Promise<Of> {
	const answer = await explain({});
	if (answer.ok || (answer.why !== 'crashed' && answer.why !== 'timed-out')) return answer;
	const unrun = await explain({ unrun: answer.why });
	return unrun.ok ? unrun : answer;
}
