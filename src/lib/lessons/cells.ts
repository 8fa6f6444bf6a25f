import * as v from 'valibot';
import { CellId } from '$lib/domain/ids';
import { ExerciseId, type CellSpec, type Check, type LessonFile } from '$lib/domain/lesson';
import { countBlanks } from '$lib/domain/lesson-blanks';
import { Code, maxCodeBytes } from '$lib/domain/limits';
import { readOptions, type CellOptions, type OptionName } from './cell-options';
import { didYouMean, didYouMeanId } from './closest';
import type { Fence } from './loose';
import { lineOf, type Place, type Report } from './report';
import { takenIds } from './taken-ids';

const cellInfo = '{python}';
const maxBlanks = 20;

/** The name of an exercise, with the place where it is used. */
export type Named = { readonly id: ExerciseId; readonly at: Place };

/** A cell as its lesson needs it: one that the notebook has, or a piece of an exercise. */
export type ReadCell =
	| {
			readonly kind: 'cell';
			readonly cell: CellSpec;
			readonly exercises: readonly Named[];
			readonly line: number;
	  }
	| { readonly kind: 'check'; readonly check: Check; readonly exercise: Named }
	| { readonly kind: 'solution'; readonly code: string; readonly exercise: Named };

type Kind = 'example' | 'exercise' | 'setup' | 'check' | 'solution';

const ofShown = [
	'id',
	'label',
	'exercise',
	'editable',
	'autorun',
	'predict',
	'blanks',
	'expect',
	'timelimit',
	'files',
	'stdin'
] as const;
/** The options that mean something on a cell of each kind. */
const allowed: Readonly<Record<Kind, readonly OptionName[]>> = {
	example: ofShown,
	exercise: ofShown,
	setup: ['id', 'exercise', 'setup', 'timelimit'],
	check: ['exercise', 'check', 'server', 'timelimit'],
	solution: ['exercise', 'solution']
};

/** The cells of one lesson, read one after the other so that an id is taken once. */
export function cellReader(
	files: readonly LessonFile[],
	report: Report
): (fence: Fence) => ReadCell | undefined {
	const taken = takenIds<CellId>('cell', report);

	/** Free as far as can be seen from above, so that the setups of one exercise need no names. */
	function idOf(options: CellOptions, fallback: string | undefined, line: number): CellId | undefined {
		const option = options.get('id');
		if (option === undefined && fallback === undefined) {
			report(line, 'This cell has no id.', '`#| id: a-name` as its first line');
			return undefined;
		}
		const id = v.safeParse(CellId, option?.text ?? fallback);
		if (!id.success) {
			const expected = 'words in lower case joined by hyphens, at most 64 characters, such as `first-steps`';
			const text = option?.text ?? fallback ?? '';
			report(option?.at ?? line, `“${text}” cannot be a cell’s id.${didYouMeanId(text)}`, expected);
			return undefined;
		}
		return taken.take(id.output, line);
	}

	return ({ info, text, line }) => {
		if (info.trim() !== cellInfo) {
			report(
				line,
				`“${info.trim()}” is no kind of cell.${didYouMean(info.trim(), [cellInfo])}`,
				`\`\`\`${cellInfo}`
			);
			return undefined;
		}
		const { options, code } = readOptions(text, line, report);
		if (!v.is(Code, code)) {
			report(line, 'The code of this cell is too long.', `at most ${maxCodeBytes} bytes`);
			return undefined;
		}
		const kind = kindOf(options, line, report);
		if (kind === undefined) return undefined;
		const exercises = readExercises(options, kind, line, report);
		const limitMs = readLimit(options, report);
		const limit = limitMs === undefined ? {} : { limitMs };
		const [exercise] = exercises;
		if (kind === 'example') {
			const id = idOf(options, undefined, line);
			if (id === undefined) return undefined;
			const cell: CellSpec = {
				id,
				role: kind,
				starter: code,
				...limit,
				...readShown(options, code, files, report)
			};
			return { kind: 'cell', cell, exercises, line };
		}
		if (exercise === undefined) return undefined;
		switch (kind) {
			case 'exercise': {
				const id = idOf(options, exercise.id, line);
				if (id === undefined) return undefined;
				const shown = readShown(options, code, files, report);
				const cell: CellSpec = { id, role: kind, exercise: exercise.id, starter: code, ...limit, ...shown };
				return { kind: 'cell', cell, exercises, line };
			}
			case 'setup': {
				let fallback = `${exercise.id}-setup`;
				for (let number = 2; taken.has(fallback as CellId); number += 1)
					fallback = `${exercise.id}-setup-${number}`;
				const id = idOf(options, fallback, line);
				if (id === undefined) return undefined;
				const names = exercises.map((named) => named.id);
				return {
					kind: 'cell',
					cell: { id, role: kind, exercises: names, starter: code, ...limit },
					exercises,
					line
				};
			}
			case 'check':
				return {
					kind,
					check: { where: options.isOn('server') ? 'server' : 'page', code, ...limit },
					exercise
				};
			case 'solution':
				return { kind, code, exercise };
		}
	};
}

