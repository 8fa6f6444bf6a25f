/**
 * A picture as an address that holds it. An SVG is shown as an image, never as part of the page: in an image no script runs and
 * nothing is loaded.
 */
export function pictureAddress(type: 'image/svg+xml' | 'image/png' | 'image/jpeg', form: string): string {
	if (type !== 'image/svg+xml') return `data:${type};base64,${form}`;
	return `data:image/svg+xml;charset=utf-8,${encodeURIComponent(withNamespace(form).toWellFormed())}`;
}

/** In a page an SVG is known by its name, as an image only by its namespace: hand-written ones often lack it. */
function withNamespace(svg: string): string {
	const opening = /<svg\b[^>]*>/i.exec(svg)?.[0];
	if (opening === undefined || /\sxmlns\s*=/.test(opening)) return svg;
	return svg.replace(/<svg\b/i, '<svg xmlns="http://www.w3.org/2000/svg"');
}
