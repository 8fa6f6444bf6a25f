import * as v from 'valibot';
import {
	MistakeId,
	type Check,
	type Exercise,
	type ExerciseId,
	type Mistake,
	type Solution
} from '$lib/domain/lesson';
import type { CellId } from '$lib/domain/ids';
import type { Markdown } from '$lib/domain/markdown';
import { allowOnly, type Attributes } from './attributes';
import { exerciseNamed, type Named, type ReadCell } from './cells';
import { didYouMean } from './closest';
import { readOptions } from './cell-options';
import { isMeantAsCell, type Fence, type LooseNode } from './loose';
import type { ProseReader } from './prose';
import type { Report } from './report';

const maxHints = 3;

type Piece =
	| { readonly kind: 'start'; readonly cell: CellId; readonly line: number }
	| { readonly kind: 'setup'; readonly cell: CellId }
	| { readonly kind: 'check'; readonly check: Check }
	| { readonly kind: 'hint'; readonly nodes: Markdown[] }
	| { readonly kind: 'solution'; readonly solution: Solution }
	| { readonly kind: 'mistake'; readonly mistake: Mistake };

export type ExerciseReader = {
	/** A cell that may belong to an exercise. */
	cell(cell: ReadCell): void;
	/** A `hint`, `solution` or `mistake`. */
	block(
		kind: 'hint' | 'solution' | 'mistake',
		attributes: Attributes,
		line: number,
		children: readonly LooseNode[]
	): void;
	/** The exercises in the order of their starting cells. Called when everything has been read: pieces may stand anywhere. */
	finish(): Exercise[];
};

