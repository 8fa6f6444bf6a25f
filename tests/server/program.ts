import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { bundle } from './bundle';

let bundled: Promise<string> | undefined;

export type Ready = { port: number; postgres: number };
export type Program = {
	readonly child: ChildProcess;
	/** What it printed before it was ready. */
	readonly said: string[];
	readonly ready: Ready;
	/** Milliseconds from the start to being ready. */
	readonly startMs: number;
	/** Resolves when the process is gone. */
	readonly gone: Promise<void>;
};

/** Starts the server as a process of its own. Rejects with what it said where it ends before it is ready. */
export async function startProgram(
	env: Record<string, string>,
	user?: { uid: number; gid: number }
): Promise<Program> {
	const file = await (bundled ??= bundle(fileURLToPath(new URL('./program-main.ts', import.meta.url))));
	const startedAt = Date.now();
	const child = spawn(process.execPath, [file], {
		stdio: ['ignore', 'pipe', 'inherit'],
		env: { PATH: process.env['PATH'], ...env },
		...(user ?? {})
	});
	const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
	const said: string[] = [];
	const ready = await new Promise<Ready>((resolve, reject) => {
		createInterface({ input: child.stdout }).on('line', (line) => {
			const match = /^ready (\d+) (\d+)$/.exec(line);
			if (match === null) said.push(line);
			else resolve({ port: Number(match[1]), postgres: Number(match[2]) });
		});
		void gone.then(() => reject(new Error(`It ended before it was ready:\n${said.join('\n')}`)));
	});
	return { child, said, ready, startMs: Date.now() - startedAt, gone };
}
