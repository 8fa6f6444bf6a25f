import { and, eq } from 'drizzle-orm';
import type { ModelState, ModelVersion } from '$lib/domain/model';
import type { Database } from '../client';
import { modelVersion } from '../schema/model-version';

export async function ensureModelVersion(
	db: Database,
	model: ModelVersion,
	state: ModelState
): Promise<void> {
	await db
		.insert(modelVersion)
		.values({ ...model, state })
		.onConflictDoNothing();
}

export async function hasModelVersion(db: Database, model: ModelVersion): Promise<boolean> {
	const rows = await db
		.select({ state: modelVersion.state })
		.from(modelVersion)
		.where(and(eq(modelVersion.modelId, model.modelId), eq(modelVersion.modelDigest, model.modelDigest)));
	return rows.length > 0;
}
