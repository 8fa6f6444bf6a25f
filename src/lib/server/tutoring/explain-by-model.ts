import type { Explanation } from '$lib/domain/explanation';
import type { ExplanationId } from '$lib/domain/ids';
import type { Prompt } from '$lib/domain/prompt';
import type { TutorEvent } from '$lib/domain/tutor-event';
import type { ModelSettings } from '$lib/server/providers/model-settings';
import type { Failure, ModelDigest, Provider, Usage } from '$lib/server/providers/provider';
import { answerReader, type AnswerEnd } from '$lib/tutor/answer-reader';
import { repairPrompt, repairSchema, type Refuted } from '$lib/tutor/repair';
import { answerSchema } from '$lib/tutor/answer-schema';
import { advance, emptyView } from '$lib/tutor/assemble';
import { completedBy } from '$lib/tutor/complete-with';
import { repairByEvidence, type RepairTask } from './repair-by-evidence';
import { explainPrompt, textOf, type ExplainSubject } from '$lib/tutor/explain-prompt';

/** Room for eight claims. */
const repairTokens = 1_024;

const bytesIn = (text: string): number => new TextEncoder().encode(text).byteLength;

export type ModelTask = {
	readonly subject: ExplainSubject;
	readonly provider: Pick<Provider, 'stream'>;
	readonly model: string;
	readonly settings: ModelSettings;
	/** `completion` for base models. */
	readonly form: Prompt['kind'];
	/** False for a server that refuses schemas: then the rules and the examples alone hold the model to the form. */
	readonly holdsToSchema: boolean;
	/** What this server's counts have taught so far. */
	readonly tokensPerByte: number;
	readonly explanationId: ExplanationId;
	readonly python: string;
	/** What finishes an answer that does not come to its end, and stands in for what is false; undefined where nobody can say. */
	readonly builtIn: () => Promise<Explanation | undefined>;
	/** The answer is one that was kept. */
	readonly isRecalled?: boolean;
	/** What running the code says of claims that were told: see `RepairTask`. */
	readonly outcomesOf: RepairTask['outcomesOf'];
};

/** How the model did, for the generation's row and the metrics. The log of events is what a reader sees. */
export type ModelOutcome = {
	/** Whether all of it was the model's at first: the server said that it had finished, and nothing was missing. */
	readonly whole: boolean;
	readonly failure?: Failure;
	readonly answer?: AnswerEnd;
	readonly usage: Usage;
	readonly promptBytes: number;
	/** The answer word for word, where the model finished it and no run refuted anything in it. */
	readonly keep?: string;
};

export type ModelPart =
	/** Before anything is asked: kept with the generation, so that training can use it word for word. */
	| { readonly type: 'prompt'; readonly prompt: Prompt }
	| { readonly type: 'written-by'; readonly model: string; readonly digest: ModelDigest }
	| { readonly type: 'event'; readonly event: TutorEvent }
	| { readonly type: 'outcome'; readonly outcome: ModelOutcome };

/**
 * An explanation by a model, as the events of its log, while it is written. It always ends: with `explanation-end` where the model or, in
 * its place, the built-in explainer has said everything; with `explanation-error` where it was stopped or nobody can finish it.
 * The last part is the outcome.
 */
