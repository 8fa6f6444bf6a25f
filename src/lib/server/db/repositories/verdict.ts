import { sql } from 'drizzle-orm';
import type { ExplanationId } from '$lib/domain/ids';
import type { Verdict } from '$lib/domain/verdict';
import type { Database } from '../client';
import { verdict } from '../schema/verdict';

/** Keeps verdicts; of two on the same claim by the same side the later one stands. */
export async function upsertVerdicts(
	db: Database,
	explanationId: ExplanationId,
	verdicts: readonly Verdict[]
): Promise<void> {
	// One statement cannot touch a row twice, so the last of each is picked here.
	const last = new Map(verdicts.map((one) => [`${one.claimId} ${one.by}`, one]));
	if (last.size === 0) return;
	await db
		.insert(verdict)
		.values(
			[...last.values()].map((one) => ({
				explanationId,
				claimId: one.claimId,
				by: one.by,
				kind: one.outcome.kind,
				outcome: one.outcome
			}))
		)
		.onConflictDoUpdate({
			target: [verdict.explanationId, verdict.claimId, verdict.by],
			set: { kind: sql`excluded.kind`, outcome: sql`excluded.outcome`, decidedAt: sql`now()` }
		});
}
