import { readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Exercise, Lesson } from '$lib/domain/lesson';
import {
	stepsOf,
	type RecordedCell,
	type RecordedExercise,
	type RecordedLesson
} from '$lib/domain/recorded-lesson';
import type { OutputPart } from '$lib/domain/run';
import { recordedFile } from '$lib/lessons/files';
import type { Recorded } from '$lib/server/app';
import type { Tell } from './finding';
import type { SourceLines } from './source-lines';

/** A file that differs only where something differs: keys in the order of the lesson, tabs, a line end. Returns whether it was another. */
export async function writeRecorded(folder: string, recorded: RecordedLesson): Promise<boolean> {
	const file = path.join(folder, recordedFile);
	const text = `${JSON.stringify(recorded, null, '\t')}\n`;
	if ((await readFile(file, 'utf8').catch(() => undefined)) === text) return false;
	// Whoever reads it meanwhile finds the old one or the new one.
	await writeFile(`${file}~`, text);
	await rename(`${file}~`, file);
	return true;
}

const update = 'npm run lessons:check -- --update, where the new output is right';

/** Tells where cells give, and checks say, something else than what was recorded. */
export function compareRecorded(
	before: Recorded,
	now: RecordedLesson,
	lesson: Lesson,
	source: SourceLines,
	tell: Tell
): void {
	if (before.kind === 'none') {
		if (Object.keys(now.cells).length + Object.keys(now.exercises).length > 0)
			tell(1, `There is no ${recordedFile} beside the lesson: nothing tells when outputs change.`, {
				kind: 'note',
				expected: 'npm run lessons:check -- --update'
			});
		return;
	}
	if (before.kind === 'broken') {
		tell(1, `The file ${recordedFile} beside the lesson cannot be read.`, {
			expected: 'npm run lessons:check -- --update'
		});
		return;
	}
	const old = before.recorded.cells;
	const changed: string[] = [];
	for (const [id, cell] of entriesOf(now)) {
		const known = entriesOf(before.recorded).find(([name]) => name === id)?.[1];
		if (known === undefined) {
			tell(source.cell(id), `The output of the cell “${id}” has not been recorded.`, { expected: update });
			continue;
		}
		const difference = differenceOf(linesOf(known), linesOf(cell));
		if (difference !== undefined)
			tell(source.cell(id), `The cell “${id}” gives something else than what was recorded.`, difference);
		else if (known.fits !== cell.fits) changed.push(id);
	}
	const [first, ...others] = changed;
	if (first !== undefined) {
		// The page does not show these outputs any more. One edit does that to every cell below it.
		const more = others.length === 0 ? '' : ` The same goes for ${others.length} more below it.`;
		const what = `The code up to the cell “${first}” has changed since its output was recorded.${more}`;
		tell(source.cell(first), what, { kind: 'note', expected: update });
	}
	compareExercises(before.recorded, now, lesson.exercises, source, tell);
	const ids: readonly string[] = stepsOf(lesson).map(({ cell }) => cell.id);
	for (const id of Object.keys(old)) {
		if (!ids.includes(id))
			tell(1, `${recordedFile} has an output of the cell “${id}”, which is not in the lesson.`, {
				expected: update
			});
	}
}

function compareExercises(
	before: RecordedLesson,
	now: RecordedLesson,
	exercises: readonly Exercise[],
	source: SourceLines,
	tell: Tell
): void {
	for (const { id, cell, mistakes } of exercises) {
		const said = now.exercises[id];
		// Something is wrong with it, and that has been told.
		if (said === undefined) continue;
		const known = before.exercises[id];
		if (known === undefined) {
			tell(source.cell(cell), `What the checks of “${id}” say has not been recorded.`, { expected: update });
			continue;
		}
		const compare = (
			line: number,
			name: string,
			of: (one: RecordedExercise) => string[] | undefined
		): void => {
			const [old, fresh] = [of(known), of(said)];
			if (fresh === undefined) return;
			const difference = differenceOf(withoutPlaces(old?.join('\n') ?? ''), withoutPlaces(fresh.join('\n')));
			if (difference !== undefined)
				tell(line, `The checks of “${id}” say something else of ${name} than what was recorded.`, difference);
		};
		compare(source.solution(id), 'its solution', ({ solution }) => solution);
		compare(source.cell(cell), 'the code that it starts with', ({ starter }) => starter);
		for (const mistake of mistakes)
			compare(
				source.mistake(id, mistake.id),
				`the mistake “${mistake.id}”`,
				(one) => one.mistakes[mistake.id]
			);
	}
	for (const id of Object.keys(before.exercises)) {
		if (!exercises.some((one) => one.id === id))
			tell(1, `${recordedFile} has what the checks of “${id}” say, which is not in the lesson.`, {
				expected: update
			});
	}
}

const entriesOf = ({ cells }: RecordedLesson): [string, RecordedCell][] => Object.entries(cells);

/** What a person sees, line by line. */
function linesOf({ outputs, error }: RecordedCell): string[] {
	const shown = outputs.map(shownOf).join('');
	const raised = error === undefined ? '' : `${error.type}: ${error.message}`;
	return withoutPlaces(`${shown}${raised}`);
}

/** Lines to compare. An address in memory is another one at each run. */
const withoutPlaces = (text: string): string[] =>
	text
		.replace(/\b0x[0-9a-f]{4,}\b/gi, '0x…')
		.replace(/\n$/, '')
		.split('\n');

function shownOf(part: OutputPart): string {
	if (part.kind !== 'display') return part.text;
	const { 'text/plain': plain, ...rich } = part.data;
	const others = Object.entries(rich).map(([type, data]) => `[${type}] ${data}\n`);
	return `${plain}\n${others.join('')}`;
}

/** As much of a line as a terminal shows. */
const maxShown = 160;

/** Where two outputs part: what is the same above and below is left out, but for a line on each side. Undefined where they are one. */
function differenceOf(
	old: readonly string[],
	now: readonly string[]
): { expected: string; got: string } | undefined {
	let from = 0;
	while (from < old.length && from < now.length && old[from] === now[from]) from += 1;
	if (from === old.length && from === now.length) return undefined;
	let same = 0;
	while (same < old.length - from && same < now.length - from && old.at(-1 - same) === now.at(-1 - same))
		same += 1;
	const around = (lines: readonly string[]): string =>
		lines
			.slice(Math.max(0, from - 1), lines.length - Math.max(0, same - 1))
			.map((line) => (line.length > maxShown ? `${line.slice(0, maxShown)}…` : line))
			.join('\n');
	return { expected: around(old), got: around(now) };
}
