import { describe, expect, test } from 'vitest';
import { drawingHtml, isDrawable } from './picture';

const svgIn = (html: string): string =>
	decodeURIComponent(/src="data:image\/svg\+xml;charset=utf-8,([^"]*)"/.exec(html)?.[1] ?? '');

describe('a drawing', () => {
	test('gets the namespace without which an image shows nothing', () => {
		expect(svgIn(drawingHtml('<svg width="1"><rect/></svg>', ''))).toBe(
			'<svg xmlns="http://www.w3.org/2000/svg" width="1"><rect/></svg>'
		);
		const whole = '<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>';
		expect(svgIn(drawingHtml(whole, ''))).toBe(whole);
	});

	test('cannot leave its attribute, nor can its description; half a character does not matter', () => {
		const html = drawingHtml('<svg>"><script>\ud800</script></svg>', '"><script>& x');
		expect(html.match(/"/g)).toHaveLength(6);
		expect(html.match(/</g)).toHaveLength(1);
		expect(svgIn(html)).toContain('\ufffd');
	});
});

describe('whether a drawing can be drawn', () => {
	const levels = (count: number, use: (target: string) => string): string =>
		Array.from({ length: count }, (_, n) => `<g id="a${n + 1}">${use(`a${n}`).repeat(4)}</g>`).join('');
	const bomb = (use: (target: string) => string): string =>
		`<svg><defs><rect id="a0"/>${levels(12, use)}</defs>${use('a12')}</svg>`;

	test.each([
		['an empty one', '<svg/>'],
		[
			'a plot',
			`<svg><defs><path id="m" d="M0 0"/></defs>${'<use xlink:href="#m" x="1"/>'.repeat(5_000)}</svg>`
		],
		['one that uses itself', '<svg><g id="a"><use href="#a"/></g></svg>'],
		['one that is not closed', '<svg><g><rect>'],
		['no drawing at all', 'hello < world > " \ud800']
	])('%s can', (_, svg) => {
		expect(isDrawable(svg)).toBe(true);
	});

	test('the question itself takes no longer than in proportion', () => {
		const started = performance.now();
		for (const piece of ['<a"', '<', '<!--', '<use href="', "<a b='>'", '<a ', '="'])
			isDrawable(piece.repeat(Math.ceil(1_000_000 / piece.length)));
		// Some tenths of a second; in proportion to the square, minutes.
		expect(performance.now() - started).toBeLessThan(10_000);
	});

	test.each([
		['one that multiplies itself', bomb((target) => `<use href="#${target}"/>`)],
		['with another prefix', bomb((target) => `<s:use q:href = ' #${target} '></s:use>`)],
		['with a comment between', bomb((target) => `<!-- > --><use class="a>b" href="#${target}"/>`)],
		['entities', '<!DOCTYPE svg [<!ENTITY a "aaaa">]><svg>&a;</svg>'],
		['an address in entities', '<svg><use href="&#35;a"/></svg>'],
		['one nested without end', '<g>'.repeat(300_000)],
		['one of too many elements', `<svg>${'<b/>'.repeat(120_000)}</svg>`]
	])('%s cannot', (_, svg) => {
		expect(isDrawable(svg)).toBe(false);
	});
});
