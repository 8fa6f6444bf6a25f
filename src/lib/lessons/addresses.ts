const linkSchemes = new Set(['http:', 'https:', 'mailto:']);

/** The scheme a browser would see: it skips white space and control characters, as in `java\tscript:`. */
function schemeOf(address: string): string | undefined {
	// eslint-disable-next-line no-control-regex -- these are exactly the characters that browsers skip
	const seen = address.replace(/[\u0000-\u0020\u007f-\u009f]/g, '');
	return /^[a-z][a-z0-9+.-]*:/i.exec(seen)?.[0].toLowerCase();
}

/** `//host` and `\\host` name another server without a scheme. */
const namesAServer = (address: string): boolean => /^[\s\p{Cc}]*[\\/][\s\p{Cc}]*[\\/]/u.test(address);

/** Whether a link may lead there: http, https, mailto, or an address within this site. */
export function isLinkAllowed(address: string): boolean {
	const scheme = schemeOf(address);
	return scheme === undefined ? !namesAServer(address) : linkSchemes.has(scheme);
}

/** Whether an image may come from there: only from beside the lesson, because pages load nothing from elsewhere. */
export function isImageAllowed(address: string): boolean {
	return address.trim() !== '' && schemeOf(address) === undefined && !/^[\s\p{Cc}]*[\\/]/u.test(address);
}
