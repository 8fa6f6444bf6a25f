import type { Attachment } from 'svelte/attachments';
import { on } from 'svelte/events';

/** Hears which line of the editor inside the pointer is on, or else the caret in it; `undefined` where neither is there. */
export function pointedLine(onpoint: (line: number | undefined) => void): Attachment<HTMLElement> {
	return (root) => {
		/** Counts what was heard: a later word overtakes one that waits. */
		let heard = 0;
		const say = async (
			line: (at: typeof import('./line-at'), content: HTMLElement) => number | undefined
		) => {
			const own = (heard += 1);
			const content = root.querySelector<HTMLElement>('.cm-content');
			if (content === null) return;
			// Where there is an editor its code has been loaded: the page itself does without it.
			const at = await import('./line-at');
			if (own === heard) onpoint(line(at, content));
		};
		const atPointer = ({ target }: Event): void => {
			const element = target instanceof Element ? target.closest('.cm-line') : null;
			if (element !== null) void say((at, content) => at.lineAtElement(content, element));
		};
		const atCaret = (): void => void say((at, content) => at.lineAtCaret(content));
		const nowhere = (): void => {
			heard += 1;
			onpoint(undefined);
		};
		// Svelte's own way of listening: what has the focus may be taken out while the page is drawn, and that is heard in the middle of it.
		const ends = [
			on(root, 'pointerover', atPointer),
			on(root, 'pointerleave', atCaret),
			on(root, 'keyup', atCaret),
			// The focus is still in the editor while this is told.
			on(root, 'focusout', nowhere)
		];
		return () => {
			for (const end of ends) end();
		};
	};
}
