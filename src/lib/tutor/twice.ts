import type { Claim } from '$lib/domain/claim';
import type { Actual, Outcome } from '$lib/domain/verdict';

/**
 * The verdict on a claim that was confirmed once and then put to an interpreter with other hashes, where sets of texts stand in
 * another order: it stands only where both say so. What hangs on that order is `non-deterministic`, with both things seen.
 */
export function confirmedTwice(claim: Claim, again: Outcome): Outcome {
	switch (again.kind) {
		case 'contradicted':
			return { kind: 'non-deterministic', seen: [claimed(claim), again.actual] };
		case 'raised': {
			const { type, message } = again.error;
			return { kind: 'non-deterministic', seen: [claimed(claim), { kind: 'raised', type, message }] };
		}
		default:
			return again;
	}
}

/** What the first interpreter showed: it confirmed the claim. */
function claimed(claim: Claim): Actual {
	switch (claim.kind) {
		case 'returns':
		case 'value':
			return { kind: 'value', value: claim.expect };
		case 'raises':
			return { kind: 'raised', type: claim.expect.type, message: claim.expect.message ?? '' };
		case 'prints':
			return { kind: 'printed', text: claim.expect };
		case 'count':
			return { kind: 'count', count: claim.expect };
		case 'executed':
			return { kind: 'executed', executed: claim.expect };
	}
}
