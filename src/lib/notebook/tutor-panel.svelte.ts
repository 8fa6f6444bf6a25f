import * as v from 'valibot';
import { rate, startGeneration, submit } from '$lib/api/calls';
import type { Outbox } from '$lib/api/outbox';
import type { ApiFailure } from '$lib/api/request';
import type { StoredExplanation } from '$lib/domain/draft';
import { builtInPromptVersion, type OpenGenerations } from '$lib/domain/generation';
import {
	contentHash,
	ContentHash,
	newExplanationId,
	newGenerationId,
	newSubmissionId,
	newUuid,
	type CellId,
	type LessonId
} from '$lib/domain/ids';
import { builtInModelId } from '$lib/domain/model';
import type { NewRating } from '$lib/domain/rating';
import type { RunResult } from '$lib/domain/run';
import { storedRun } from '$lib/domain/stored-run';
import type { NewSubmission, SubmissionContext } from '$lib/domain/submission';
import type { TutorEvent } from '$lib/domain/tutor-event';
import { kernelHash } from '$lib/runner/page/assets';
import { advance, assemble, emptyView, type ExplanationView } from '$lib/tutor/assemble';
import { typedLines } from '$lib/tutor/typed-lines';
import type { Benches } from './claim-verifier';
import { EventSender } from './event-sender';
import type { explainByModel, followModel, ModelEnd, ModelTools, openGenerations } from './model-answer';

export type Question = {
	lessonId: LessonId;
	lessonVersion: ContentHash;
	cellId: CellId;
	code: string;
	context: SubmissionContext;
	/** The lesson's data files, which lie beside the cells. */
	files: NewSubmission['files'];
	result: RunResult | undefined;
};

type OpenGeneration = OpenGenerations[number];

/** The server's model, by its id, and how the server is reached. */
export type AskedModel = {
	readonly id: string;
	readonly explain: typeof explainByModel;
	readonly follow: typeof followModel;
	readonly open: typeof openGenerations;
} & Pick<ModelTools, 'fetcher' | 'wait'>;

/** One cell's explanation: asked for, made on the bench, checked claim by claim, stored, rated. */
export class TutorPanel {
	view = $state.raw<ExplanationView>(emptyView);
	/** The code that is explained; `undefined` while nothing is. */
	code = $state.raw<string | undefined>();
	modelId = $state.raw<string>(builtInModelId);
	isRunning = $state(false);
	/** It waits for the server's model, and so many wait before it. */
	before = $state<number>();
	/** A server was still writing it when the page was made: whether it goes on will be known soon. */
	isAwaited = $state(false);
	isStored = $state(false);
	saveFailure = $state.raw<ApiFailure | undefined>();
	rating = $state.raw<NewRating | undefined>();
	ratingFailure = $state.raw<ApiFailure | undefined>();
	/** What the learner said last is still on its way to the server. */
	isRating = $state(false);
	/** The rating as the server has it. */
	#rated: NewRating | undefined;
	readonly #outbox: Outbox;
	#stop: AbortController | undefined;
	#leave: AbortController | undefined;

	constructor(outbox: Outbox, stored: StoredExplanation | undefined) {
		this.#outbox = outbox;
		if (stored !== undefined) this.show(stored);
	}

	/** Shows what the server has: at the start, and when what an earlier visit left has arrived there. */
	show(stored: StoredExplanation): void {
		if (this.isRunning) return;
		const explanationBefore = this.view.explanationId;
		this.view = assemble(stored.events);
		this.code = stored.code;
		this.modelId = stored.modelId;
		this.isAwaited = stored.status === 'running' && stored.modelId !== builtInModelId;
		// What was said meanwhile is newer than what the server has.
		if (!this.isRating || explanationBefore !== this.view.explanationId) this.#setRating(ratingIn(stored));
		this.isStored = stored.status === 'complete';
	}

