import { done, notFound, refuse, type Answer } from '$lib/domain/answer';
import type { AttemptResult, NewAttempt } from '$lib/domain/attempt';
import { cellsAbove, isUndecided, outcomeOf, type CheckReport } from '$lib/domain/exercise-check';
import { contentHash, type LessonId } from '$lib/domain/ids';
import type { ExerciseId } from '$lib/domain/lesson';
import type { Actor } from '$lib/server/auth/actor';
import { can } from '$lib/server/auth/can';
import { insertAttempt, selectAttempt, type Attempt } from '$lib/server/db/repositories/attempt';
import { ensureLearner } from '$lib/server/db/repositories/learner';
import { learnerOf, type Context } from './context';
import type { FoundExercise } from './examiner';
import { sameContent } from './same-content';

type Input = { lessonId: LessonId; exerciseId: ExerciseId; attempt: NewAttempt };

/**
 * Keeps what a page says of an answer, and judges the answer again where the page says that it passes: only that counts. Sent
 * twice it is kept and judged once; the same id with another answer is a conflict.
 */
export async function attempt(
	context: Context,
	actor: Actor,
	{ lessonId, exerciseId, attempt: sent }: Input
): Promise<Answer<AttemptResult>> {
	const { db, examiner } = context;
	const learnerId = learnerOf(actor);
	if (learnerId === undefined) return refuse('not-signed-in');
	if (!can(actor, 'attempt.make', { learnerId })) return notFound;
	const fault = faultOf(sent);
	if (fault !== undefined) return refuse('invalid-body', { issues: [fault] });
	const found = await context.exerciseOf(lessonId, exerciseId, sent.lessonVersion);
	if (found === undefined) return notFound;
	const stray = strayCell(found, sent);
	if (stray !== undefined) return refuse('invalid-body', { issues: [stray] });

	const { id, code, context: above, lessonVersion, claim } = sent;
	const codeHash = await contentHash(code);
	const word: Omit<Attempt, 'by' | 'outcome'> = {
		id,
		learnerId,
		lessonId,
		lessonVersion,
		exerciseId,
		code,
		codeHash,
		context: above
	};
	const claimed: Attempt = { ...word, by: 'browser', outcome: claim };
	const isNew = await db.transaction(async (tx) => {
		await ensureLearner(tx, learnerId);
		return insertAttempt(tx, claimed);
	});
	if (!isNew) {
		const stored = await selectAttempt(db, learnerId, id, 'browser');
		if (stored === undefined) return notFound;
		if (!sameContent(stored, claimed)) return refuse('conflict');
	}
	if (claim.result !== 'passed') return done({ kind: 'claimed' }, isNew);

	const known = await selectAttempt(db, learnerId, id, 'server');
	if (known !== undefined) return done({ kind: 'judged', outcome: known.outcome, checks: [] });
	const judged = await examiner.judge(found, { code, context: above }, learnerId);
	if (!judged.ok) return done({ kind: 'unchecked', why: judged.why }, isNew);
	const outcome = outcomeOf(judged.report, found.exercise.checks.length);
	if (outcome === undefined) {
		const why = isUndecided(judged.report) ? 'unavailable' : 'broken';
		return done({ kind: 'unchecked', why }, isNew);
	}
	if (!(await insertAttempt(db, { ...word, by: 'server', outcome }))) {
		// The same attempt was judged at the same time, as when a page asks again that had no patience left: one word stands.
		const first = await selectAttempt(db, learnerId, id, 'server');
		if (first !== undefined) return done({ kind: 'judged', outcome: first.outcome, checks: [] });
	}
	return done({ kind: 'judged', outcome, checks: serverChecks(found, judged.report) }, isNew);
}

/** What the schema cannot say. */
function faultOf({ claim }: NewAttempt): { path: string; message: string } | undefined {
	if (claim.passed <= claim.all && (claim.result !== 'passed' || claim.passed === claim.all))
		return undefined;
	return { path: 'claim', message: 'More checks passed, or fewer, than the result says.' };
}

/** What runs before an answer is the lesson's cells above it, each once and in their order: no code from anywhere else. */
function strayCell(
	{ lesson, exercise }: FoundExercise,
	{ context }: NewAttempt
): { path: string; message: string } | undefined {
	const above = cellsAbove(lesson.blocks, exercise.cell).map(({ id }) => id);
	let from = 0;
	for (const [index, { cellId }] of context.entries()) {
		const at = above.indexOf(cellId, from);
		if (at < 0)
			return {
				path: `context.${index}.cellId`,
				message: 'This is no cell above the exercise, or is out of order.'
			};
		from = at + 1;
	}
	return undefined;
}

/** The checks that the server alone makes. Their inputs and values stay here: a learner could collect them. */
function serverChecks({ exercise }: FoundExercise, report: CheckReport) {
	if (report.status !== 'ran') return [];
	return report.checks.flatMap((check, index) => {
		if (exercise.checks[index]?.where !== 'server') return [];
		const message = check.ok ? undefined : check.message;
		return [{ ok: check.ok, ...(message === undefined ? {} : { message }) }];
	});
}
