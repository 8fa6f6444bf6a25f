import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';

const file = path.resolve('build/serve.js');

export type BuiltServer = {
	readonly child: ChildProcess;
	/** `http://127.0.0.1:PORT` */
	readonly address: string;
	/** Every line that it printed so far. */
	readonly said: string[];
	/** Milliseconds from the start to being ready. */
	readonly startMs: number;
	/** Resolves when the process is gone. */
	readonly gone: Promise<void>;
};

/** Starts the server of production as `npm start` does, on any free port; `more` are further variables. Rejects with what it said where it ends at once. */
export async function startBuiltServer(
	dataDir: string,
	more: Readonly<Record<string, string>> = {}
): Promise<BuiltServer> {
	if (!existsSync(file)) {
		throw new Error(
			'There is no build/serve.js to test: run `npm run build` first (`npm test` does so by itself).'
		);
	}
	const startedAt = Date.now();
	const child = spawn(process.execPath, [file], {
		stdio: ['ignore', 'pipe', 'pipe'],
		env: { PATH: process.env['PATH'], NODE_ENV: 'production', PORT: '0', DATA_DIR: dataDir, ...more }
	});
	const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
	const said: string[] = [];
	const port = await new Promise<number>((resolve, reject) => {
		for (const stream of [child.stdout, child.stderr]) {
			createInterface({ input: stream }).on('line', (line) => {
				said.push(line);
				const ready = /^ProCoder is ready at http:\/\/localhost:(\d+)$/.exec(line);
				if (ready !== null) resolve(Number(ready[1]));
			});
		}
		void gone.then(() => reject(new Error(`The server ended before it was ready:\n${said.join('\n')}`)));
	});
	return { child, address: `http://127.0.0.1:${port}`, said, startMs: Date.now() - startedAt, gone };
}
