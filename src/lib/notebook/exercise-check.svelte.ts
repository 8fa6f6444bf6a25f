import * as v from 'valibot';
import { loadChecks, makeAttempt, readAttempt } from '$lib/api/calls';
import type { Outbox } from '$lib/api/outbox';
import type { ApiFailure, ApiResult } from '$lib/api/request';
import { AttemptResult } from '$lib/domain/attempt';
import { CheckReport, outcomeOf, type ExerciseChecks } from '$lib/domain/exercise-check';
import { AttemptId, newAttemptId, type CellId, type LessonId } from '$lib/domain/ids';
import type { ExerciseId, PublicExercise } from '$lib/domain/lesson';
import { Markdown } from '$lib/domain/markdown';
import type { CallResult, RunnerClient } from '$lib/runner/page/client';
import { KeptAnswer } from './kept-answer.svelte';

/** Longer than the kernel's own limits together: what they do not end is ended with its interpreter. */
const timeoutMs = 25_000;

/** What was made of an answer, kept in this browser for the next visit. */
const Checked = v.variant('kind', [
	v.object({ kind: v.literal('none') }),
	v.object({
		kind: v.literal('done'),
		/** The code that was checked: other code in the cell makes the result stale. */
		code: v.string(),
		report: CheckReport,
		/** What the lesson says of the mistake that was recognised. */
		mistake: v.optional(v.array(Markdown)),
		/** Checks that the server alone makes. */
		onServer: v.number(),
		/** Under which it was handed in; without, there was nothing to say of it. */
		attempt: v.optional(AttemptId),
		/** What the server made of it; `unheard` where it would not take it. Absent while that is on its way. */
		server: v.optional(v.union([AttemptResult, v.object({ kind: v.literal('unheard') })]))
	})
]);
type Checked = v.InferOutput<typeof Checked>;

/** Why an answer could not be checked: the checks could not be fetched, or Python gave no answer. */
export type Unable =
	| { kind: 'not-fetched'; failure: ApiFailure }
	| { kind: 'no-python'; why: Extract<CallResult, { ok: false }>['why'] };

/** What an answer is run with: the cells above as the learner has them, and the exercise's own setup. */
export type Surroundings = { context: { cellId: CellId; code: string }[]; setup: string[] };

/** Checks the answers to one exercise in the page, and hears the server's word on those that pass. */
export class ExerciseCheck {
	exercise = $state.raw() as PublicExercise;
	isChecking = $state(false);
	unable = $state.raw<Unable | undefined>();
	readonly #lesson: LessonId;
	readonly #attempts: Outbox;
	readonly #kept: KeptAnswer<Checked>;
	/** Fetched once for each version of the lesson. */
	#checks: ExerciseChecks | undefined;
	#stop: AbortController | undefined;

	constructor(lesson: LessonId, exercise: PublicExercise, attempts: Outbox) {
		this.exercise = exercise;
		this.#lesson = lesson;
		this.#attempts = attempts;
		this.#kept = keptCheck(lesson, exercise.id);
	}

	get checked(): Extract<Checked, { kind: 'done' }> | undefined {
		return this.#kept.value.kind === 'done' ? this.#kept.value : undefined;
	}

	/** Takes up another version of the lesson, whose checks may be others. */
	follow(exercise: PublicExercise): void {
		this.exercise = exercise;
		this.#checks = undefined;
	}

	/** Takes up the result of an earlier visit. */
	open(): void {
		this.#kept.open();
	}

	/** Nobody looks at the result any more: it is left as it was. */
	stop(): void {
		this.#stop?.abort();
	}

