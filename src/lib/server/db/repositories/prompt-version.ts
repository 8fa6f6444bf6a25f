import { eq } from 'drizzle-orm';
import type { TutorMode } from '$lib/domain/generation';
import type { Database } from '../client';
import { promptVersion } from '../schema/prompt-version';

export async function ensurePromptVersion(db: Database, version: string, mode: TutorMode): Promise<void> {
	await db.insert(promptVersion).values({ version, mode }).onConflictDoNothing();
}

export async function hasPromptVersion(db: Database, version: string): Promise<boolean> {
	const rows = await db
		.select({ version: promptVersion.version })
		.from(promptVersion)
		.where(eq(promptVersion.version, version));
	return rows.length > 0;
}