function kindOf(options: CellOptions, line: number, report: Report): Kind | undefined {
	const said = (['setup', 'check', 'solution'] as const).filter((name) => options.isOn(name));
	if (said.length > 1) {
		report(line, `This cell is \`${said.join('` and `')}\` at once.`, 'one of them');
		return undefined;
	}
	const kind = said[0] ?? (options.given.has('exercise') ? 'exercise' : 'example');
	for (const [name, { at, type }] of options.given) {
		// `check: false` says what is so without it, on any cell.
		if (allowed[kind].includes(name) || (type === 'flag' && !options.isOn(name))) continue;
		const cell = kind === 'example' || kind === 'exercise' ? 'a cell that is shown' : `a ${kind} cell`;
		report(at, `\`${name}\` means nothing on ${cell}.`, `one of ${allowed[kind].join(', ')}`);
	}
	if (kind !== 'example' && !options.given.has('exercise')) {
		report(line, `This ${kind} cell does not say for which exercise it is.`, '`#| exercise: its-name`');
		return undefined;
	}
	return kind;
}

function readExercises(options: CellOptions, kind: Kind, line: number, report: Report): Named[] {
	const option = options.get('exercise');
	if (option === undefined) return [];
	const named = option.names.flatMap(({ text, at }) => exerciseNamed(text, at, report) ?? []);
	if (option.names.length === 0) report(option.at, 'This names no exercise.', 'the exercise’s name');
	if (kind !== 'setup' && named.length > 1) {
		report(
			lineOf(option.at),
			'Only a setup cell can be for several exercises.',
			`one name on line ${line + 1}`
		);
		return [];
	}
	return named;
}

/** The exercise of that name, which may stand further below. */
export function exerciseNamed(text: string, at: Place, report: Report): Named | undefined {
	const id = v.safeParse(ExerciseId, text);
	if (id.success) return { id: id.output, at };
	report(
		at,
		`“${text}” cannot be an exercise’s name.${didYouMeanId(text)}`,
		'words in lower case joined by hyphens, such as `add-a-bill`'
	);
	return undefined;
}

type Shown = Omit<Extract<CellSpec, { role: 'example' }>, 'id' | 'role' | 'starter' | 'limitMs'>;

function readShown(options: CellOptions, code: string, files: readonly LessonFile[], report: Report): Shown {
	const shown: Shown = {};
	const label = options.get('label');
	if (label !== undefined && label.text.length > 80)
		report(label.at, 'This label is too long.', 'at most 80 characters');
	else if (label !== undefined) shown.label = label.text;
	const editable = options.get('editable');
	if (editable?.on === false) shown.editable = false;
	if (options.isOn('autorun')) shown.autorun = true;
	if (options.isOn('predict')) shown.predict = true;
	if (options.isOn('blanks')) shown.blanks = true;
	const expect = options.get('expect');
	if (expect !== undefined && !/^[A-Z][A-Za-z0-9_]{0,79}$/.test(expect.text)) {
		report(expect.at, `“${expect.text}” is not the name of an exception.`, 'such as `expect: ValueError`');
	} else if (expect !== undefined) shown.expect = expect.text;
	const used = readFiles(options, files, report);
	if (used.length > 0) shown.files = used;
	const stdin = options.get('stdin');
	if (stdin !== undefined) shown.stdin = [...stdin.lines];
	checkTogether(options, code, report);
	return shown;
}

/** Options that cannot be had at once, and blanks that are not there. */
function checkTogether(options: CellOptions, code: string, report: Report): void {
	const predict = options.get('predict');
	if (predict?.on === true && options.isOn('autorun')) {
		report(predict.at, 'A cell that runs by itself leaves nothing to predict.', '`predict` or `autorun`');
	}
	const blanks = options.get('blanks');
	if (blanks?.on !== true) return;
	const count = countBlanks(code);
	if (count === 0 || count > maxBlanks) {
		const message =
			count === 0 ? 'The code of this cell has no blank.' : `The code of this cell has ${count} blanks.`;
		report(blanks.at, message, `from 1 to ${maxBlanks} blanks, each of three underscores or more`);
	}
	if (options.get('editable')?.on === false) {
		report(
			blanks.at,
			'What cannot be edited has no blanks to fill.',
			'`blanks: true` without `editable: false`'
		);
	}
	if (options.isOn('autorun'))
		report(blanks.at, 'Nobody has filled the blanks when the cell runs by itself.', 'no `autorun`');
}

function readFiles(options: CellOptions, files: readonly LessonFile[], report: Report): LessonFile['name'][] {
	const known = files.map(({ name }) => name);
	return (options.get('files')?.names ?? []).flatMap(({ text, at }) => {
		const found = known.find((name) => name === text);
		if (found !== undefined) return [found];
		const beside = known.length === 0 ? 'a data file beside index.md' : `one of ${known.join(', ')}`;
		report(at, `There is no file “${text}” beside the lesson.${didYouMean(text, known)}`, beside);
		return [];
	});
}

/** Seconds in the file, as in quarto-live; milliseconds here. */
function readLimit(options: CellOptions, report: Report): number | undefined {
	const option = options.get('timelimit');
	if (option === undefined) return undefined;
	const seconds = /^\d+(\.\d+)?$/.test(option.text) ? Number(option.text) : Number.NaN;
	if (seconds >= 0.1 && seconds <= 600) return Math.round(seconds * 1000);
	report(
		option.at,
		`“${option.text}” is no time limit.`,
		'seconds between 0.1 and 600, such as `timelimit: 5`'
	);
	return undefined;
}
