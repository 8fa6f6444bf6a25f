/** How a stretch of output looks: what escape sequences asked for, and which stream it came from. */
export type TextStyle = {
	stream: 'stdout' | 'stderr' | 'stdin';
	/** CSS colours. */
	fore?: string;
	back?: string;
	bold?: true;
	dim?: true;
	italic?: true;
	underline?: true;
	struck?: true;
	inverse?: true;
	/** Not what was printed, but a sign that stands for it. */
	sign?: true;
};

/** The sixteen colours that programs know by number; the page moves them towards ink or light as its theme needs. */
const palette = [
	[0, 0, 0],
	[197, 42, 42],
	[24, 125, 40],
	[140, 105, 0],
	[36, 84, 190],
	[165, 40, 165],
	[0, 125, 145],
	[190, 190, 190],
	[105, 105, 105],
	[230, 75, 65],
	[50, 165, 65],
	[190, 150, 0],
	[75, 125, 235],
	[205, 85, 205],
	[0, 160, 185],
	[255, 255, 255]
] as const;

/** The style after one `m` sequence, whose parameters are given as numbers (ECMA-48, "select graphic rendition"). */
export function withRendition(style: TextStyle, parameters: readonly number[]): TextStyle {
	let next: TextStyle = { ...style };
	for (let at = 0; at < parameters.length; at++) {
		const code = parameters[at] ?? 0;
		if (code === 38 || code === 48) {
			const { colour, used } = extendedColour(parameters.slice(at + 1));
			at += used;
			if (colour !== undefined) next[code === 38 ? 'fore' : 'back'] = colour;
		} else next = withCode(next, code);
	}
	return next;
}

function withCode(style: TextStyle, code: number): TextStyle {
	const { stream, ...rest } = style;
	switch (code) {
		case 0:
			return { stream };
		case 1:
			return { ...style, bold: true };
		case 2:
			return { ...style, dim: true };
		case 3:
			return { ...style, italic: true };
		case 4:
		case 21:
			return { ...style, underline: true };
		case 7:
			return { ...style, inverse: true };
		case 9:
			return { ...style, struck: true };
		case 22:
			return { stream, ...without(without(rest, 'bold'), 'dim') };
		case 23:
			return { stream, ...without(rest, 'italic') };
		case 24:
			return { stream, ...without(rest, 'underline') };
		case 27:
			return { stream, ...without(rest, 'inverse') };
		case 29:
			return { stream, ...without(rest, 'struck') };
		case 39:
			return { stream, ...without(rest, 'fore') };
		case 49:
			return { stream, ...without(rest, 'back') };
		default:
			return { ...style, ...plainColour(code) };
	}
}

/** 30–37 and 90–97 set the letters' colour, 40–47 and 100–107 the ground's. */
function plainColour(code: number): Pick<TextStyle, 'fore' | 'back'> {
	const bright = code >= 90 ? 8 : 0;
	const base = code - (bright === 8 ? 90 : 30);
	const index = base % 10;
	if (base < 0 || base > 17 || index > 7) return {};
	const colour = css(palette[index + bright]);
	if (colour === undefined) return {};
	return base < 10 ? { fore: colour } : { back: colour };
}

/** What follows 38 or 48: `5;n` from a table of 256, or `2;r;g;b`. `used` is how many parameters that took. */
function extendedColour(parameters: readonly number[]): { colour: string | undefined; used: number } {
	if (parameters[0] === 5) return { colour: tableColour(parameters[1] ?? 0), used: 2 };
	if (parameters[0] === 2) return { colour: css(parameters.slice(1, 4)), used: 4 };
	return { colour: undefined, used: 1 };
}

function tableColour(index: number): string | undefined {
	if (index < 16) return css(palette[index]);
	if (index > 255) return undefined;
	if (index >= 232) {
		const grey = 8 + 10 * (index - 232);
		return css([grey, grey, grey]);
	}
	const step = (level: number): number => (level === 0 ? 0 : 55 + 40 * level);
	const cube = index - 16;
	return css([step(Math.floor(cube / 36)), step(Math.floor(cube / 6) % 6), step(cube % 6)]);
}

function css(channels: readonly number[] | undefined): string | undefined {
	if (channels?.length !== 3) return undefined;
	return `rgb(${channels.map((channel) => Math.min(255, Math.max(0, channel))).join(' ')})`;
}

function without<T extends object, K extends keyof T>(from: T, key: K): Omit<T, K> {
	const { [key]: _, ...rest } = from;
	return rest;
}
