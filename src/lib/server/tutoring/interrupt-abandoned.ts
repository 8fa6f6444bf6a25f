import type { LearnerId } from '$lib/domain/ids';
import { interruptIdle } from '$lib/server/db/repositories/generation';
import type { Context } from './context';

/** A log that has not grown for this long has lost its writer: the tab was closed, or its machine died. */
const abandonedAfterSeconds = 120;

/**
 * Writes down which running logs have lost their writer: those of one learner before they are read, all of them at start,
 * because nobody may ever come back to read theirs. A writer that does come back may go on.
 */
export async function interruptAbandoned({ db }: Pick<Context, 'db'>, learnerId?: LearnerId): Promise<void> {
	await interruptIdle(db, abandonedAfterSeconds, learnerId);
}
