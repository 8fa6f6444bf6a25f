import { describe, expect, test } from 'vitest';
import { drawingHtml } from './picture';

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
