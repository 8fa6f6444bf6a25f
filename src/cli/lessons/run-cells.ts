import * as v from 'valibot';
import { Facts } from '$lib/domain/facts';
import { contentHash, type CellId, type ContentHash } from '$lib/domain/ids';
import type { Lesson } from '$lib/domain/lesson';
import {
	fitsOf,
	linesFor,
	stepsOf,
	type RecordedCell,
	type RecordedLesson
} from '$lib/domain/recorded-lesson';
import { textOfPart, type OutputPart } from '$lib/domain/run';
import type { JobGroup } from '$lib/runner/node/group';
import type { NodePool } from '$lib/runner/node/pool';
import type { WholeLesson } from '$lib/server/app';
import type { Tell } from './finding';
import { endOf, type Slowness } from './machine';
import type { SourceLines } from './source-lines';

/** Of a cell that has no time limit of its own. */
const usualLimitMs = 10_000;
/** A machine may become slower while a lesson runs. */
const spare = 3;

/** A record is there to be shown while Python starts: one that is longer than this would be what the page waits for. */
const maxRecordedChars = 64 * 1024;

/**
 * Runs a lesson from its top as somebody does who solves everything, and tells of every cell that does not do what it is there for.
 * `stoppedAt`: the cell at which Python and its variables were lost. What stands below would fail for what it misses, and is not run.
 */
export async function runCells(
	pool: NodePool,
	{ lesson, files }: WholeLesson,
	source: SourceLines,
	tell: Tell,
	slowness: Slowness,
	signal: AbortSignal
): Promise<{
	ran: number;
	cells: RecordedLesson['cells'];
	/** What each cell and solution showed. */
	printed: readonly string[];
	stoppedAt: CellId | undefined;
}> {
	const steps = stepsOf(lesson);
	const fits = await fitsOf(steps, lesson.files);
	/** How many times as long as on a usual machine everything may take: variables of a run that is ended are lost. */
	const allowed = spare * (await slowness());
	const cells: RecordedLesson['cells'] = {};
	const printed: string[] = [];
	let ran = 0;
	let stoppedAt: CellId | undefined;
	const group = pool.group(signal);
	try {
		if (files.length > 0) group.addFiles(files.map(({ file, bytes }) => ({ name: file.name, bytes })));
		for (const [index, { cell, code }] of steps.entries()) {
			const parts: OutputPart[] = [];
			const limitMs = cell.limitMs ?? usualLimitMs;
			const end = await group.run(
				{ cellId: cell.id, code, limitMs: limitMs * allowed, stdin: linesFor(cell) },
				{ output: (part) => parts.push(part) },
				signal
			);
			ran += 1;
			printed.push(parts.map(textOfPart).join(''));
			const line = cell.role === 'exercise' ? source.solution(cell.exercise) : source.cell(cell.id);
			const name = cell.role === 'exercise' ? `The solution of “${cell.exercise}”` : `The cell “${cell.id}”`;
			const meant = cell.role === 'example' ? cell.expect : undefined;
			if (end.needsInput !== undefined) {
				// Its question is what a learner sees first, but what comes after it nobody can know.
				tell(line, `${name} asks “${end.needsInput.prompt.trim()}”, so it was run only up to there.`, {
					kind: 'note',
					expected: 'what is typed, in the option `stdin: ["3", "soup"]`'
				});
				continue;
			}
			const wasEnded = end.status === 'timeout';
			if (wasEnded || end.durationMs > limitMs) {
				const ended = endOf({ tookMs: end.durationMs, wasEnded }, limitMs, {
					allowed,
					slowness: Math.max(allowed / spare, await slowness())
				});
				if (ended === 'undecided') {
					tell(line, `This machine was too slow to run ${name.replace('The', 'the')} to its end.`, {
						expected: 'another try when it does less: nothing is known of the lesson from here on'
					});
					stoppedAt = cell.id;
					break;
				}
				if (ended === 'too long') {
					const below = wasEnded ? notRun : '';
					tell(line, `${name} does not run to its end.${below}`, {
						expected: `an end within ${limitMs / 1000} seconds`,
						got: saidOf.timeout
					});
					if (!wasEnded) continue;
					stoppedAt = cell.id;
					break;
				}
			}
			const raised =
				end.error === undefined ? undefined : { type: end.error.type, message: end.error.message };
			const got = raised === undefined ? saidOf[end.status] : `${raised.type}: ${raised.message}`;
			if (meant === undefined && end.status !== 'ok') {
				const place = end.error?.line === undefined ? '' : `: line ${end.error.line} of its code`;
				const below = end.status === 'crashed' ? notRun : '';
				tell(line, `${name} does not run to its end${place}.${below}`, { expected: 'no error', got });
				if (end.status === 'crashed') {
					stoppedAt = cell.id;
					break;
				}
			} else if (meant !== undefined && raised?.type !== meant) {
				tell(line, `${name} is meant to end with an error.`, { expected: meant, got });
			}
			const key = fits[index];
			if (cell.role === 'example' && key !== undefined) {
				cells[cell.id] = await recordOf(key, parts, raised);
			}
		}
		await readGaps(group, lesson, source, tell, signal);
	} finally {
		group.close();
	}
	return { ran, cells, printed, stoppedAt };
}

