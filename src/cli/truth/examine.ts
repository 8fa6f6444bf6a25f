import * as v from 'valibot';
import { claimsOf, type Explanation } from '$lib/domain/explanation';
import { Facts, type RunFacts } from '$lib/domain/facts';
import type { Claim } from '$lib/domain/claim';
import type { Bench } from './bench';
import { countBranches } from './branches';
import { countCallables } from './callables';
import type { Provider } from './providers';
import { errorRow, type ProgramRow, type ReportRow } from './row';
import type { PlainPython } from './second-way';
import { measureText } from './text';

/** One run, of two seconds at most. */
const factsTimeoutMs = 6_000;

/** Has one program explained, and finds out how much of the explanation is true. Never rejects. */
export async function examine(
	program: ProgramRow,
	provider: Provider,
	bench: Bench,
	plain: PlainPython | undefined
): Promise<ReportRow> {
	const { id, code, entry, language } = program;
	if (language !== undefined && !/^(?:py|en)/i.test(language))
		return errorRow(
			id,
			`The language is “${language}”: programs are Python, and explanations English, so far.`
		);
	try {
		await bench.ready();
		const startedAt = performance.now();
		const explanation = await provider(program, bench);
		const ms = Math.round(performance.now() - startedAt);
		const outcomes = await bench.verdicts(code, claimsOf(explanation));
		const claims = claimsOf(explanation).map((claim, index) => ({ claim, outcome: outcomes[index] }));
		const held = claims.filter(({ outcome }) => outcome?.kind === 'confirmed').map(({ claim }) => claim);
		const { isBroken, ...counted } = await countRuns(code, explanation, held, entry, bench);
		const isLost = entry !== undefined && !isBroken && counted.callables.length === 0;
		return {
			id,
			status: isBroken ? 'broken' : 'explained',
			explanation,
			verdicts: claims.flatMap(({ claim, outcome }) =>
				outcome === undefined ? [] : [{ claimId: claim.id, by: 'node', outcome }]
			),
			...counted,
			...measureText(explanation, code),
			ms,
			...(isLost ? { error: `There is no function “${entry}” that could be called.` } : {}),
			...(plain === undefined ? {} : { secondWay: await plain.judge(code, held) })
		};
	} catch (error) {
		return errorRow(id, error instanceof Error ? error.message : String(error));
	}
}

type Counted = Pick<ReportRow, 'branches' | 'callables'> & { isBroken: boolean };

/** What has to be run once more to be counted. */
async function countRuns(
	code: string,
	explanation: Explanation,
	confirmed: readonly Claim[],
	entry: string | undefined,
	bench: Bench
): Promise<Counted> {
	const gather = async (more: object): Promise<Facts | undefined> => {
		const answer = await bench.call('facts', { code, context: [], stdin: [], ...more }, factsTimeoutMs);
		const facts = answer.ok ? v.safeParse(Facts, answer.value) : undefined;
		return facts?.success === true ? facts.output : undefined;
	};
	const own = await gather({});
	const nothing = { branches: { total: 0, hit: 0 }, callables: [] };
	if (own === undefined) {
		if (explanation.examples.length > 0)
			throw new Error('The facts about the program could not be gathered.');
		return { isBroken: false, ...nothing }; // it ends every interpreter that runs it, and its explanation says so
	}
	if ('syntaxError' in own) return { isBroken: true, ...nothing };
	const ids = new Set(confirmed.map((claim) => claim.id));
	const runs: RunFacts[] = [];
	for (const { id, probe } of explanation.examples) {
		const facts = ids.has(id) ? await gather(probe) : undefined;
		if (facts !== undefined && 'run' in facts) runs.push(facts.run);
	}
	return {
		isBroken: false,
		branches: countBranches(own.static, own.run, runs),
		callables: countCallables(own.static, explanation, ids, entry)
	};
}
