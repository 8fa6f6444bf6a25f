import { existsSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { readPidFile } from '$lib/server/db/postgres/postmaster';

/** Ends a Postgres that a test left running in `home`, if there is one. */
export async function stopPostgres(home: string): Promise<void> {
	const folder = path.join(home, 'postgres');
	const found = readPidFile(folder);
	if (found === undefined) return;
	try {
		process.kill(found.pid, 'SIGINT');
	} catch {
		return;
	}
	for (let waited = 0; waited < 5_000 && existsSync(path.join(folder, 'postmaster.pid')); waited += 50)
		await sleep(50);
}