/** Ties the pieces of each exercise together by its name. What is missing from a lesson that is not whole is not told. */
export function exerciseReader(prose: ProseReader, isWhole: boolean, report: Report): ExerciseReader {
	const pieces: { piece: Piece; exercise: Named }[] = [];

	function cell(read: ReadCell): void {
		if (read.kind === 'check')
			pieces.push({ piece: { kind: 'check', check: read.check }, exercise: read.exercise });
		else if (read.kind === 'solution') {
			const { code, exercise } = read;
			const nodes: Markdown[] = [{ kind: 'code', language: 'python', text: code }];
			pieces.push({ piece: { kind: 'solution', solution: { code, nodes } }, exercise });
		} else {
			const { id, role } = read.cell;
			for (const exercise of read.exercises) {
				if (role === 'setup') pieces.push({ piece: { kind: role, cell: id }, exercise });
				else pieces.push({ piece: { kind: 'start', cell: id, line: read.line }, exercise });
			}
		}
	}

	function block(
		kind: 'hint' | 'solution' | 'mistake',
		attributes: Attributes,
		line: number,
		children: readonly LooseNode[]
	): void {
		const keys = kind === 'mistake' ? ['exercise', 'belief'] : ['exercise'];
		allowOnly(attributes, { id: kind === 'mistake', keys }, report);
		const named = attributes.values.get('exercise');
		if (named === undefined && !attributes.isBroken) {
			report(
				line,
				`This ${kind} does not say for which exercise it is.`,
				`\`::: {.${kind} exercise="its-name"}\``
			);
		}
		const exercise = named === undefined ? undefined : exerciseNamed(named.value, named.at, report);
		const piece = readPiece(kind, attributes, line, children);
		if (exercise !== undefined && piece !== undefined) pieces.push({ piece, exercise });
	}

	function readPiece(
		kind: 'hint' | 'solution' | 'mistake',
		attributes: Attributes,
		line: number,
		children: readonly LooseNode[]
	): Piece | undefined {
		if (kind === 'mistake') return readMistake(attributes, line, children);
		const nodes = prose.read(children, `a ${kind}`);
		if (kind === 'solution') {
			const [code, ...more] = codesOf(nodes);
			if (code !== undefined && more.length === 0) return { kind, solution: { code, nodes } };
			report(
				line,
				`This solution has ${code === undefined ? 'no code' : `${more.length + 1} pieces of code`}.`,
				'one fence ```python'
			);
			return undefined;
		}
		if (nodes.length > 0) return { kind, nodes };
		report(line, 'This hint is empty.', 'a sentence or two');
		return undefined;
	}

	function readMistake(
		attributes: Attributes,
		line: number,
		children: readonly LooseNode[]
	): Piece | undefined {
		const fences = children.flatMap((node) => (node.kind === 'cell' ? [node.fence] : []));
		const nodes = prose.read(
			children.filter((node) => node.kind !== 'cell'),
			'a mistake'
		);
		const [sample, ...more] = codesOf(nodes);
		if (sample === undefined || more.length > 0) {
			report(
				line,
				`This mistake has ${sample === undefined ? 'no sample' : `${more.length + 1} samples`}.`,
				'one fence ```python with a wrong answer'
			);
		}
		const detector = readDetector(fences);
		const message = nodes.filter((node) => node.kind !== 'code');
		if (message.length === 0)
			report(line, 'This mistake has no message.', 'what a learner who makes it is told');
		const belief = attributes.values.get('belief')?.value.trim();
		if (belief === undefined || belief === '')
			report(line, 'This mistake names no belief.', '`belief="what somebody who answers so thinks"`');
		const id = v.safeParse(MistakeId, attributes.id?.value);
		if (!id.success) {
			report(
				attributes.id?.at ?? line,
				attributes.id === undefined
					? 'This mistake has no name.'
					: `“${attributes.id.value}” cannot be a mistake’s name.`,
				'`#a-name`: words in lower case joined by hyphens'
			);
		}
		if (!id.success || belief === undefined || belief === '' || sample === undefined) return undefined;
		const found = detector === undefined ? {} : { detector };
		return { kind: 'mistake', mistake: { id: id.output, belief, sample, ...found, message } };
	}

	/** A mistake may hold one cell: the Python that recognises it. It belongs to the mistake, so it has no options but its kind. */
	function readDetector([fence, ...more]: readonly Fence[]): string | undefined {
		if (fence === undefined) return undefined;
		const { options, code } = readOptions(fence.text, fence.line, report);
		const isPlain = [...options.given.keys()].every((name) => name === 'check') && options.isOn('check');
		if (fence.info.trim() !== '{python}' || !isPlain) {
			report(
				fence.line,
				'The cell in a mistake is not the check that recognises it.',
				'```{python} with `#| check: true` alone'
			);
		}
		for (const { line } of more) report(line, 'This mistake has a second check.', 'one check');
		return code;
	}

	function finish(): Exercise[] {
		const starts = new Map<ExerciseId, { cell: CellId; line: number }>();
		for (const { piece, exercise } of pieces) {
			if (piece.kind !== 'start') continue;
			const first = starts.get(exercise.id);
			if (first === undefined) starts.set(exercise.id, piece);
			else
				report(
					exercise.at,
					`The exercise “${exercise.id}” already starts in the cell on line ${first.line}.`,
					'a name of its own'
				);
		}
		for (const { piece, exercise } of pieces) {
			if (!isWhole || piece.kind === 'start' || starts.has(exercise.id)) continue;
			const meant = didYouMean(exercise.id, [...starts.keys()]);
			report(
				exercise.at,
				`There is no exercise “${exercise.id}”.${meant}`,
				`a cell with \`#| exercise: ${exercise.id}\``
			);
		}
		const piecesOf = Map.groupBy(pieces, ({ exercise }) => exercise.id);
		return [...starts].flatMap(([id, start]) => tie(id, start, piecesOf.get(id) ?? []) ?? []);
	}

	function tie(
		id: ExerciseId,
		start: { cell: CellId; line: number },
		own: readonly { piece: Piece; exercise: Named }[]
	): Exercise | undefined {
		const exercise: Omit<Exercise, 'solution'> = {
			id,
			cell: start.cell,
			setup: [],
			hints: [],
			checks: [],
			mistakes: []
		};
		let solution: Solution | undefined;
		for (const {
			piece,
			exercise: { at }
		} of own) {
			if (piece.kind === 'setup') exercise.setup.push(piece.cell);
			else if (piece.kind === 'check') exercise.checks.push(piece.check);
			else if (piece.kind === 'hint') {
				exercise.hints.push(piece.nodes);
				if (exercise.hints.length === maxHints + 1)
					report(
						at,
						`The exercise “${id}” has more than ${maxHints} hints.`,
						`at most ${maxHints}, each saying more than the one before`
					);
			} else if (piece.kind === 'mistake') {
				const isTaken = exercise.mistakes.some((other) => other.id === piece.mistake.id);
				if (isTaken)
					report(at, `The exercise “${id}” has two mistakes “${piece.mistake.id}”.`, 'each name once');
				exercise.mistakes.push(piece.mistake);
			} else if (piece.kind === 'solution') {
				if (solution !== undefined) report(at, `The exercise “${id}” has a second solution.`, 'one solution');
				solution ??= piece.solution;
			}
		}
		if (solution !== undefined) return { ...exercise, solution };
		if (isWhole)
			report(
				start.line,
				`The exercise “${id}” has no solution.`,
				`\`::: {.solution exercise="${id}"}\` with its code`
			);
		return undefined;
	}

	return { cell, block, finish };
}

const codesOf = (nodes: readonly Markdown[]): string[] =>
	nodes.flatMap((node) => (node.kind === 'code' && !isMeantAsCell(node.language) ? [node.text] : []));
