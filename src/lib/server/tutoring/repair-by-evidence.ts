import * as v from 'valibot';
import type { Claim } from '$lib/domain/claim';
import { claimsOf, type Explanation } from '$lib/domain/explanation';
import { ClaimId } from '$lib/domain/ids';
import type { TutorEvent } from '$lib/domain/tutor-event';
import { isRefuted, type Outcome } from '$lib/domain/verdict';
import type { ExplanationView } from '$lib/tutor/assemble';
import { repairedClaims, standingFor, type Refuted } from '$lib/tutor/repair';

export type Outcomes = ReadonlyMap<ClaimId, Outcome>;

export type RepairTask = {
	/** The explanation as it stands, with every event that was given. */
	readonly view: () => ExplanationView;
	/** What running the code says of these claims, as far as somebody runs them. */
	readonly outcomesOf: (claims: readonly Claim[]) => Promise<Outcomes>;
	/** The model's second answer, once; undefined where it cannot be asked. */
	readonly askAgain: (refuted: readonly Refuted[]) => Promise<string | undefined>;
	readonly builtIn: () => Promise<Explanation | undefined>;
};

/**
 * One round of repair: the model is shown what the code really gives, and what it says then is run, too. Where that is not true either,
 * or nothing came, a claim of the built-in explainer stands in the place, or nothing does. The refuted claims stay in the log.
 */
export async function* repairByEvidence(task: RepairTask): AsyncGenerator<TutorEvent> {
	const refuted = refutedOf(claimsOf(task.view()), await task.outcomesOf(claimsOf(task.view())));
	if (refuted.length === 0) return;
	/** What is still false, each with the claim that now stands there. */
	let open: readonly Refuted[] = refuted;
	const second = await task.askAgain(refuted);
	if (second !== undefined) {
		const repaired = repairedClaims(second, refuted).map((claim) => ({ of: claim.id, claim }));
		const told = new Map<ClaimId, Claim>();
		for (const { of, claim } of repaired) {
			const again = { ...claim, id: freeId(task.view(), 'again') };
			told.set(of, again);
			yield { type: 'replacement', refuted: of, by: 'model', claim: again };
		}
		const outcomes = told.size === 0 ? new Map() : await task.outcomesOf([...told.values()]);
		open = stillFalse(refuted, told, outcomes);
	}
	if (open.length === 0) return;
	const own = await task.builtIn();
	// What was false is still to be said: the truth about the very same question stands there best.
	const isFalse = new Set([...refuted, ...open].map(({ claim }) => claim.id));
	const said = new Set(
		claimsOf(task.view())
			.filter(({ id }) => !isFalse.has(id))
			.map(questionOf)
	);
	const unsaid = own === undefined ? [] : claimsOf(own).filter((claim) => !said.has(questionOf(claim)));
	const standing: Claim[] = [];
	for (const { refuted: place, claim } of standingFor(open, [], unsaid)) {
		if (claim === undefined) {
			yield { type: 'replacement', refuted: place, by: 'nobody' };
			continue;
		}
		const renamed = { ...claim, id: freeId(task.view(), 'own') };
		standing.push(renamed);
		yield { type: 'replacement', refuted: place, by: 'built-in', claim: renamed };
	}
	// They get their verdicts while the log is open, like every other claim.
	if (standing.length > 0) await task.outcomesOf(standing);
}

const refutedOf = (claims: readonly Claim[], outcomes: Outcomes): Refuted[] =>
	claims.flatMap((claim) => {
		const outcome = outcomes.get(claim.id);
		return outcome !== undefined && isRefuted(outcome) ? [{ claim, outcome }] : [];
	});

/** Of each refuted claim what stands in its place, unless that was confirmed. One that nobody could run proves nothing. */
function stillFalse(
	refuted: readonly Refuted[],
	told: ReadonlyMap<ClaimId, Claim>,
	outcomes: Outcomes
): Refuted[] {
	return refuted.flatMap((each): Refuted[] => {
		const again = told.get(each.claim.id);
		if (again === undefined) return [each];
		const outcome = outcomes.get(again.id);
		if (outcome?.kind === 'confirmed') return [];
		// What was false before is false as long as nothing true stands there.
		return [{ claim: again, outcome: outcome !== undefined && isRefuted(outcome) ? outcome : each.outcome }];
	});
}

const questionOf = ({ kind, probe }: Claim): string =>
	JSON.stringify([kind, probe.setup, probe.call, probe.stdin]);

function freeId(view: ExplanationView, base: string): ClaimId {
	const taken = new Set<string>(claimsOf(view).map(({ id }) => id));
	let number = 1;
	while (taken.has(`${base}-${number}`)) number += 1;
	return v.parse(ClaimId, `${base}-${number}`);
}
