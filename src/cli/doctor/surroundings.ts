import { spawn } from 'node:child_process';
import { stat, statfs } from 'node:fs/promises';
import { totalmem } from 'node:os';
import { createNodePool, type PoolState } from '$lib/runner/node/pool';

/** What the checks learn from the machine, so that a test can give them a nearly full disk. Sizes are bytes. */
export type Surroundings = {
	readonly env: Readonly<Record<string, string | undefined>>;
	/** Where relative paths in settings start. */
	readonly cwd: string;
	/** The folder with node_modules, drizzle/ and build/. */
	readonly projectRoot: string;
	readonly nodeVersion: string;
	readonly platform: string;
	/** Free for us, and in all, on the disk of a folder that exists. `device` is the same for folders on one disk. */
	readonly disk: (folder: string) => Promise<{ free: number; total: number; device: number }>;
	readonly memory: () => { available: number; total: number };
	/** What a program prints; undefined where it is missing, fails, or takes longer than 10 s. */
	readonly ask: (program: string, args: readonly string[]) => Promise<string | undefined>;
	/** Starts Python as the server does, from the runner's folder in the build, and ends it again. */
	readonly startPython: (folder: string) => Promise<PoolState>;
	/** What an address of ours answers, within 2 s. */
	readonly knock: (address: string) => Promise<Knock>;
};
/** `nobody`: nothing listens there. `ours`: a ProCoder whose database answers. `ill`: one that says it cannot work now. */
export type Knock = 'nobody' | 'ours' | 'ill' | 'stranger';

export function thisMachine(projectRoot: string): Surroundings {
	return {
		env: process.env,
		cwd: process.cwd(),
		projectRoot,
		nodeVersion: process.versions.node,
		platform: process.platform,
		disk: async (folder) => {
			const found = await statfs(folder);
			return {
				free: found.bavail * found.bsize,
				total: found.blocks * found.bsize,
				device: (await stat(folder)).dev
			};
		},
		memory: () => {
			// Both know the limits of a container; where there are none the second is a number beyond every machine.
			const limit = process.constrainedMemory();
			return {
				available: process.availableMemory(),
				total: limit > 0 && limit < totalmem() ? limit : totalmem()
			};
		},
		ask,
		startPython,
		knock
	};
}

function ask(program: string, args: readonly string[]): Promise<string | undefined> {
	return new Promise((resolve) => {
		const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'ignore'], timeout: 10_000 });
		let said = '';
		child.stdout.on('data', (part: Buffer) => {
			said = (said + part.toString()).slice(0, 10_000);
		});
		child.on('error', () => resolve(undefined));
		child.on('close', (code) => resolve(code === 0 ? said.trim() : undefined));
	});
}

async function startPython(folder: string): Promise<PoolState> {
	const pool = createNodePool({ folder, size: 1 });
	// Closed, a pool has an answer at once.
	const patience = setTimeout(() => void pool.close(), 60_000);
	try {
		return await pool.state();
	} finally {
		clearTimeout(patience);
		await pool.close();
	}
}

async function knock(address: string): Promise<Knock> {
	try {
		const response = await fetch(`${address}/api/v1/health`, {
			signal: AbortSignal.timeout(2_000),
			redirect: 'manual'
		});
		const body: unknown = await response.json();
		if (response.ok && body instanceof Object && 'status' in body && body.status === 'ok') return 'ours';
		const type = body instanceof Object && 'type' in body ? String(body.type) : '';
		return type.startsWith('urn:procoder:') ? 'ill' : 'stranger';
	} catch (error) {
		const cause = error instanceof Error ? error.cause : undefined;
		const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
		return code === 'ECONNREFUSED' || code === 'EADDRNOTAVAIL' ? 'nobody' : 'stranger';
	}
}
