import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { bundle } from './bundle';

let bundled: Promise<string> | undefined;

export type Owner = {
	readonly child: ChildProcess;
	/** What it printed before it was ready. */
	readonly said: string[];
	/** The process id of its Postgres. */
	readonly postgres: number;
	/** Resolves when the process is gone. */
	readonly gone: Promise<void>;
};

/** Starts a process that owns a database folder. Rejects with what it said where it ends before it is ready. */
export async function startOwner(
	env: Record<string, string>,
	user?: { uid: number; gid: number }
): Promise<Owner> {
	const file = await (bundled ??= bundle(fileURLToPath(new URL('./database-owner.ts', import.meta.url))));
	const child = spawn(process.execPath, [file], {
		stdio: ['ignore', 'pipe', 'inherit'],
		env: { PATH: process.env['PATH'], ...env },
		...(user ?? {})
	});
	const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
	const said: string[] = [];
	const postgres = await new Promise<number>((resolve, reject) => {
		createInterface({ input: child.stdout }).on('line', (line) => {
			const match = /^ready (\d+)$/.exec(line);
			if (match === null) said.push(line);
			else resolve(Number(match[1]));
		});
		void gone.then(() => reject(new Error(`It ended before it was ready:\n${said.join('\n')}`)));
	});
	return { child, said, postgres, gone };
}