	/** One check at a time: who asks again while one is made has asked already. */
	async check(
		code: string,
		{ context, setup }: Surroundings,
		bench: Pick<RunnerClient, 'call'>
	): Promise<void> {
		if (this.isChecking) return;
		this.isChecking = true;
		this.unable = undefined;
		const stop = new AbortController();
		this.#stop = stop;
		try {
			const checks = await this.#load();
			if (checks === undefined) return;
			const mistakes = checks.mistakes.map(({ id, detector }) => ({ id, detector }));
			const params = { code, context, setup, checks: checks.checks, mistakes };
			const answer = await bench.call('check', params, timeoutMs, stop.signal);
			if (stop.signal.aborted) return;
			const report = answer.ok
				? v.safeParse(CheckReport, answer.value)
				: // What the limits inside Python could not end.
					v.safeParse(CheckReport, answer.why === 'timed-out' ? { status: 'endless' } : undefined);
			if (report.success) {
				const attempt = this.#handIn(code, context, report.output, checks);
				this.#keep(code, report.output, checks, attempt);
			} else this.unable = { kind: 'no-python', why: answer.ok ? 'failed' : answer.why };
		} finally {
			this.isChecking = false;
		}
	}

	async #load(): Promise<ExerciseChecks | undefined> {
		if (this.#checks !== undefined) return this.#checks;
		const loaded = await loadChecks(fetch, this.#lesson, this.exercise.id);
		if (!loaded.ok) {
			this.unable = { kind: 'not-fetched', failure: loaded.failure };
			return undefined;
		}
		// Where the server could not run the solution just now it may be able to the next time.
		if (loaded.value.checks.every(({ notes }) => notes !== undefined)) this.#checks = loaded.value;
		return loaded.value;
	}

	#keep(
		code: string,
		report: CheckReport,
		{ mistakes, onServer }: ExerciseChecks,
		attempt: AttemptId | undefined
	): void {
		const recognised = 'mistake' in report ? report.mistake : undefined;
		const message = mistakes.find(({ id }) => id === recognised)?.message;
		this.#kept.value = {
			kind: 'done',
			code,
			report,
			...(message === undefined ? {} : { mistake: message }),
			onServer,
			...(attempt === undefined ? {} : { attempt })
		};
	}

	/**
	 * Every answer is handed in, so that who teaches can see how it went; what the page says of it is a claim. Where the server
	 * does not answer it goes when there is one again, with the next visit if need be.
	 */
	#handIn(
		code: string,
		context: Surroundings['context'],
		report: CheckReport,
		{ checks, lessonVersion }: ExerciseChecks
	): AttemptId | undefined {
		const claim = outcomeOf(report, checks.length);
		if (claim === undefined) return undefined;
		const attempt = { id: newAttemptId(), lessonVersion, code, context, claim };
		const request = makeAttempt(this.#lesson, this.exercise.id, attempt);
		void this.#attempts
			.post({ request, chain: attempt.id })
			.then((answer) => note(this.#kept, attempt.id, answer));
		return attempt.id;
	}

	/** The answer to an attempt that an earlier visit could not hand in. */
	hear(attempt: AttemptId, answer: ApiResult<unknown>): void {
		note(this.#kept, attempt, answer);
	}
}

/** The same for an exercise of a lesson that is not open. */
export function hearElsewhere(
	at: { lesson: LessonId; exercise: ExerciseId },
	attempt: AttemptId,
	answer: ApiResult<unknown>
): void {
	const kept = keptCheck(at.lesson, at.exercise);
	kept.open();
	note(kept, attempt, answer);
}

const keptCheck = (lesson: LessonId, exercise: ExerciseId): KeptAnswer<Checked> =>
	new KeptAnswer<Checked>({ lesson, kind: 'checked', id: exercise }, Checked, { kind: 'none' });

/** Where another answer has been checked meanwhile, that one has its own word to wait for. */
function note(kept: KeptAnswer<Checked>, attempt: AttemptId, result: ApiResult<unknown>): void {
	const { value } = kept;
	if (value.kind !== 'done' || value.attempt !== attempt) return;
	const answer = readAttempt(result);
	kept.value = { ...value, server: answer.ok ? answer.value : { kind: 'unheard' } };
}
