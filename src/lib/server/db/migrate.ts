import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { drizzle } from 'drizzle-orm/node-postgres';
import { migrate } from 'drizzle-orm/node-postgres/migrator';
import pg from 'pg';
import * as v from 'valibot';
import { StartError } from './start-error';
import { checkServer, connection, type PostgresTarget } from './client';

/** Any number, the same in every ProCoder: who holds this lock may migrate. */
export const migrationLock = 7_764_021_883;

const folderOfMigrations = (projectRoot: string): string => path.join(projectRoot, 'drizzle');
const journalOf = (projectRoot: string): string =>
	path.join(folderOfMigrations(projectRoot), 'meta', '_journal.json');

const Journal = v.object({ entries: v.array(v.object({ when: v.number(), tag: v.string() })) });

/** The migrations that this ProCoder brings, by the moment that names each of them in the database. Throws where they are missing. */
export async function ownMigrations(projectRoot: string): Promise<readonly { when: number; tag: string }[]> {
	const json: unknown = JSON.parse(await readFile(journalOf(projectRoot), 'utf8'));
	return v.parse(Journal, json).entries;
}

/**
 * Brings the schema up to date with `drizzle/`. Drizzle takes no lock of its own, so that replicas that start together would
 * apply a migration twice: one holds an advisory lock, on the same connection, while the others wait (2 minutes at most).
 * Throws a StartError where the database does not answer or is not one that we can rely on.
 */
export async function migrateDatabase(target: PostgresTarget, projectRoot: string): Promise<void> {
	const migrationsFolder = folderOfMigrations(projectRoot);
	if (!existsSync(journalOf(projectRoot))) {
		throw new StartError(
			`The folder with the migrations is missing: ${migrationsFolder}. Start ProCoder in its own folder.`
		);
	}
	const client = new pg.Client({
		...connection(target),
		application_name: 'procoder-migration',
		connectionTimeoutMillis: 10_000
	});
	client.on('error', () => undefined);
	try {
		await client.connect();
	} catch (error) {
		throw new StartError(
			`The database does not answer (${reason(error)}). Check DATABASE_URL and that Postgres is running.`
		);
	}
	try {
		await checkServer(client);
		await client.query("set lock_timeout = '2min'");
		await client.query('select pg_advisory_lock($1)', [migrationLock]);
		await migrate(drizzle({ client }), { migrationsFolder });
		await client.query('select pg_advisory_unlock($1)', [migrationLock]);
	} finally {
		await client.end().catch(() => undefined);
	}
}

function reason(error: unknown): string {
	if (error instanceof AggregateError) return error.errors.map(reason).join('; ');
	return error instanceof Error ? error.message : String(error);
}
