import * as v from 'valibot';
import { loadChecks, makeAttempt } from '$lib/api/calls';
import type { ApiFailure } from '$lib/api/request';
import { AttemptResult } from '$lib/domain/attempt';
import { CheckReport, outcomeOf, type ExerciseChecks } from '$lib/domain/exercise-check';
import { newAttemptId, type CellId, type LessonId } from '$lib/domain/ids';
import type { PublicExercise } from '$lib/domain/lesson';
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
		/** What the server made of it; `unheard` where its answer never came. */
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
	/** The server is asked for its word on an answer that passes. */
	isJudged = $state(false);
	unable = $state.raw<Unable | undefined>();
	readonly #lesson: LessonId;
	readonly #kept: KeptAnswer<Checked>;
	/** Fetched once for each version of the lesson. */
	#checks: ExerciseChecks | undefined;
	#stop: AbortController | undefined;

	constructor(lesson: LessonId, exercise: PublicExercise) {
		this.exercise = exercise;
		this.#lesson = lesson;
		this.#kept = new KeptAnswer<Checked>({ lesson, kind: 'checked', id: exercise.id }, Checked, {
			kind: 'none'
		});
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

	stop(): void {
		this.#stop?.abort();
	}

	/** One check at a time: who asks again while one is made has asked already. */
	async check(code: string, { context, setup }: Surroundings, bench: RunnerClient): Promise<void> {
		if (this.isChecking) return;
		this.isChecking = true;
		this.unable = undefined;
		try {
			const checks = await this.#load();
			if (checks === undefined) return;
			this.#stop = new AbortController();
			const mistakes = checks.mistakes.map(({ id, detector }) => ({ id, detector }));
			const params = { code, context, setup, checks: checks.checks, mistakes };
			const answer = await bench.call('check', params, timeoutMs, this.#stop.signal);
			const report = answer.ok
				? v.safeParse(CheckReport, answer.value)
				: // What the limits inside Python could not end.
					v.safeParse(CheckReport, answer.why === 'timed-out' ? { status: 'endless' } : undefined);
			if (report.success) {
				this.#keep(code, report.output, checks);
				void this.#handIn(code, context, report.output, checks);
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

	#keep(code: string, report: CheckReport, { mistakes, onServer }: ExerciseChecks): void {
		const recognised = 'mistake' in report ? report.mistake : undefined;
		const message = mistakes.find(({ id }) => id === recognised)?.message;
		this.#kept.value = {
			kind: 'done',
			code,
			report,
			...(message === undefined ? {} : { mistake: message }),
			onServer
		};
	}

	/** Every answer is handed in, so that who teaches can see how it went; what the page says of it is a claim. */
	async #handIn(
		code: string,
		context: Surroundings['context'],
		report: CheckReport,
		{ checks, lessonVersion }: ExerciseChecks
	): Promise<void> {
		const claim = outcomeOf(report, checks.length);
		if (claim === undefined) return;
		this.isJudged = claim.result === 'passed';
		const attempt = { id: newAttemptId(), lessonVersion, code, context, claim };
		const answer = await makeAttempt(fetch, this.#lesson, this.exercise.id, attempt);
		const { value } = this.#kept;
		// Another answer has been checked meanwhile, and has its own word to wait for.
		if (value.kind !== 'done' || value.report !== report) return;
		this.isJudged = false;
		this.#kept.value = { ...value, server: answer.ok ? answer.value : { kind: 'unheard' } };
	}
}
