import type { ChildProcess } from 'node:child_process';
import * as v from 'valibot';
import { FromWorker, jsonOf } from '../protocol';
import type { OpenFiles } from './files';
import { launch, type Fences } from './launch';
import { readLines } from './lines';
import type { ToChild } from './wire';

/** A child that is not ready by then never will be. Long, because a machine may be busy. */
const bootDeadlineMs = 90_000;
/** What is killed is gone by then. */
const patienceMs = 2_000;
/** Longer than any honest line: an answer of 4 million characters, each written as an escape in an escape. */
const maxLineBytes = 32 * 1024 * 1024;
/** What one job may send. An honest one sends 1 MB of output in batches; beyond this the child is no longer the kernel's. */
const maxJobBytes = 64 * 1024 * 1024;
const maxJobMessages = 200_000;
/** The worker's code says nothing that does not fit; a child that does is someone else's by now. */
const maxMisfits = 100;
const maxErrorChars = 2_000;

export type Started = { python: string; started: 'snapshot' | 'plain' };

export type ProcessListener = {
	ready(with_: Started): void;
	/** What belongs to a job. `ready`, `boot-failed` and `fatal` are dealt with here. */
	message(message: OfJob): void;
	/** It is of no more use, whatever happened to it. Called once, and nothing after it. */
	ended(message: string): void;
};
export type OfJob = Exclude<FromWorker, { type: 'ready' | 'boot-failed' | 'fatal' }>;

/** One child process with one interpreter, from its start to its end. */
export class RunnerProcess {
	readonly #child: ChildProcess;
	readonly #on: ProcessListener;
	readonly #stopReading: () => void;
	readonly #deadline: ReturnType<typeof setTimeout>;
	#state: 'starting' | 'ready' | 'ended' = 'starting';
	#bytes = 0;
	#messages = 0;
	#misfits = 0;
	#errors = '';
	/** Resolves when no process of it is left. */
	readonly gone: Promise<void>;

	constructor(fences: Fences, files: OpenFiles, turn: number, on: ProcessListener) {
		this.#on = on;
		const { child, boot } = launch(fences, files, turn);
		this.#child = child;
		this.gone = new Promise((resolve) => {
			child.once('close', () => resolve());
			child.once('error', () => {
				if (child.pid === undefined) resolve();
			});
		});
		child.once('error', (error) => this.#end(error.message));
		child.once('exit', () => this.#end('its process ended'));
		this.#deadline = setTimeout(() => this.#end('it did not start in time'), bootDeadlineMs);
		child.stderr?.setEncoding('utf8').on('data', (text: string) => {
			if (this.#errors.length < maxErrorChars) this.#errors += text.slice(0, maxErrorChars);
		});
		const { stdin, stdout } = child;
		// What is written to a child that has just died goes nowhere; its end is heard of elsewhere.
		stdin?.on('error', () => undefined);
		const lifeline = child.stdio[3];
		if (lifeline !== null && lifeline !== undefined) lifeline.on('error', () => undefined);
		if (stdout === null) {
			this.#stopReading = () => undefined;
			return;
		}
		// The shell outlives the child, so the end of the child is the end of its output.
		stdout.once('close', () => this.#end('its process ended'));
		this.#stopReading = readLines(stdout, maxLineBytes, {
			line: (text, bytes) => this.#hear(text, bytes),
			overflow: () => this.#end('it sent a line that is too long')
		});
		this.send(boot);
	}

	/** The group of processes that it leads; undefined where it could not be started. */
	get pid(): number | undefined {
		return this.#child.pid;
	}

	send(message: ToChild): void {
		if (this.#state !== 'ended') this.#child.stdin?.write(`${JSON.stringify(message)}\n`);
	}

	/** A new job has its own allowance of bytes and messages. */
	beginJob(): void {
		this.#bytes = 0;
		this.#messages = 0;
	}

	/** Kills it, with everything it may have started. The listener hears `ended`, unless it has already. */
	kill(why: string): void {
		this.#end(why);
	}

	#hear(line: string, bytes: number): void {
		this.#bytes += bytes;
		this.#messages += 1;
		if (this.#bytes > maxJobBytes || this.#messages > maxJobMessages) {
			return this.#end('it sent more than any run can');
		}
		const message = v.safeParse(FromWorker, jsonOf(line));
		if (!message.success) {
			// Nobody waits for it.
			this.#misfits += 1;
			if (this.#misfits > maxMisfits) this.#end('it said what no runner says');
			return;
		}
		const said = message.output;
		if (said.type === 'fatal') return this.#end(said.message);
		if (said.type === 'boot-failed') return this.#end(said.message);
		if (said.type !== 'ready') {
			if (this.#state === 'ready') this.#on.message(said);
			return;
		}
		if (this.#state !== 'starting') return;
		this.#state = 'ready';
		clearTimeout(this.#deadline);
		this.#on.ready({ python: said.python, started: said.started });
	}

	#end(why: string): void {
		if (this.#state === 'ended') return;
		this.#state = 'ended';
		clearTimeout(this.#deadline);
		this.#stopReading();
		this.#child.stdio[3]?.destroy();
		// Should somebody have stopped the shell that does the killing.
		const insist = setTimeout(() => this.#killGroup(), patienceMs);
		void this.gone.then(() => clearTimeout(insist));
		const errors = this.#errors.trim();
		this.#on.ended(errors === '' ? why : `${why}: ${errors}`);
	}

	#killGroup(): void {
		const { pid } = this.#child;
		try {
			if (pid !== undefined) process.kill(-pid, 'SIGKILL');
		} catch {
			// All of it was gone already.
		}
	}
}
