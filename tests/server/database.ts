import { randomUUID } from 'node:crypto';
import { inject, onTestFinished } from 'vitest';
import { openPool, type DatabaseClient, type PostgresTarget } from '$lib/server/db/client';
import { createDatabase } from '$lib/server/db/create-database';
import { templateName } from './postgres.setup';

export type FreshDatabase = {
	target: Exclude<PostgresTarget, { url: string }>;
	url: string;
	client: DatabaseClient;
};

/** An empty database of its own, with the present schema; without it where `migrated` is false. Close the client. */
export async function freshDatabase(migrated = true): Promise<FreshDatabase> {
	const shared = inject('postgres');
	const name = `test_${randomUUID().replaceAll('-', '')}`;
	await createDatabase({ ...shared, database: 'postgres' }, name, migrated ? templateName : undefined);
	const target = { ...shared, database: name };
	const url = `postgres://${target.user}:${target.password}@${target.host}:${target.port}/${name}`;
	return { target, url, client: openPool(target, () => undefined) };
}

/** The same, for one test alone. */
export async function databaseForTest(migrated = true): Promise<FreshDatabase> {
	const fresh = await freshDatabase(migrated);
	onTestFinished(() => fresh.client.close());
	return fresh;
}
