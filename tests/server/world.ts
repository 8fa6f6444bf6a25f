import * as v from 'valibot';
import type { NewAttempt } from '$lib/domain/attempt';
import { builtInPromptVersion, type NewGeneration } from '$lib/domain/generation';
import {
	CellId,
	ClaimId,
	contentHash,
	ContentHash,
	LessonId,
	newAttemptId,
	newExplanationId,
	newGenerationId,
	newLearnerId,
	newRunId,
	newSubmissionId,
	type ExplanationId,
	type SubmissionId
} from '$lib/domain/ids';
import { ExerciseId, LanguageTag, type Exercise, type Lesson } from '$lib/domain/lesson';
import { builtInModelId } from '$lib/domain/model';
import type { RunResult } from '$lib/domain/run';
import type { NewSubmission } from '$lib/domain/submission';
import type { TutorEvent } from '$lib/domain/tutor-event';
import { bindUseCases, type Tutoring } from '$lib/server/app';
import type { Actor } from '$lib/server/auth/actor';
import type { Database } from '$lib/server/db/client';
import type { Context } from '$lib/server/tutoring/context';
import type { Examiner } from '$lib/server/tutoring/examiner';
import { createGenerator, type Generator, type GeneratorOptions } from '$lib/server/tutoring/generator';
import { recordLesson } from '$lib/server/tutoring/record-lesson';

export const lessonId = v.parse(LessonId, 'first-functions');
export const cellId = v.parse(CellId, 'double');
/** The cell above it. */
export const aboveId = v.parse(CellId, 'before');
export const kernelHash = v.parse(ContentHash, 'c'.repeat(64));
export const lessonVersion = v.parse(ContentHash, 'a'.repeat(64));

export const exercise: Exercise = {
	id: v.parse(ExerciseId, 'share'),
	cell: cellId,
	setup: [],
	hints: [],
	checks: [
		{ where: 'page', code: 'expect_output()' },
		{ where: 'server', code: 'assert True' }
	],
	solution: { code: 'print(1)', nodes: [] },
	mistakes: []
};

/** A learner as actor; each call makes another one. */
export const newLearner = (): Extract<Actor, { kind: 'learner' }> => ({
	kind: 'learner',
	learnerId: newLearnerId()
});

export const lesson: Lesson = {
	id: lessonId,
	version: lessonVersion,
	title: 'First functions',
	summary: 'About functions.',
	order: 1,
	level: 'beginner',
	minutes: 10,
	language: v.parse(LanguageTag, 'en'),
	tags: [],
	prerequisites: [],
	authorNotes: '',
	blocks: [
		{ kind: 'cell', cell: { id: aboveId, role: 'example', starter: '' } },
		{ kind: 'cell', cell: { id: cellId, role: 'example', starter: '' } }
	],
	exercises: [],
	files: []
};

/** A bench on which nothing can be run. */
export const silentBench: GeneratorOptions['bench'] = {
	explain: () => Promise.resolve(undefined),
	async *verify() {
		// It finds nothing out.
	}
};

/** The use cases on a database in which one lesson has been served. */
export async function openWorld(
	db: Database,
	judge: Examiner['judge'] = () => Promise.resolve({ ok: false, why: 'unavailable' }),
	models: Context['models'] = { servers: [], named: undefined },
	generator: Generator = createGenerator({
		db,
		bench: silentBench,
		parallel: () => 1
	})
): Promise<Tutoring> {
	await recordLesson({ db }, lesson, { path: '01-first-functions/index.md', text: '# First functions' });
	return bindUseCases({
		db,
		kernelHash,
		offersLesson: () => Promise.resolve(false),
		exerciseOf: (wantedLesson, wanted, version) =>
			Promise.resolve(
				wantedLesson === lessonId && wanted === exercise.id && version === lessonVersion
					? { lesson, exercise, files: [] }
					: undefined
			),
		examiner: { judge },
		goalOf: () => Promise.resolve('First functions. About functions.'),
		models,
		generator
	});
}

export const run = (text = '2\n'): RunResult => ({
	runId: newRunId(),
	status: 'ok',
	outputs: [{ kind: 'stdout', text }],
	checks: [],
	durationMs: 12.5,
	truncated: 0
});

export async function newSubmission(code = 'def double(x):\n    return x * 2'): Promise<NewSubmission> {
	return {
		id: newSubmissionId(),
		lessonId,
		lessonVersion,
		cellId,
		code,
		codeHash: await contentHash(code),
		context: [],
		files: [],
		stdin: []
	};
}

export const newGeneration = (submissionId: SubmissionId): NewGeneration => ({
	id: newGenerationId(),
	submissionId,
	mode: 'explain',
	origin: 'browser',
	promptVersion: builtInPromptVersion,
	modelId: builtInModelId,
	modelDigest: kernelHash
});

/** An answer that the page says passes. */
export const newAttempt = (code = 'print(1)'): NewAttempt => ({
	id: newAttemptId(),
	lessonVersion,
	code,
	context: [],
	claim: { result: 'passed', passed: 1, all: 1 }
});

export const claimId = (text: string): ClaimId => v.parse(ClaimId, text);

/** A whole log: purpose, one step, an example and an edge case, each with its verdict. */
export function wholeLog(explanationId: ExplanationId): TutorEvent[] {
	return [
		{ type: 'explanation-start', explanationId, python: '3.14.2' },
		{ type: 'section-delta', delta: { section: 'purpose', text: '`double` gives {p1}.' } },
		{
			type: 'claim',
			place: { section: 'purpose' },
			claim: { id: claimId('p1'), kind: 'returns', probe: { call: 'double(1)' }, expect: '2' }
		},
		{ type: 'section-end', section: 'purpose' },
		{ type: 'section-delta', delta: { section: 'steps', step: 0, from: 1, to: 2, text: 'It doubles.' } },
		{ type: 'section-end', section: 'steps' },
		{
			type: 'claim',
			place: { section: 'examples' },
			claim: { id: claimId('e1'), kind: 'returns', probe: { call: 'double(2)' }, expect: '4' }
		},
		{ type: 'verdict', verdict: { claimId: claimId('p1'), by: 'browser', outcome: { kind: 'confirmed' } } },
		{ type: 'verdict', verdict: { claimId: claimId('e1'), by: 'browser', outcome: { kind: 'confirmed' } } },
		{ type: 'section-end', section: 'examples' },
		{
			type: 'claim',
			place: { section: 'edgeCases', why: 'Text repeats.' },
			claim: { id: claimId('d1'), kind: 'returns', probe: { call: 'double(x + 1)' }, expect: "'aa'" }
		},
		{
			type: 'verdict',
			verdict: {
				claimId: claimId('d1'),
				by: 'browser',
				outcome: { kind: 'not-checkable', why: 'not-a-plain-call' }
			}
		},
		{ type: 'section-end', section: 'edgeCases' },
		{ type: 'explanation-end' }
	];
}

/** A learner's submission with a finished explanation. */
export async function explained(tutoring: Tutoring, actor: Actor, code?: string) {
	const submission = await newSubmission(code);
	const generation = newGeneration(submission.id);
	const explanationId = newExplanationId();
	const events = wholeLog(explanationId);
	const answers = [
		await tutoring.submit(actor, { submission }),
		await tutoring.startGeneration(actor, { generation }),
		await tutoring.appendEvents(actor, { id: generation.id, append: { from: 0, events } })
	];
	const refused = answers.find((answer) => !answer.ok);
	if (refused !== undefined) throw new Error(`The world could not be set up: ${JSON.stringify(refused)}`);
	return { submission, generation, explanationId, events };
}
