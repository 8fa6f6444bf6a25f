import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

export type OperatorPass = {
	/** What the operator's link ends with. Printed where only they read it, and never written down. */
	readonly code: string;
	readonly cookie: string;
	/** The cookie's value for who knows the code; undefined for everybody else. */
	admit(code: string): string | undefined;
	/** Whether a cookie's value is one that we gave. */
	knows(value: string | undefined): boolean;
};

/**
 * Who holds the link that is printed at the start is the operator, until the next start: there are no accounts yet. `mark` tells the
 * cookies of two ProCoders on one machine apart, which browsers share between ports.
 */
export function operatorPass(mark: string): OperatorPass {
	const [code, value] = [secret(), secret()];
	return {
		code,
		cookie: `${mark}-operator`,
		admit: (given) => (isSame(given, code) ? value : undefined),
		knows: (given) => given !== undefined && isSame(given, value)
	};
}

const secret = (): string => randomBytes(24).toString('base64url');

/** In a time that says nothing of how much of it was right: hashes have one length, whatever was sent. */
function isSame(given: string, expected: string): boolean {
	const hash = (text: string): Buffer => createHash('sha256').update(text).digest();
	return timingSafeEqual(hash(given), hash(expected));
}
