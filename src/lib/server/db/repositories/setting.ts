import { eq, sql } from 'drizzle-orm';
import * as v from 'valibot';
import type { Database } from '../client';
import { setting } from '../schema/setting';

/** A setting as its schema reads it; undefined where it was never set, or by a ProCoder that wrote it otherwise. */
export async function selectSetting<T>(
	db: Database,
	name: string,
	schema: v.GenericSchema<unknown, T>
): Promise<T | undefined> {
	const [row] = await db.select({ value: setting.value }).from(setting).where(eq(setting.name, name));
	const parsed = v.safeParse(schema, row?.value);
	return parsed.success ? parsed.output : undefined;
}

export async function upsertSetting(db: Database, name: string, value: object): Promise<void> {
	await db
		.insert(setting)
		.values({ name, value })
		.onConflictDoUpdate({ target: setting.name, set: { value, updatedAt: sql`now()` } });
}
