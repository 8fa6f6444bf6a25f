import type { Claim } from '$lib/domain/claim';
import type { Facts } from '$lib/domain/facts';
import { newExplanationId, type ClaimId, type ContentHash, type GenerationId } from '$lib/domain/ids';
import type { ModelServerId } from '$lib/domain/tutor-model';
import type { Submission } from '$lib/domain/submission';
import type { TutorEvent } from '$lib/domain/tutor-event';
import type { Outcome } from '$lib/domain/verdict';
import type { Database } from '$lib/server/db/client';
import { ensureModelVersion } from '$lib/server/db/repositories/model-version';
import {
	beat,
	noteReaders,
	selectMarks,
	takeTurn,
	updateOrigin
} from '$lib/server/db/repositories/server-generation';
import type { ModelDigest, Provider, ProviderEvent } from '$lib/server/providers/provider';
import type { ModelServer } from '$lib/server/providers/model-servers';
import { defaultSettings, formFor } from '$lib/server/providers/model-settings';
import { outcomeOf } from '$lib/tutor/assemble';
import { firstTokensPerByte, learnedTokensPerByte } from '$lib/tutor/token-budget';
import { explainByModel, type ModelOutcome, type ModelTask } from './explain-by-model';
import { memoryCache } from './answer-cache';
import { endDeadGenerations } from './end-dead-generations';
import { fairQueue, type FairQueue } from './fair-queue';
import { generationWriter, type GenerationWriter } from './generation-writer';
import type { Outcomes } from './repair-by-evidence';
import type { ServerBench } from './server-bench';
import { logWatch, type LogWatch } from './log-watch';

/** Everything that a generation is made from. */
export type Job = {
	readonly id: GenerationId;
	readonly submission: Submission;
	readonly facts: Facts | undefined;
	/** What the student's own run printed last. */
	readonly output: string;
	/** What the lesson is about. */
	readonly lesson: string | undefined;
	readonly python: string;
	readonly server: ModelServer;
	readonly model: string;
	readonly digest: ModelDigest;
	/** What makes another question the same as this one. */
	readonly key: ContentHash;
	/** An answer to it that was kept: then nobody is asked. */
	readonly recalled: string | undefined;
};

/** A generation that runs here, as its followers need it: its events are in memory, and nobody asks the database for them. */
export type Live = { readonly events: readonly TutorEvent[]; readonly before: number | undefined };

export type Generator = {
	/** Takes it over. */
	start(job: Job): void;
	/** A whole answer to the same question. */
	recall(key: ContentHash): string | undefined;
	live(id: GenerationId): Live | undefined;
	/** Where the log stands, for as long as it is followed: see `LogWatch`. A followed log is not given up. */
	follow: LogWatch['watch'];
	/** Fires when the process is about to stop: who follows a log must go elsewhere. */
	readonly draining: AbortSignal;
	/** Ends what runs, each with an event that says so. Safe to call twice. */
	close(): Promise<void>;
};

export type GeneratorOptions = {
	readonly db: Database;
	readonly bench: Pick<ServerBench, 'explain' | 'verify'>;
	/** How many are written at the same time, in all processes together. */
	readonly parallel: (server: ModelServerId) => number;
	readonly times?: Partial<GeneratorTimes>;
};

/** All in milliseconds. */
export type GeneratorTimes = {
	/** Between two looks at the database, for what other processes wrote and whom they stopped. */
	readonly lookMs: number;
	/** Between two signs of life. */
	readonly beatMs: number;
	/** Without a sign of life for so long, a writer is dead. */
	readonly deadMs: number;
	/** The browser's bench has said nothing for so long: ours is asked. */
	readonly verdictMs: number;
	/** A log that nobody has followed for so long is not written on. */
	readonly unreadMs: number;
};
const usual: GeneratorTimes = {
	lookMs: 250,
	beatMs: 5_000,
	deadMs: 30_000,
	unreadMs: 60_000,
	verdictMs: 5_000
};

type ErrorEvent = Extract<TutorEvent, { type: 'explanation-error' }>;

/** Why a generation is ended from outside; what explains hears it as its signal's reason. */
type Ending = 'stopped' | 'unread' | 'interrupted' | 'lost';

type Running = {
	readonly job: Job;
	readonly ending: AbortController;
	readonly events: TutorEvent[];
	before: number | undefined;
	/** No browser runs its claims. */
	isAlone: boolean;
	done: Promise<void>;
};

/**
 * Writes generations, in the background of the requests that asked for them: the tab may go, the log goes on. Several processes on one
 * database share the work and each other's readers.
 */
