import pg from 'pg';
import { connection, type PostgresTarget } from './client';

/** Creates a database where it is missing. `admin` is a target in the same server; `name` is ours, never a visitor's. */
export async function createDatabase(admin: PostgresTarget, name: string, template?: string): Promise<void> {
	const client = new pg.Client({ ...connection(admin), connectionTimeoutMillis: 10_000 });
	client.on('error', () => undefined);
	await client.connect();
	try {
		const found = await client.query('select 1 from pg_database where datname = $1', [name]);
		if (found.rowCount !== 0) return;
		const from = template === undefined ? '' : ` template ${client.escapeIdentifier(template)}`;
		await client.query(`create database ${client.escapeIdentifier(name)}${from}`);
	} finally {
		await client.end();
	}
}