	/**
	 * Explains the code as it is now, by `model` where there is one. What an earlier explanation was still doing is ended.
	 * `again`: the model is asked also where it has answered the same before.
	 */
	async explain(
		question: Question,
		benches: Benches,
		python: () => string,
		model?: AskedModel,
		again = false
	): Promise<void> {
		this.stop();
		const stop = new AbortController();
		// Asked anew after each wait; the compiler would take the first answer for the last.
		const isStopped = (): boolean => stop.signal.aborted;
		this.#stop = stop;
		const submission = await submissionOf(question, typedLines(question.result));
		if (model !== undefined) {
			this.#begin(question.code, model.id);
			const tools = this.#toolsOf(model, benches, stop);
			const end = await model.explain({ submission, python: python(), again }, tools);
			if (this.#stop !== stop) return;
			if (end.kind !== 'not-asked' || isStopped()) {
				this.#endOfModel(end);
				return;
			}
			// The model cannot be had just now: nobody waits for it.
			this.#leave = undefined;
		}
		const explanationId = newExplanationId();
		this.#begin(question.code, builtInModelId);
		const { stdin } = submission;
		const sender = this.#open(submission);

		const tell = (event: TutorEvent): void => {
			// The log of an explanation that was given up still gets its end.
			sender.send(event);
			if (this.#stop === stop) this.view = advance(this.view, event);
		};
		const ask = { code: question.code, context: question.context, stdin };
		const head = { explanationId, python: python() };
		// Fetched with what shows explanations, when the page had been drawn; a page that could not fetch it tries again.
		const part = await import('./built-in-answer').catch(() => undefined);
		if (part === undefined) {
			tell({ type: 'explanation-start', ...head });
			tell({ type: 'explanation-error', error: 'interrupted', detail: '' });
		} else await part.explainBuiltIn(ask, head, benches, tell, stop.signal);
		if (this.#stop === stop) this.isRunning = false;

		const stored = await sender.finished();
		if (this.#stop !== stop) return;
		if (stored.ok) this.isStored = stored.value === 'complete';
		else this.saveFailure = stored.failure;
	}

	/** Shows what a server writes already for this cell: the page was away. */
	async resume(open: OpenGeneration, benches: Benches, model: AskedModel): Promise<void> {
		if (this.isRunning) return;
		const stop = new AbortController();
		this.#stop = stop;
		const { id, code, modelId, context, stdin } = open;
		// What the page came with is a part of the same log: it stands until more is there.
		const { view } = this;
		const isKnown = this.code === code && this.modelId === modelId && view.status === 'running';
		this.#begin(code, modelId);
		if (isKnown) this.view = view;
		const end = await model.follow(id, { code, context, stdin }, this.#toolsOf(model, benches, stop));
		if (this.#stop === stop) this.#endOfModel(end);
	}

	/** Ends what is made, wherever that is. */
	stop(): void {
		this.#stop?.abort();
	}

	/** The page goes. What it makes by itself ends with it; what a server writes is there when it comes back. */
	leave(): void {
		if (this.#leave === undefined) this.stop();
		else this.#leave.abort();
	}

	/** What the log says, from its start: what is shown already is replaced by it with the first event. */
	#toolsOf(model: AskedModel, benches: Benches, stop: AbortController): ModelTools {
		const leave = new AbortController();
		this.#leave = leave;
		let view = emptyView;
		return {
			...model,
			benches,
			signal: stop.signal,
			left: leave.signal,
			tell: (event) => {
				view = advance(view, event);
				if (this.#stop === stop) this.view = view;
			},
			onplace: (before) => {
				if (this.#stop === stop) this.before = before;
			}
		};
	}

	/**
	 * Sets, changes or (with `undefined`) takes back the learner's rating. Shown at once, undone when it is refused. Says whether
	 * the server took it.
	 */
	async rate(said: NewRating | undefined): Promise<boolean> {
		const id = this.view.explanationId;
		if (id === undefined || !this.isStored) return false;
		this.rating = said;
		this.ratingFailure = undefined;
		this.isRating = true;
		// Ratings do not rest on each other: one that is refused does not silence the next.
		const chain = `rating-${newUuid()}`;
		const result = await this.#outbox.post({ request: rate(id, said), chain });
		if (this.view.explanationId !== id) return result.ok;
		if (result.ok) this.#rated = said;
		// Something was said since, whose own answer decides.
		if (this.rating !== said) return result.ok;
		this.isRating = false;
		if (!result.ok) {
			this.rating = this.#rated;
			this.ratingFailure = result.failure;
		}
		return result.ok;
	}

	#setRating(rated: NewRating | undefined): void {
		this.#rated = rated;
		this.rating = rated;
		this.ratingFailure = undefined;
		this.isRating = false;
	}

	/** The log is the server's own, so it is stored as far as it goes. */
	#endOfModel(end: ModelEnd): void {
		this.#leave = undefined;
		if (end.kind !== 'ended') {
			const detail = end.kind === 'lost' ? (end.failure?.code ?? '') : '';
			const error = end.kind === 'lost' ? 'interrupted' : 'stopped';
			if (this.view.status !== 'empty')
				this.view = advance(this.view, { type: 'explanation-error', error, detail });
			else this.code = undefined;
		}
		this.isRunning = false;
		this.before = undefined;
		this.isStored = end.kind === 'ended' && end.status === 'complete';
	}

	#begin(code: string, modelId: string): void {
		this.view = emptyView;
		this.code = code;
		this.modelId = modelId;
		this.isRunning = true;
		this.before = undefined;
		this.isStored = false;
		this.saveFailure = undefined;
		this.#setRating(undefined);
	}

	/** Puts submission and generation on their way; the events follow as they happen. */
	#open(submission: NewSubmission): EventSender {
		const generationId = newGenerationId();
		const chain = generationId;
		void this.#outbox.post({ request: submit(submission), chain });
		void this.#outbox.post({
			request: startGeneration({
				id: generationId,
				submissionId: submission.id,
				mode: 'explain',
				origin: 'browser',
				promptVersion: builtInPromptVersion,
				modelId: builtInModelId,
				modelDigest: v.parse(ContentHash, kernelHash)
			}),
			chain
		});
		return new EventSender(this.#outbox, generationId);
	}
}

async function submissionOf(
	{ code, context, result, ...place }: Question,
	stdin: string[]
): Promise<NewSubmission> {
	return {
		id: newSubmissionId(),
		...place,
		code,
		codeHash: await contentHash(code),
		context,
		stdin,
		...(result === undefined ? {} : { result: storedRun(result) })
	};
}

/** What the learner said of a stored explanation, as one piece. */
const ratingIn = ({ rating, ratingDetails }: StoredExplanation): NewRating | undefined =>
	rating === undefined ? undefined : { reasons: [], ...ratingDetails, value: rating };
