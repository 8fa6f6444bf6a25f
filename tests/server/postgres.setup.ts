import { chmod, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { TestProject } from 'vitest/node';
import { createDatabase } from '$lib/server/db/create-database';
import { startEmbedded } from '$lib/server/db/embedded';
import { migrateDatabase } from '$lib/server/db/migrate';

/** The parts of a target that all test files share; each makes its own database there. */
export type SharedPostgres = { host: string; port: number; user: string; password: string };

declare module 'vitest' {
	interface ProvidedContext {
		postgres: SharedPostgres;
		/** A folder for programs that tests build. */
		programs: string;
	}
}

/** A database that is migrated once and then copied: see `freshDatabase`. */
export const templateName = 'procoder_template';

/** One real Postgres for the whole run. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
	const dataDir = await mkdtemp(path.join(tmpdir(), 'procoder-tests-'));
	// Postgres may run as another user, who must be able to pass through.
	await chmod(dataDir, 0o711);
	const server = await startEmbedded(dataDir, process.cwd(), () => undefined);
	const shared = { host: server.host, port: server.port, user: server.user, password: server.password };
	await createDatabase({ ...shared, database: 'postgres' }, templateName);
	await migrateDatabase({ ...shared, database: templateName }, process.cwd());
	project.provide('postgres', shared);
	// Inside the checkout, so that a program finds the installed packages; some tests run it as another user.
	await mkdir('.svelte-kit', { recursive: true });
	const programs = await mkdtemp(path.resolve('.svelte-kit/server-tests-'));
	await chmod(programs, 0o755);
	project.provide('programs', programs);
	return async () => {
		await server.stop();
		await rm(dataDir, { recursive: true, force: true });
		await rm(programs, { recursive: true, force: true });
	};
}
