/**
 * An SVG as HTML for the sandboxed frame: as an image, in which no script runs and nothing is loaded, and in the frame, because a
 * drawing that uses itself a million times holds up only that (as an image in the page it froze the page, and again at each load
 * while it was the cell's stored output). White under it in both themes: most drawings were made for paper.
 */
export function drawingHtml(svg: string, description: string): string {
	const address = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(withNamespace(svg).toWellFormed())}`;
	const alt = description.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');
	return `<img alt="${alt}" src="${address}" style="display:block;border-radius:5px;background:#fff;color:#22262b">`;
}

/** In a page an SVG is known by its name, as an image only by its namespace: hand-written ones often lack it. */
function withNamespace(svg: string): string {
	const opening = /<svg\b[^>]*>/i.exec(svg)?.[0];
	if (opening === undefined || /\sxmlns\s*=/.test(opening)) return svg;
	return svg.replace(/<svg\b/i, '<svg xmlns="http://www.w3.org/2000/svg"');
}
