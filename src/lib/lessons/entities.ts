/** The named references that people type; any other one stays as it was typed. */
const named: ReadonlyMap<string, string> = new Map([
	['amp', '&'],
	['lt', '<'],
	['gt', '>'],
	['quot', '"'],
	['apos', "'"],
	['nbsp', '\u00A0'],
	['ndash', '–'],
	['mdash', '—'],
	['hellip', '…'],
	['lsquo', '‘'],
	['rsquo', '’'],
	['ldquo', '“'],
	['rdquo', '”'],
	['times', '×'],
	['divide', '÷'],
	['minus', '−'],
	['plusmn', '±'],
	['le', '≤'],
	['ge', '≥'],
	['ne', '≠'],
	['rarr', '→'],
	['larr', '←'],
	['deg', '°'],
	['middot', '·'],
	['bull', '•'],
	['copy', '©'],
	['euro', '€'],
	['colon', ':'],
	['Tab', '\t'],
	['NewLine', '\n']
]);

/** Text in which character references (`&amp;`, `&#8211;`) are the characters they stand for, since no HTML is made of it. */
export function decodeEntities(text: string): string {
	return text.replace(/&(?:#(\d{1,7})|#[xX]([0-9a-fA-F]{1,6})|(\w{2,10}));/g, (whole, decimal, hex, name) => {
		if (typeof name === 'string') return named.get(name) ?? whole;
		const code = typeof decimal === 'string' ? parseInt(decimal, 10) : parseInt(String(hex), 16);
		const isCharacter = code > 0 && code <= 0x10_ff_ff && (code < 0xd8_00 || code > 0xdf_ff);
		return isCharacter ? String.fromCodePoint(code) : '\uFFFD';
	});
}
