import { openFiles, type OpenFiles, type SnapshotChoice } from './files';
import { JobGroup, type GroupListener, type Hear, type Source } from './group';
import { findFences, type Fences } from './launch';
import { RunnerProcess, type OfJob, type Started } from './process';

export type PoolOptions = {
	/** Where `writeRunnerFolder` put the runner's files. */
	folder: string;
	/** Processes at most; each may take 2 GB, and takes 200 MB when it does nothing. */
	size: number;
	/** How many of them are kept ready for the next group. */
	warm?: number;
	/** Which memory they start from. */
	snapshot?: SnapshotChoice;
	/** `false` goes without the system's namespaces even where it has them, so that the other fences can be tested alone. */
	namespaces?: false;
};

/**
 * What the doctor says of it. `namespaces`: the system itself keeps children from the network and from other processes; `ownUsers`:
 * each child is a user of its own. Where neither is so, a child that breaks out of Node's permissions can end our other processes.
 */
export type PoolState =
	| { ok: true; python: string; started: 'snapshot' | 'plain'; namespaces: boolean; ownUsers: boolean }
	| { ok: false; message: string };

/** So many children in a row that did not start mean that none will. */
const hopeless = 3;

/** Python on the server: a few processes, each for one group of jobs and then killed, with others ready behind them. */
export function createNodePool(options: PoolOptions): NodePool {
	return new NodePool(options);
}

type Member = {
	process: RunnerProcess;
	hear: { message(message: OfJob): void; ended(message: string): void };
};
type Waiting = { take(process: RunnerProcess, hear: Hear): void; fail(message: string): void };

export class NodePool {
	readonly #options: PoolOptions;
	#setting: { fences: Fences; files: OpenFiles } | undefined;
	readonly #prepared: Promise<void>;
	/** Every process that is not gone yet, the dying ones too: they still need their memory. */
	readonly #members = new Map<RunnerProcess, Member>();
	#starting = new Set<RunnerProcess>();
	#idle: Member[] = [];
	#waiting: Waiting[] = [];
	#groups = new Set<JobGroup>();
	#turn = 0;
	#lastStart: Started | undefined;
	#failure: string | undefined;
	#failures = 0;
	#isClosed = false;
	#stateWaiters: (() => void)[] = [];

	constructor(options: PoolOptions) {
		this.#options = options;
		this.#prepared = this.#prepare();
	}

	/** A place for jobs that belong together. Close it, or abort `signal`, when they are done: until then it holds a process. */
	group(signal: AbortSignal, on: GroupListener = {}): JobGroup {
		const source: Source = {
			acquire: (take, fail) => this.#acquire({ take, fail }),
			discard: (process) => process.kill('it is not needed any more'),
			closed: () => this.#groups.delete(group)
		};
		const group: JobGroup = new JobGroup(source, signal, on);
		if (this.#isClosed) group.close();
		else this.#groups.add(group);
		return group;
	}

	/** Resolves when a process has started, or none can. */
	async state(): Promise<PoolState> {
		await this.#prepared;
		while (this.#lastStart === undefined && this.#failure === undefined && !this.#isClosed) {
			if (this.#starting.size === 0) this.#start();
			await new Promise<void>((resolve) => this.#stateWaiters.push(resolve));
		}
		if (this.#lastStart === undefined || this.#setting === undefined)
			return { ok: false, message: this.#failure ?? 'The pool is closed.' };
		const { fences } = this.#setting;
		return {
			ok: true,
			...this.#lastStart,
			namespaces: fences.namespaces,
			ownUsers: fences.users !== undefined
		};
	}

	/** The groups of processes that there are now, by their leaders' ids. */
	get pids(): number[] {
		return [...this.#members.keys()].flatMap(({ pid }) => (pid === undefined ? [] : [pid]));
	}

	/** Kills every process. What runs or waits ends as interrupted. Resolves when all are gone. */
	async close(): Promise<void> {
		if (!this.#isClosed) {
			this.#isClosed = true;
			for (const group of this.#groups) group.close();
			this.#groups.clear();
			for (const process of this.#members.keys()) process.kill('the pool was closed');
			this.#tellState();
		}
		await this.#prepared;
		await Promise.all([...this.#members.keys()].map(({ gone }) => gone));
		this.#setting?.files.close();
		this.#setting = undefined;
	}

	async #prepare(): Promise<void> {
		try {
			const found = await findFences();
			const fences = this.#options.namespaces === false ? { ...found, namespaces: false } : found;
			this.#setting = { fences, files: openFiles(this.#options.folder, this.#options.snapshot ?? 'usual') };
		} catch (error) {
			this.#fail(error instanceof Error ? error.message : String(error));
		}
		this.#balance();
	}

	#acquire(waiting: Waiting): () => void {
		if (this.#setting === undefined && this.#failure !== undefined) {
			const why = this.#failure;
			queueMicrotask(() => waiting.fail(why));
			return () => undefined;
		}
		// After a row of failures one more job is one more try.
		this.#failures = 0;
		this.#waiting.push(waiting);
		queueMicrotask(() => this.#balance());
		return () => {
			this.#waiting = this.#waiting.filter((other) => other !== waiting);
		};
	}

	#balance(): void {
		if (this.#isClosed || this.#setting === undefined) return;
		for (;;) {
			if (this.#idle.length === 0) break;
			const next = this.#waiting.shift();
			if (next === undefined) break;
			const member = this.#idle.shift();
			if (member === undefined) break;
			next.take(member.process, (hear) => (member.hear = hear));
		}
		if (this.#failures >= hopeless) return;
		const wanted = Math.max(this.#options.warm ?? 1, this.#waiting.length);
		for (
			let more = wanted - this.#idle.length - this.#starting.size;
			more > 0 && this.#members.size < this.#options.size;
			more -= 1
		)
			this.#start();
	}

	#start(): void {
		if (this.#setting === undefined || this.#isClosed) return;
		const { fences, files } = this.#setting;
		const process = new RunnerProcess(fences, files, this.#turn++, {
			ready: (started) => {
				this.#lastStart = started;
				this.#failure = undefined;
				this.#failures = 0;
				this.#starting.delete(process);
				this.#idle.push(member);
				this.#tellState();
				this.#balance();
			},
			message: (message) => member.hear.message(message),
			ended: (message) => {
				const isStillborn = this.#starting.delete(process);
				this.#idle = this.#idle.filter((other) => other !== member);
				if (isStillborn && !this.#isClosed) this.#bury(message);
				member.hear.ended(message);
			}
		});
		const member: Member = { process, hear: { message: () => undefined, ended: () => undefined } };
		this.#starting.add(process);
		this.#members.set(process, member);
		void process.gone.then(() => {
			this.#members.delete(process);
			this.#balance();
		});
	}

	#bury(message: string): void {
		this.#failures += 1;
		if (this.#failures >= hopeless) this.#fail(`Python cannot be started on the server: ${message}`);
	}

	#fail(message: string): void {
		this.#failure = message;
		const waiting = this.#waiting;
		this.#waiting = [];
		for (const one of waiting) one.fail(message);
		this.#tellState();
	}

	#tellState(): void {
		const waiters = this.#stateWaiters;
		this.#stateWaiters = [];
		for (const tell of waiters) tell();
	}
}
