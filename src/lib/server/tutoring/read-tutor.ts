import { done, type Answer } from '$lib/domain/answer';
import type { TutorState } from '$lib/domain/tutor-model';
import type { Models } from './context';
import { currentTutor, toldOf } from './current-tutor';

/** Whether a model explains just now, and which: everybody's to know, because every page acts on it. */
export async function readTutor(context: Models): Promise<Answer<TutorState>> {
	return done(toldOf(await currentTutor(context)));
}
