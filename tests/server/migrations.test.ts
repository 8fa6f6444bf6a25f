import pg from 'pg';
import { expect, it } from 'vitest';
import { connection } from '$lib/server/db/client';
import { migrateDatabase } from '$lib/server/db/migrate';
import { databaseForTest } from './database';

it(
	'applies each migration once when three replicas start together, and again when they restart',
	{ timeout: 60_000 },
	async () => {
		for (let round = 0; round < 5; round++) {
			const { target } = await databaseForTest(false);
			const three = (): Promise<unknown> =>
				Promise.all([1, 2, 3].map(() => migrateDatabase(target, process.cwd())));
			await three();
			await three();
			const client = new pg.Client(connection(target));
			await client.connect();
			const { rows } = await client.query<{ applied: number; distinct: number }>(
				'select count(*)::int as applied, count(distinct hash)::int as "distinct" from drizzle.__drizzle_migrations'
			);
			await client.end();
			expect(rows[0]?.applied).toBeGreaterThan(0);
			expect(rows[0]?.applied).toBe(rows[0]?.distinct);
		}
	}
);

it('says what is wrong when the database does not answer', async () => {
	const nowhere = { host: '127.0.0.1', port: 1, user: 'u', password: 'hunter2', database: 'd' };
	const error: unknown = await migrateDatabase(nowhere, process.cwd()).catch((reason: unknown) => reason);
	expect(error).toMatchObject({ name: 'StartError' });
	expect(String(error)).toMatch(/does not answer.*DATABASE_URL/);
	expect(String(error)).not.toContain('hunter2');
});