export async function* explainByModel(task: ModelTask, signal: AbortSignal): AsyncGenerator<ModelPart> {
	let own: Promise<Explanation | undefined> | undefined;
	const builtIn = (): Promise<Explanation | undefined> => (own ??= task.builtIn());
	const { subject, settings, model, form, tokensPerByte, explanationId, python } = task;
	let view = emptyView;
	const told = (event: TutorEvent): ModelPart => {
		view = advance(view, event);
		return { type: 'event', event };
	};
	yield told({ type: 'explanation-start', explanationId, python });

	if (task.isRecalled === true) yield told({ type: 'recalled' });

	const rendered = explainPrompt(subject, { ...settings, tokensPerByte }, form);
	if (!rendered.ok) {
		const detail = `About ${rendered.tokens} tokens would be needed.`;
		const failure: Failure = { kind: 'out-of-context', retryable: false, detail };
		yield* ended({ whole: false, failure, usage: {}, promptBytes: 0 });
		return;
	}
	const { prompt } = rendered;
	yield { type: 'prompt', prompt };
	let answerText = '';
	const reader = answerReader({ lines: subject.code.split(/\r\n|\r|\n/).length });
	let usage: Usage = {};
	let failure: Failure | undefined;
	let isWhole = false;
	let firstAt: number | undefined;
	const request = { model, prompt, settings, ...(task.holdsToSchema ? { schema: answerSchema } : {}) };
	for await (const part of task.provider.stream(request, signal)) {
		switch (part.type) {
			case 'response-start':
				yield { type: 'written-by', model: part.model, digest: part.digest };
				break;
			case 'text-delta':
				firstAt ??= performance.now();
				answerText += part.text;
				for (const event of reader.push(part.text)) yield told(event);
				break;
			case 'reasoning-delta':
				// Thoughts are drafts: nothing in them is promised, so nothing of them is shown.
				break;
			case 'response-end':
				// Most servers count their tokens, and not their time.
				usage = {
					...(firstAt === undefined ? {} : { outputMs: performance.now() - firstAt }),
					...part.usage
				};
				isWhole = part.reason === 'stop';
				break;
			case 'response-error':
				failure = { kind: part.kind, retryable: part.retryable, detail: part.detail };
		}
	}
	const last = reader.end();
	for (const event of last.events) yield told(event);
	yield* ended({
		whole: isWhole && last.end.json === 'complete' && last.end.missing.length === 0,
		...(failure === undefined ? {} : { failure }),
		answer: last.end,
		usage,
		promptBytes: bytesIn(textOf(prompt))
	});

	// Asked anew after each wait; the compiler would take the first answer for the last.
	function isStopped(): boolean {
		return signal.aborted;
	}

	/** Whoever ended it has said by the signal's reason whether that was a wish of the learner's. */
	function stopped(): ModelPart {
		const error = signal.reason === 'interrupted' ? 'interrupted' : 'stopped';
		return told({ type: 'explanation-error', error, detail: '' });
	}

	async function* ended(outcome: ModelOutcome): AsyncGenerator<ModelPart> {
		yield* outcome.whole ? [] : completed(outcome);
		if (view.status === 'running' && !isStopped()) {
			const askAgain = (refuted: readonly Refuted[]): Promise<string | undefined> =>
				outcome.failure === undefined ? secondAnswer(refuted) : Promise.resolve(undefined);
			const repair = repairByEvidence({ view: () => view, outcomesOf: task.outcomesOf, askAgain, builtIn });
			for await (const event of repair) {
				if (isStopped()) break;
				yield told(event);
			}
		}
		if (view.status === 'running') yield isStopped() ? stopped() : told({ type: 'explanation-end' });
		const isTrue = outcome.whole && view.status === 'complete' && view.replacements.size === 0;
		yield { type: 'outcome', outcome: isTrue ? { ...outcome, keep: answerText } : outcome };
	}

	/** What the built-in explainer says where the model left off, or why nobody can say it. */
	async function* completed({ failure: why }: ModelOutcome): AsyncGenerator<ModelPart> {
		if (isStopped()) return;
		const explanation = await builtIn();
		if (isStopped()) return;
		if (explanation === undefined) {
			const error = why?.kind === 'timed-out' ? 'timed-out' : 'explainer-failed';
			const detail = why?.detail ?? 'The model did not finish its answer.';
			yield told({ type: 'explanation-error', error, detail });
			return;
		}
		yield told({ type: 'handover', why: why?.kind ?? 'unfinished' });
		for (const event of completedBy(view, explanation)) yield told(event);
	}

	/** Undefined where the question does not fit, or the model does not answer it to the end. */
	async function secondAnswer(refuted: readonly Refuted[]): Promise<string | undefined> {
		if (!rendered.ok) return undefined;
		const prompt = repairPrompt(rendered.prompt, answerText, refuted);
		const tokens = bytesIn(textOf(prompt)) * tokensPerByte + repairTokens;
		if (tokens > settings.contextTokens) return undefined;
		const request = {
			model,
			prompt,
			settings: { ...settings, answerTokens: repairTokens },
			...(task.holdsToSchema ? { schema: repairSchema } : {})
		};
		let text = '';
		for await (const part of task.provider.stream(request, signal)) {
			if (part.type === 'text-delta') text += part.text;
			if (part.type === 'response-error') return undefined;
		}
		return text;
	}
}
