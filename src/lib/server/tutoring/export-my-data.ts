import { done, notFound, refuse, type Answer } from '$lib/domain/answer';
import type { LearnerId } from '$lib/domain/ids';
import { exportFormat, type ExportPart, type MyDataExport } from '$lib/domain/my-data';
import type { Actor } from '$lib/server/auth/actor';
import { can } from '$lib/server/auth/can';
import type { Database } from '$lib/server/db/client';
import { selectLearner } from '$lib/server/db/repositories/learner';
import { exportReaders } from '$lib/server/db/repositories/my-data';
import { learnerOf, type Context } from './context';

/**
 * Everything of a learner's as the JSON text of a `MyDataExport`, piece by piece: the next piece is read from the database when
 * it is asked for, so that a long history never is in memory as a whole.
 */
export async function exportMyData(
	{ db }: Context,
	actor: Actor,
	_input: Record<string, never>
): Promise<Answer<AsyncIterable<string>>> {
	const learnerId = learnerOf(actor);
	if (learnerId === undefined) return refuse('not-signed-in');
	if (!can(actor, 'my-data.export', { learnerId })) return notFound;
	// Read before anything is sent: a database that is away can still be told as such.
	const learner = await selectLearner(db, learnerId);
	return done(pieces(db, learnerId, learner));
}

async function* pieces(
	db: Database,
	learnerId: LearnerId,
	learner: MyDataExport['learner']
): AsyncGenerator<string> {
	yield `{"format":${JSON.stringify(exportFormat)},"learner":${JSON.stringify(learner)}`;
	for (const part of parts) {
		yield `,\n${JSON.stringify(part)}:[`;
		let separator = '\n';
		for await (const row of exportReaders[part](db, learnerId)) {
			yield separator + JSON.stringify(row);
			separator = ',\n';
		}
		yield ']';
	}
	yield '}\n';
}

const parts = Object.keys(exportReaders) as ExportPart[];
