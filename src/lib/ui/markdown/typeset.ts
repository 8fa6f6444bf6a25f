import 'katex/dist/katex.min.css';
import katex from 'katex';
import { mathsLimits } from '$lib/domain/markdown';

/** Sets a formula in LaTeX into an element. One that cannot be read stays as it was typed, in the colour of errors. */
export function typeset(text: string, display: boolean, element: HTMLElement): void {
	katex.render(text, element, {
		...mathsLimits,
		displayMode: display,
		throwOnError: false,
		errorColor: 'var(--no)'
	});
}
