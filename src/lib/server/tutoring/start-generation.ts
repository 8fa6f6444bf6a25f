import { builtInPromptVersion, type AppendResult, type NewGeneration } from '$lib/domain/generation';
import { builtInModelId } from '$lib/domain/model';
import type { Actor } from '$lib/server/auth/actor';
import { can } from '$lib/server/auth/can';
import type { Database } from '$lib/server/db/client';
import { insertGeneration, selectGeneration } from '$lib/server/db/repositories/generation';
import { ensureModelVersion, hasModelVersion } from '$lib/server/db/repositories/model-version';
import { ensurePromptVersion, hasPromptVersion } from '$lib/server/db/repositories/prompt-version';
import { selectSubmission } from '$lib/server/db/repositories/submission';
import { done, notFound, refuse, type Answer, type Refused } from '$lib/domain/answer';
import { learnerOf, type Context } from './context';

/**
 * Opens the log of an explanation. What writes it must be known: the built-in explainer of this very build, or a model and
 * a prompt that the server has recorded, so that no lineage ends in a name that someone made up. An unknown model is a
 * `conflict` that names `modelDigest`: a page that was loaded from an earlier build must be loaded again. Safe to repeat.
 */
export async function startGeneration(
	context: Context,
	actor: Actor,
	{ generation }: { generation: NewGeneration }
): Promise<Answer<AppendResult>> {
	const learnerId = learnerOf(actor);
	if (learnerId === undefined) return refuse('not-signed-in');
	return context.db.transaction(async (tx) => {
		const submission = await selectSubmission(tx, learnerId, generation.submissionId);
		if (submission === undefined || !can(actor, 'generation.start', submission)) return notFound;
		const unknown = await unknownOrigin(tx, context, generation);
		if (unknown !== undefined) return unknown;
		if (await insertGeneration(tx, generation)) return done({ next: 0, status: 'running' }, true);
		const stored = await selectGeneration(tx, learnerId, generation.id);
		if (stored === undefined) return notFound;
		const same =
			stored.submissionId === generation.submissionId &&
			stored.origin === generation.origin &&
			stored.promptVersion === generation.promptVersion &&
			stored.modelId === generation.modelId &&
			stored.modelDigest === generation.modelDigest;
		return same ? done({ next: stored.nextSeq, status: stored.status }) : refuse('conflict');
	});
}

async function unknownOrigin(
	tx: Database,
	{ kernelHash }: Context,
	generation: NewGeneration
): Promise<Refused | undefined> {
	const { promptVersion, mode, modelId, modelDigest } = generation;
	if (modelId === builtInModelId && modelDigest === kernelHash && promptVersion === builtInPromptVersion) {
		await ensurePromptVersion(tx, promptVersion, mode);
		await ensureModelVersion(tx, { modelId, modelDigest }, 'serving');
		return undefined;
	}
	if (!(await hasModelVersion(tx, { modelId, modelDigest }))) {
		const message = 'This server does not know that model; loading the page again brings the present one.';
		return refuse('conflict', { issues: [{ path: 'modelDigest', message }] });
	}
	if (!(await hasPromptVersion(tx, promptVersion))) {
		const message = 'This server does not know that prompt.';
		return refuse('invalid-body', { issues: [{ path: 'promptVersion', message }] });
	}
	return undefined;
}
