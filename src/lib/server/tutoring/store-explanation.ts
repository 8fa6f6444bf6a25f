import type { Claim } from '$lib/domain/claim';
import type { Explanation, Section } from '$lib/domain/explanation';
import type { GenerationId } from '$lib/domain/ids';
import type { Database } from '$lib/server/db/client';
import { insertClaims } from '$lib/server/db/repositories/claim';
import { insertExplanation } from '$lib/server/db/repositories/explanation';
import { explanationOf, type ExplanationView } from '$lib/tutor/assemble';
import { refuse, type Refused } from '$lib/domain/answer';

/** Keeps what a complete log assembles to, with its claims. Where it refuses, it has written nothing. */
export async function storeExplanation(
	tx: Database,
	generationId: GenerationId,
	view: ExplanationView
): Promise<Refused | undefined> {
	const document = explanationOf(view);
	const { explanationId: id, python } = view;
	if (document === undefined || id === undefined || python === undefined) {
		return refuse('invalid-body', { detail: 'The log does not add up to an explanation.' });
	}
	const inserted = await insertExplanation(tx, { id, generationId, python, document });
	if (!inserted) return refuse('conflict', { detail: 'Another explanation has this id.' });
	await insertClaims(tx, id, placedClaims(document));
	return undefined;
}

/** Every claim with its section, in the order in which they are read: that of `claimsOf`. */
function placedClaims(document: Explanation): { section: Section; claim: Claim }[] {
	const at =
		(section: Section) =>
		(claim: Claim): { section: Section; claim: Claim } => ({ section, claim });
	return [
		...document.purpose.claims.map(at('purpose')),
		...document.steps.flatMap((step) => step.claims).map(at('steps')),
		...document.examples.map(at('examples')),
		...document.edgeCases.map((edgeCase) => edgeCase.claim).map(at('edgeCases'))
	];
}
