import katex from 'katex';
import { mathsLimits } from '$lib/domain/markdown';

/** Longer is no formula, but a dollar that was meant as money. */
const maxChars = 2_000;

/** What is wrong with a formula in LaTeX, in the typesetter's words; `undefined` where it can be set. */
export function mathsProblem(text: string, display: boolean): string | undefined {
	if (text.length > maxChars) return `it is longer than ${maxChars} characters`;
	try {
		katex.renderToString(text, { ...mathsLimits, displayMode: display, output: 'mathml' });
		return undefined;
	} catch (error) {
		const said = error instanceof Error ? error.message : String(error);
		// It underlines the place with combining characters, which few fonts set well.
		return said.replace(/^KaTeX parse error: |\u0332/g, '').replace(/\s+/g, ' ');
	}
}
