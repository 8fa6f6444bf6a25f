import type { Attachment } from 'svelte/attachments';

/** What the keys of a cell do. */
export type CellCommands = {
	run: () => void;
	runAndGoOn: () => void;
	check: () => void;
	edit: () => void;
	/** To the cell's first button: what Tab means after Escape. */
	toButtons: () => void;
	/** To the cell above or below. */
	move(by: -1 | 1): void;
	/** The cell as a whole, which holds the focus while keys mean cells and not letters. */
	frame(): HTMLElement | undefined;
};

/** Where code is typed: not the fields of forms, as of a program that asks. */
const inCode = (target: EventTarget | null): boolean =>
	target instanceof Element && target.closest('[data-code]') !== null;

const steps: Readonly<Record<string, -1 | 1>> = { ArrowUp: -1, k: -1, ArrowDown: 1, j: 1 };

/**
 * The keys that a cell has as in Jupyter. Those that hold in the editor too are heard before it takes them for its own; Escape after
 * it, because there it may first close something of its own.
 */
export function cellKeys(commands: CellCommands): Attachment<HTMLElement> {
	const before = (event: KeyboardEvent): void => {
		if (event.key !== 'Enter' || event.isComposing) return;
		const isMod = event.ctrlKey || event.metaKey;
		const isFrame = event.target === commands.frame();
		const command =
			isMod && event.shiftKey
				? commands.check
				: !inCode(event.target) && !isFrame
					? undefined
					: event.altKey && !isMod
						? commands.runAndGoOn
						: !isFrame
							? undefined
							: event.shiftKey
								? commands.runAndGoOn
								: isMod
									? commands.run
									: commands.edit;
		if (command === undefined) return;
		event.preventDefault();
		event.stopPropagation();
		command();
	};
	const after = (event: KeyboardEvent): void => {
		const { key, target, ctrlKey, metaKey, altKey, shiftKey } = event;
		if (event.defaultPrevented || event.isComposing || ctrlKey || metaKey || altKey || shiftKey) return;
		if (key === 'Escape' && inCode(target)) return commands.frame()?.focus();
		if (target !== commands.frame()) return;
		const step = steps[key];
		if (step === undefined && key !== 'Tab') return;
		event.preventDefault();
		if (step === undefined) commands.toButtons();
		else commands.move(step);
	};
	return (root) => {
		root.addEventListener('keydown', before, { capture: true });
		root.addEventListener('keydown', after);
		return () => {
			root.removeEventListener('keydown', before, { capture: true });
			root.removeEventListener('keydown', after);
		};
	};
}
