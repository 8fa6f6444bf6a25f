import { done, notFound, refuse, type Answer } from '$lib/domain/answer';
import type { ExplainRequest } from '$lib/domain/explain-request';
import type { AppendResult } from '$lib/domain/generation';
import { textOfPart } from '$lib/domain/run';
import type { Submission } from '$lib/domain/submission';
import type { Actor } from '$lib/server/auth/actor';
import { can } from '$lib/server/auth/can';
import { selectGeneration } from '$lib/server/db/repositories/generation';
import { ensureModelVersion } from '$lib/server/db/repositories/model-version';
import { ensurePromptVersion } from '$lib/server/db/repositories/prompt-version';
import { insertServerGeneration, lockOpenCount } from '$lib/server/db/repositories/server-generation';
import { defaultSettings } from '$lib/server/providers/model-settings';
import { explainPromptVersion } from '$lib/tutor/explain-prompt';
import { answerKey } from './answer-cache';
import { learnerOf, type Context } from './context';
import { currentTutor, type CurrentTutor } from './current-tutor';
import { submit } from './submit';

/** One that runs, and two that wait. */
const mostOpen = 3;

/**
 * Begins an explanation by the model that is the tutor now. The answer comes at once; what is written is followed in the generation's
 * log. Where no model can be asked this is `no-model`, and the page explains without one.
 */
export async function explain(
	context: Context,
	actor: Actor,
	{ request }: { request: ExplainRequest }
): Promise<Answer<AppendResult>> {
	const learnerId = learnerOf(actor);
	if (learnerId === undefined) return refuse('not-signed-in');
	if (!can(actor, 'generation.start', { learnerId })) return notFound;
	const { id, facts, python } = request;
	const { db, generator } = context;
	const submitted = await submit(context, actor, { submission: request.submission });
	if (!submitted.ok) return submitted;
	const submission = submitted.value;
	const repeated = await selectGeneration(db, learnerId, id);
	if (repeated !== undefined) {
		return repeated.submissionId === submission.id && repeated.origin === 'server'
			? done({ next: repeated.nextSeq, status: repeated.status })
			: refuse('conflict');
	}
	const tutor = await currentTutor(context);
	if (tutor.state !== 'ready') return refuse('no-model', { detail: reasons[tutor.state] });
	if (tutor.server.provider.state() === 'open') return refuse('no-model', { detail: reasons.failing });
	if (generator.draining.aborted) return refuse('unavailable', { detail: 'The server is about to stop.' });

	const { tutor: chosen, server, served } = tutor;
	const model = { modelId: served.id, modelDigest: served.digest.value };
	const lesson = submission.lessonId === undefined ? undefined : await context.goalOf(submission.lessonId);
	const settings = defaultSettings.explain;
	const key = await answerKey(submission, {
		...model,
		promptVersion: explainPromptVersion,
		settings,
		lesson
	});
	const inserted = await db.transaction(async (tx) => {
		if ((await lockOpenCount(tx, learnerId)) >= mostOpen) return 'too-many';
		await ensurePromptVersion(tx, explainPromptVersion, 'explain');
		await ensureModelVersion(tx, model, 'candidate');
		const isNew = await insertServerGeneration(tx, {
			id,
			submissionId: submission.id,
			mode: 'explain',
			promptVersion: explainPromptVersion,
			sampler: settings,
			...model
		});
		return isNew ? 'new' : 'taken';
	});
	if (inserted === 'too-many') {
		return refuse('too-many', { detail: 'One explanation at a time is written for you, and two may wait.' });
	}
	// Sent twice at once: the other one has begun it, unless the id is another learner's.
	if (inserted === 'taken') {
		const first = await selectGeneration(db, learnerId, id);
		return first === undefined ? notFound : done({ next: first.nextSeq, status: first.status });
	}
	generator.start({
		id,
		submission,
		facts,
		output: outputOf(submission),
		lesson,
		python,
		server,
		model: chosen.model,
		digest: served.digest,
		key,
		recalled: request.again === true ? undefined : generator.recall(key)
	});
	return done({ next: 0, status: 'running' }, true);
}

const reasons: Record<Exclude<CurrentTutor['state'], 'ready'> | 'failing', string> = {
	off: 'No model is chosen. The operator chooses one, or sets TUTOR_MODEL.',
	'not-answering': 'The model server does not answer. The operator finds on the models page what to do.',
	'no-such-model':
		'The model server does not have the chosen model any more. The operator chooses another one.',
	failing: 'The model server has failed several times, and is left alone for some seconds.'
};

/** What the run printed, as far as a prompt may have room for it. */
function outputOf({ result }: Submission): string {
	const printed = (result?.outputs ?? []).filter(({ kind }) => kind !== 'stdin');
	return printed.map(textOfPart).join('').slice(0, 5_000);
}
