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
	/** Where the cells are the learner's own. */
	arrange(): Arrange | undefined;
};

/** What can be done with a cell among others. */
export type Arrange = {
	add(where: 'above' | 'below'): void;
	remove: () => void;
	/** Brings back the cell that was removed last. */
	undo: () => void;
	/** Undefined where there is no cell to pass. */
	up: (() => void) | undefined;
	down: (() => void) | undefined;
};

/** Where code is typed: not the fields of forms, as of a program that asks. */
const inCode = (target: EventTarget | null): boolean =>
	target instanceof Element && target.closest('[data-code]') !== null;

const steps: Readonly<Record<string, -1 | 1>> = { ArrowUp: -1, k: -1, ArrowDown: 1, j: 1 };

/** What Enter does, by what is pressed with it and by where; the first row that fits counts. */
const enters: readonly {
	with: { mod?: boolean; shift?: boolean; alt?: boolean };
	where: readonly Where[];
	does: 'check' | 'runAndGoOn' | 'run' | 'edit';
}[] = [
	{ with: { mod: true, shift: true }, where: ['code', 'frame', 'elsewhere'], does: 'check' },
	{ with: { mod: false, alt: true }, where: ['code', 'frame'], does: 'runAndGoOn' },
	{ with: { shift: true }, where: ['frame'], does: 'runAndGoOn' },
	{ with: { mod: true }, where: ['frame'], does: 'run' },
	{ with: {}, where: ['frame'], does: 'edit' }
];
type Where = 'code' | 'frame' | 'elsewhere';

/** Single letters, as in Jupyter. */
const letters: Readonly<Record<string, (arrange: Arrange) => void>> = {
	a: (arrange) => arrange.add('above'),
	b: (arrange) => arrange.add('below'),
	z: (arrange) => arrange.undo()
};
/** Twice within this time, so that one slip of a finger removes nothing. */
const twiceMs = 1_000;

/**
 * The keys that a cell has as in Jupyter. Those that hold in the editor too are heard before it takes them for its own; Escape after
 * it, because there it may first close something of its own.
 */
export function cellKeys(commands: CellCommands): Attachment<HTMLElement> {
	let lastD = -Infinity;
	const placeOf = (target: EventTarget | null): Where =>
		target === commands.frame() ? 'frame' : inCode(target) ? 'code' : 'elsewhere';
	const before = (event: KeyboardEvent): void => {
		if (event.key !== 'Enter' || event.isComposing) return;
		const pressed = { mod: event.ctrlKey || event.metaKey, shift: event.shiftKey, alt: event.altKey };
		const where = placeOf(event.target);
		const row = enters.find(
			({ with: { mod = pressed.mod, shift = pressed.shift, alt = pressed.alt }, where: places }) =>
				mod === pressed.mod && shift === pressed.shift && alt === pressed.alt && places.includes(where)
		);
		if (row === undefined) return;
		event.preventDefault();
		event.stopPropagation();
		commands[row.does]();
	};
	const arrange = ({ key, timeStamp }: KeyboardEvent): boolean => {
		const own = commands.arrange();
		if (own === undefined) return false;
		const isSecondD = key === 'd' && timeStamp - lastD < twiceMs;
		lastD = key === 'd' && !isSecondD ? timeStamp : -Infinity;
		if (isSecondD) own.remove();
		else letters[key]?.(own);
		return key === 'd' || key in letters;
	};
	const after = (event: KeyboardEvent): void => {
		const { key, target, ctrlKey, metaKey, altKey, shiftKey } = event;
		if (event.defaultPrevented || event.isComposing || ctrlKey || metaKey || altKey || shiftKey) return;
		if (key === 'Escape' && inCode(target)) return commands.frame()?.focus();
		if (target !== commands.frame()) return;
		const step = steps[key];
		if (step !== undefined) commands.move(step);
		else if (key === 'Tab') commands.toButtons();
		else if (!arrange(event)) return;
		event.preventDefault();
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
