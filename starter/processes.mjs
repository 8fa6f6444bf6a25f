import { spawn } from 'node:child_process';
import { createWriteStream, mkdirSync } from 'node:fs';
import path from 'node:path';
import { stripVTControlCharacters } from 'node:util';

/**
 * How a command ended. `lines` is the end of what it printed; `stopped` says which limit it ran into, if any.
 * @typedef {{ code: number, lines: string[], stopped?: 'limit' | 'silence' | undefined }} Ended
 */

/**
 * @typedef {{
 *   cwd: string,
 *   env: Record<string, string | undefined>,
 *   log?: string | undefined,
 *   append?: boolean | undefined,
 *   onLine?: ((line: string) => void) | undefined,
 *   limitMs?: number | undefined,
 *   silenceMs?: number | undefined
 * }} CommandOptions
 * `log` is a file for everything it prints, written anew unless `append`; `silenceMs` ends a command that has printed nothing for so long.
 */

/** @type {Set<number>} The process groups that are running now. */
const running = new Set();
const keptLines = 400;

/**
 * Runs a command to its end, without input. It leads its own process group, so that a limit ends what it started too.
 * A command that is not there ends with code 127, as in a shell.
 * @param {string} command
 * @param {string[]} args
 * @param {CommandOptions} options
 * @returns {Promise<Ended>}
 */
export function runCommand(command, args, { cwd, env, log, append = false, onLine, limitMs, silenceMs }) {
	return new Promise((resolve) => {
		if (log !== undefined) mkdirSync(path.dirname(log), { recursive: true });
		const file = log === undefined ? undefined : createWriteStream(log, { flags: append ? 'a' : 'w' });
		/** @type {string[]} */
		const lines = [];
		/** @type {Ended['stopped']} */
		let stopped;
		const child = spawn(command, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
		const { pid } = child;
		if (pid !== undefined) running.add(pid);

		/** @param {'limit' | 'silence'} why */
		const stop = (why) => {
			stopped = why;
			if (pid === undefined) return;
			endGroup(pid, 'SIGTERM');
			setTimeout(() => endGroup(pid, 'SIGKILL'), 5000).unref();
		};
		const limit = limitMs === undefined ? undefined : setTimeout(() => stop('limit'), limitMs);
		let silence = silenceMs === undefined ? undefined : setTimeout(() => stop('silence'), silenceMs);

		/** @param {string} line */
		const take = (line) => {
			const text = stripVTControlCharacters(line).trimEnd();
			if (text === '') return;
			lines.push(text);
			if (lines.length > keptLines) lines.shift();
			onLine?.(text);
		};
		for (const stream of [child.stdout, child.stderr]) {
			let rest = '';
			stream.setEncoding('utf8');
			stream.on('data', (/** @type {string} */ chunk) => {
				file?.write(chunk);
				if (silence !== undefined) {
					clearTimeout(silence);
					silence = setTimeout(() => stop('silence'), silenceMs);
				}
				const parts = (rest + chunk).split(/\r\n|\n|\r/);
				rest = parts.pop() ?? '';
				parts.forEach(take);
			});
			stream.on('end', () => take(rest));
		}

		/** @param {number} code */
		const finish = (code) => {
			clearTimeout(limit);
			clearTimeout(silence);
			if (pid !== undefined) running.delete(pid);
			const ended = { code, lines, stopped };
			if (file === undefined) resolve(ended);
			else file.end(() => resolve(ended));
		};
		child.on('error', (error) => {
			take(error.message);
			finish(127);
		});
		child.on('close', (code, signal) => {
			if (code === null) take(`ended by ${signal ?? 'a signal'}`);
			finish(code ?? 1);
		});
	});
}

/** @param {number} pid @param {NodeJS.Signals} signal */
function endGroup(pid, signal) {
	try {
		process.kill(-pid, signal);
	} catch {
		// Already gone.
	}
}

/** What is running ends with us: Ctrl-C reaches only the terminal's own process group, and ours are others. */
export function endWithUs() {
	for (const [signal, code] of /** @type {const} */ ([
		['SIGINT', 130],
		['SIGTERM', 143],
		['SIGHUP', 129]
	])) {
		process.once(signal, () => {
			for (const pid of running) endGroup(pid, 'SIGTERM');
			process.stdout.write('\nStopped.\n');
			process.exit(code);
		});
	}
	return () => {
		for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.removeAllListeners(signal);
	};
}