const gapsTimeoutMs = 60_000;

/** A cell with blanks is not run. As a blank has the form of a name, what is around it must be Python, or blanks stand for other things. */
async function readGaps(
	group: JobGroup,
	{ blocks }: Lesson,
	source: SourceLines,
	tell: Tell,
	signal: AbortSignal
): Promise<void> {
	for (const block of blocks) {
		if (block.kind !== 'cell' || block.cell.role !== 'example' || block.cell.blanks !== true) continue;
		const { id, starter } = block.cell;
		const answer = await group.call('facts', { code: starter }, gapsTimeoutMs, signal);
		const facts = answer.ok ? v.safeParse(Facts, answer.value) : undefined;
		if (facts?.success !== true || !('syntaxError' in facts.output)) continue;
		const { message, line } = facts.output.syntaxError;
		const place = line === undefined ? '' : `: line ${line} of its code`;
		tell(source.cell(id), `The cell “${id}” is no Python with a name in each blank${place}.`, {
			kind: 'note',
			expected: 'Python, unless a blank stands for a word or a sign of Python',
			got: message
		});
	}
}

const notRun = ' What stands below it was not run.';

const saidOf = {
	ok: 'it ran to its end',
	error: 'an error',
	timeout: 'it ran longer than its time limit',
	interrupted: 'it was stopped',
	crashed: 'Python was lost'
} as const;

/** Text of one stream that follows on text of the same stream is one part, however it came. */
async function recordOf(
	fits: ContentHash,
	parts: readonly OutputPart[],
	error: RecordedCell['error']
): Promise<RecordedCell> {
	const outputs: OutputPart[] = [];
	for (const part of parts) {
		const last = outputs.at(-1);
		if (last !== undefined && last.kind !== 'display' && part.kind !== 'display' && last.kind === part.kind)
			outputs[outputs.length - 1] = { kind: part.kind, text: last.text + part.text };
		else outputs.push(part);
	}
	const raised = error === undefined ? {} : { error };
	if (JSON.stringify(outputs).length <= maxRecordedChars) return { fits, outputs, ...raised };
	// What it was can still be told apart; the page shows the beginning of it.
	const text = outputs.map(textOfPart).join('');
	const hash = await contentHash(JSON.stringify(outputs));
	const shown = `${text.slice(0, 2_000)}\n… (${text.length} characters, ${hash.slice(0, 12)})\n`;
	return { fits, outputs: [{ kind: 'stdout', text: shown }], ...raised };
}
