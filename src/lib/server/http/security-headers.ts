/**
 * What every page and answer says about itself. COOP and COEP make the page cross-origin isolated, which the runner needs to
 * share memory with its worker. `cross-origin-isolated` is not narrowed in Permissions-Policy: the runner's opaque frame
 * must be given it.
 */
export const securityHeaders: Readonly<Record<string, string>> = {
	'cross-origin-opener-policy': 'same-origin',
	'cross-origin-embedder-policy': 'require-corp',
	'cross-origin-resource-policy': 'same-origin',
	'x-content-type-options': 'nosniff',
	'referrer-policy': 'same-origin',
	'permissions-policy':
		'camera=(), microphone=(), geolocation=(), payment=(), usb=(), serial=(), hid=(), midi=(), display-capture=()'
};

/** The runner's document says what it needs by itself: see routes/runner. */
export const setsItsOwnHeaders = (pathname: string): boolean => pathname === '/runner';
