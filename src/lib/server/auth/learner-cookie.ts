import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import * as v from 'valibot';
import { LearnerId } from '$lib/domain/ids';

export type LearnerCookie = {
	readonly name: string;
	/** The cookie's value for a learner. */
	sign(learnerId: LearnerId): string;
	/** The learner that a value names; undefined where there is none or it was not signed by us. */
	read(value: string | undefined): LearnerId | undefined;
};

/**
 * Learners are anonymous: a random id and our signature on it. The name holds a mark of the key, because browsers share
 * cookies between all ports of a host, and two ProCoders on one machine would overwrite each other's.
 */
export function learnerCookie(secret: Buffer): LearnerCookie {
	const mark = createHash('sha256').update('cookie-name').update(secret).digest('hex').slice(0, 8);
	const signature = (learnerId: LearnerId): Buffer =>
		createHmac('sha256', secret).update(`learner/1/${learnerId}`).digest();
	return {
		name: `procoder-${mark}`,
		sign: (learnerId) => `${learnerId}.${signature(learnerId).toString('base64url')}`,
		read(value) {
			const [id, mac, ...rest] = (value ?? '').split('.');
			const learnerId = v.safeParse(LearnerId, id);
			if (!learnerId.success || mac === undefined || rest.length > 0) return undefined;
			const [given, expected] = [Buffer.from(mac, 'base64url'), signature(learnerId.output)];
			return given.byteLength === expected.byteLength && timingSafeEqual(given, expected)
				? learnerId.output
				: undefined;
		}
	};
}