export function createGenerator(options: GeneratorOptions): Generator {
	const { db, bench, parallel } = options;
	const times = { ...usual, ...options.times };
	const watch = logWatch((ids) => selectMarks(db, ids), times.lookMs);
	const running = new Map<GenerationId, Running>();
	/** How many follow a log through this process. */
	const readers = new Map<GenerationId, number>();
	const queues = new Map<ModelServerId, FairQueue>();
	const tokensPerByte = new Map<string, number>();
	const cache = memoryCache();
	const draining = new AbortController();
	let closed: Promise<void> | undefined;

	// What fails here fails because the database is away, and is done again at the next time.
	const beats = setInterval(() => {
		beat(db, [...running.keys()]).catch(() => undefined);
		noteReaders(db, [...readers.keys()]).catch(() => undefined);
		endDeadGenerations(db, times.deadMs / 1_000).catch(() => undefined);
	}, times.beatMs);
	beats.unref();

	const queueOf = (server: ModelServerId): FairQueue => {
		const queue = queues.get(server) ?? fairQueue(() => parallel(server));
		queues.set(server, queue);
		return queue;
	};

	async function write(entry: Running): Promise<void> {
		const { job, ending } = entry;
		const { id } = job;
		const end = (why: Ending): void => ending.abort(why);
		const writer = generationWriter(id, {
			db,
			appended: ({ from, events, status }) => {
				entry.events.splice(from, events.length, ...events);
				watch.tell(id, { next: entry.events.length, status });
			},
			lost: () => end('lost')
		});
		const leaveWatch = watch.watch(id, (mark) => {
			if (mark.stopping) end('stopped');
			else if (mark.unreadSeconds * 1_000 > times.unreadMs) end('unread');
		});
		// What is known already takes nobody's turn.
		const queue = job.recalled === undefined ? queueOf(job.server.id) : fairQueue(() => 1);
		const place = await queue.enter(job.submission.learnerId, ending.signal, (before) => {
			entry.before = before;
		});
		try {
			const isTurn = async (): Promise<boolean> =>
				job.recalled !== undefined || (await turnCame(entry, parallel(job.server.id)));
			if (place.ok && (await isTurn())) {
				entry.before = undefined;
				await explain(entry, writer).catch((error: unknown) => {
					ending.abort('lost' satisfies Ending);
					const detail = error instanceof Error ? error.message : String(error);
					fail(job, writer, { error: 'explainer-failed', detail: detail.slice(0, 500) });
				});
			} else {
				const error = ending.signal.reason === 'interrupted' ? 'interrupted' : 'stopped';
				fail(job, writer, { error, detail: '' });
			}
			await writer.flushed();
		} finally {
			if (place.ok) place.leave();
			leaveWatch();
		}
	}

	/** A log begins with its start, whatever comes of it; where there is one already, the second is not stored. */
	function fail({ python }: Job, writer: GenerationWriter, why: Pick<ErrorEvent, 'error' | 'detail'>): void {
		writer.tell({ type: 'explanation-start', explanationId: newExplanationId(), python });
		writer.tell({ type: 'explanation-error', ...why });
	}

	/** Waits until all processes together have room for one more; false where it was ended before. */
	async function turnCame({ job, ending }: Running, most: number): Promise<boolean> {
		while (!ending.signal.aborted) {
			try {
				if (await takeTurn(db, job.id, job.submission.learnerId, most)) return true;
			} catch {
				// The database is away; so is everybody's turn.
			}
			await new Promise((resolve) => setTimeout(resolve, times.lookMs));
		}
		return false;
	}

	async function explain(entry: Running, writer: GenerationWriter): Promise<void> {
		const { job, ending } = entry;
		const { submission, server, model, facts, output, lesson, python, id } = job;
		const task: ModelTask = {
			subject: {
				code: submission.code,
				output,
				...(facts === undefined ? {} : { facts }),
				...(lesson === undefined ? {} : { lesson })
			},
			provider: job.recalled === undefined ? server.provider : recalling(job, job.recalled),
			isRecalled: job.recalled !== undefined,
			model,
			settings: defaultSettings.explain,
			form: formFor(model),
			holdsToSchema: true,
			tokensPerByte: tokensPerByte.get(model) ?? firstTokensPerByte,
			explanationId: newExplanationId(),
			python,
			builtIn: () => bench.explain(submission, ending.signal),
			outcomesOf: (claims) => outcomesOf(claims, entry, writer)
		};
		let writtenBy: ContentHash | undefined;
		for await (const part of explainByModel(task, ending.signal)) {
			switch (part.type) {
				case 'event':
					writer.tell(part.event);
					break;
				case 'prompt':
					await updateOrigin(db, id, { prompt: part.prompt });
					break;
				case 'written-by': {
					// The name may have been given to other weights since the generation was made.
					writtenBy = part.digest.value;
					const version = { modelId: part.model, modelDigest: part.digest.value };
					await ensureModelVersion(db, version, 'candidate');
					await updateOrigin(db, id, version);
					break;
				}
				case 'outcome':
					learn(model, part.outcome);
					await noteSpeed(id, part.outcome);
					if (part.outcome.keep !== undefined && writtenBy === job.digest.value)
						cache.set(job.key, part.outcome.keep);
			}
		}
	}

	/**
	 * What running the code says of these claims: by the browser's bench, which runs them as they come; where it has said nothing for a
	 * while, by our own.
	 */
	async function outcomesOf(
		claims: readonly Claim[],
		entry: Running,
		writer: GenerationWriter
	): Promise<Outcomes> {
		const { job, ending } = entry;
		await writer.flushed();
		const unchecked = (): Claim[] => claims.filter(({ id }) => outcomeOf(writer.view(), id) === undefined);
		let left = claims.length;
		let heardAt = performance.now();
		// Who let the first claims pass without a word is not waited for again.
		const patienceMs = entry.isAlone ? 0 : times.verdictMs;
		for (;;) {
			await writer.read();
			if (unchecked().length < left) heardAt = performance.now();
			left = unchecked().length;
			if (left === 0 || performance.now() - heardAt >= patienceMs || ending.signal.aborted) break;
			await new Promise((resolve) => setTimeout(resolve, Math.min(times.lookMs, 100)));
		}
		entry.isAlone ||= claims.length > 0 && left === claims.length;
		const found = new Map<ClaimId, Outcome>();
		for await (const { claim, outcome } of bench.verify(job.submission, unchecked(), ending.signal)) {
			found.set(claim.id, outcome);
			writer.tell({ type: 'verdict', verdict: { claimId: claim.id, by: 'server', outcome } });
		}
		for (const { id } of claims) {
			const outcome = outcomeOf(writer.view(), id);
			if (outcome !== undefined && !found.has(id)) found.set(id, outcome);
		}
		return found;
	}

	async function noteSpeed(id: GenerationId, { usage }: ModelOutcome): Promise<void> {
		const { outputTokens, outputMs } = usage;
		if (outputTokens === undefined || outputMs === undefined) return;
		await updateOrigin(db, id, { outputTokens, outputMs: Math.round(outputMs) });
	}

	function learn(model: string, { usage, promptBytes }: ModelOutcome): void {
		if (usage.promptTokens === undefined) return;
		const before = tokensPerByte.get(model) ?? firstTokensPerByte;
		tokensPerByte.set(
			model,
			learnedTokensPerByte(before, { bytes: promptBytes, tokens: usage.promptTokens })
		);
	}

	async function close(): Promise<void> {
		draining.abort();
		clearInterval(beats);
		for (const { ending } of running.values()) ending.abort('interrupted' satisfies Ending);
		// A request that was under way may begin one more.
		while (running.size > 0) await Promise.all([...running.values()].map(({ done }) => done));
		watch.close();
	}

	return {
		start(job) {
			const entry: Running = {
				job,
				ending: new AbortController(),
				events: [],
				before: undefined,
				isAlone: false,
				done: Promise.resolve()
			};
			running.set(job.id, entry);
			if (draining.signal.aborted) entry.ending.abort('interrupted' satisfies Ending);
			entry.done = write(entry)
				// What nobody expected must not end the process; without a sign of life the row is ended like that of a dead one.
				.catch(() => undefined)
				.finally(() => running.delete(job.id));
		},
		recall: (key) => cache.get(key),
		live(id) {
			const entry = running.get(id);
			return entry === undefined ? undefined : { events: entry.events, before: entry.before };
		},
		follow(id, changed) {
			if (!readers.has(id)) noteReaders(db, [id]).catch(() => undefined);
			readers.set(id, (readers.get(id) ?? 0) + 1);
			const leave = watch.watch(id, changed);
			return () => {
				leave();
				const left = (readers.get(id) ?? 1) - 1;
				if (left > 0) readers.set(id, left);
				else readers.delete(id);
			};
		},
		draining: draining.signal,
		close: () => (closed ??= close())
	};
}

/** Says what was kept, as if the model said it; asked for more, it is the model that answers. */
function recalling({ server, model, digest }: Job, answer: string): Pick<Provider, 'stream'> {
	let isFirst = true;
	function* kept(): IterableIterator<ProviderEvent> {
		yield { type: 'response-start', model, digest };
		yield { type: 'text-delta', text: answer };
		yield { type: 'response-end', reason: 'stop', usage: {} };
	}
	return {
		async *stream(request, signal) {
			const events = isFirst ? kept() : server.provider.stream(request, signal);
			isFirst = false;
			yield* events;
		}
	};
}
