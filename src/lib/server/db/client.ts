import { drizzle, type NodePgQueryResultHKT } from 'drizzle-orm/node-postgres';
import type { PgDatabase } from 'drizzle-orm/pg-core';
import pg from 'pg';
import { StartError } from './start-error';

/** What repositories take: the pool, or a transaction on it. */
export type Database = PgDatabase<NodePgQueryResultHKT>;

/** Where a Postgres is: an address (DATABASE_URL), or the parts of one. */
export type PostgresTarget =
	| { readonly url: string }
	| {
			readonly host: string;
			readonly port: number;
			readonly user: string;
			readonly password: string;
			readonly database: string;
	  };

export type DatabaseClient = {
	readonly db: Database;
	/** Resolves when the database has answered, throws when it does not. */
	ping(): Promise<void>;
	close(): Promise<void>;
};

/** The driver's form of a target. */
export function connection(target: PostgresTarget): pg.ClientConfig {
	return 'url' in target ? { connectionString: target.url } : { ...target };
}

/**
 * A pool with a limit on everything that could hang: connecting (5 s), a statement (5 s), a transaction left open (10 s).
 * `onLost` hears of connections that break while idle; without a listener such an error would end the process.
 */
export function openPool(target: PostgresTarget, onLost: (error: Error) => void): DatabaseClient {
	const pool = new pg.Pool({
		...connection(target),
		application_name: 'procoder',
		max: 10,
		connectionTimeoutMillis: 5_000,
		idleTimeoutMillis: 30_000,
		keepAlive: true,
		statement_timeout: 5_000,
		query_timeout: 10_000,
		idle_in_transaction_session_timeout: 10_000
	});
	pool.on('error', onLost);
	// Errors of a connection that is checked out reach the query; the connection's own event must not end the process.
	pool.on('connect', (client) => client.on('error', () => undefined));
	let closed: Promise<void> | undefined;
	return {
		db: drizzle({ client: pool }),
		ping: async () => {
			await pool.query('select 1');
		},
		close: () => (closed ??= pool.end())
	};
}

/**
 * Throws a StartError where the server is too old, or set up so that a commit may be lost when the power goes: every
 * acknowledgement that we give relies on that.
 */
export async function checkServer(client: pg.Client): Promise<void> {
	const result = await client.query<{ version: string; fsync: string; commit: string }>(
		`select current_setting('server_version_num') as version, current_setting('fsync') as fsync,
		        current_setting('synchronous_commit') as commit`
	);
	const row = result.rows[0];
	if (Number(row?.version) < 160_000) {
		throw new StartError(
			`The database is Postgres ${Math.floor(Number(row?.version) / 10_000)}; 16 or newer is needed.`
		);
	}
	if (row?.fsync !== 'on' || row.commit === 'off') {
		throw new StartError(
			`The database runs with fsync=${row?.fsync} and synchronous_commit=${row?.commit}: a power cut would lose work that was reported as saved. Set both to on.`
		);
	}
}
