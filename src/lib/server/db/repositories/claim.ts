import type { Claim } from '$lib/domain/claim';
import type { Section } from '$lib/domain/explanation';
import type { ExplanationId } from '$lib/domain/ids';
import type { Database } from '../client';
import { claim } from '../schema/claim';

/** Keeps an explanation's claims, in the order in which they are read. */
export async function insertClaims(
	db: Database,
	explanationId: ExplanationId,
	claims: readonly { section: Section; claim: Claim }[]
): Promise<void> {
	if (claims.length === 0) return;
	await db.insert(claim).values(
		claims.map((placed, position) => ({
			explanationId,
			claimId: placed.claim.id,
			section: placed.section,
			position,
			kind: placed.claim.kind,
			probe: placed.claim.probe,
			payload: placed.claim
		}))
	);
}
