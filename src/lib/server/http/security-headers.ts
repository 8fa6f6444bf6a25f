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

/** The documents of opaque origin say what they need by themselves: see routes/runner and routes/output. */
export const setsItsOwnHeaders = (pathname: string): boolean => /^\/(?:runner|output)(?:\/|$)/.test(pathname);
