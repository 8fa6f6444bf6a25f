import fc from 'fast-check';
import * as v from 'valibot';
import { expect, test } from 'vitest';
import { anyClaim, anyClaimId } from '$lib/domain/arbitraries';
import { Outcome } from '$lib/domain/verdict';
import { confirmedTwice } from './twice';

test('only a second confirmation confirms; what differs is shown from both sides', () => {
	fc.assert(
		fc.property(anyClaimId.chain(anyClaim), (one) => {
			expect(confirmedTwice(one, { kind: 'confirmed' })).toEqual({ kind: 'confirmed' });
			const printed = { kind: 'printed', text: 'other' } as const;
			const differs = confirmedTwice(one, { kind: 'contradicted', actual: printed });
			expect(v.parse(Outcome, differs)).toMatchObject({ kind: 'non-deterministic', seen: [{}, printed] });
			const raises = confirmedTwice(one, { kind: 'raised', error: { type: 'KeyError', message: 'b' } });
			expect(v.parse(Outcome, raises)).toMatchObject({
				kind: 'non-deterministic',
				seen: [{}, { kind: 'raised', type: 'KeyError', message: 'b' }]
			});
			expect(confirmedTwice(one, { kind: 'timed-out' })).toEqual({ kind: 'timed-out' });
			const unasked = { kind: 'not-checkable', why: 'runner-unavailable' } as const;
			expect(confirmedTwice(one, unasked)).toEqual(unasked);
		})
	);
});
