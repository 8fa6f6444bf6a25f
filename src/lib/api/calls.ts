import { DraftConflict, LessonWork, type SaveDraft, StoredDraft } from '$lib/domain/draft';
import { AttemptResult, NewAttempt } from '$lib/domain/attempt';
import { CourseText } from '$lib/domain/course-text';
import { Consent, type ChangeConsent } from '$lib/domain/consent';
import { DraftVersion, DraftVersions } from '$lib/domain/draft-version';
import { ExerciseChecks } from '$lib/domain/exercise-check';
import type { AppendEvents, NewGeneration } from '$lib/domain/generation';
import {
	LessonId,
	type AttemptId,
	type CellId,
	type ExplanationId,
	type GenerationId
} from '$lib/domain/ids';
import { ExerciseId, Solution, type LessonFile } from '$lib/domain/lesson';
import { MyData, type EraseMyData } from '$lib/domain/my-data';
import type { NewRating } from '$lib/domain/rating';
import type { NewSubmission } from '$lib/domain/submission';
import * as v from 'valibot';
import { fetchBytes, readAnswer, send, type ApiRequest, type ApiResult, type Fetch } from './request';

/** Saves a cell's work. A `conflict` failure carries what is stored instead: see `storedInConflict`. */
export async function saveDraft(
	fetcher: Fetch,
	lesson: LessonId,
	cell: CellId,
	save: SaveDraft
): Promise<ApiResult<StoredDraft>> {
	const path = `lessons/${lesson}/drafts/${cell}`;
	return readAnswer(StoredDraft, await send(fetcher, { method: 'PUT', path, body: save }));
}

/** The draft that another tab had saved, out of a refused save's answer. */
export function storedInConflict(body: unknown): StoredDraft | undefined {
	const parsed = v.safeParse(DraftConflict, body);
	return parsed.success ? parsed.output.stored : undefined;
}

/** Everything that the learner left in a lesson, as the server has it now. */
export async function loadWork(fetcher: Fetch, lesson: LessonId): Promise<ApiResult<LessonWork>> {
	return readAnswer(LessonWork, await send(fetcher, { method: 'GET', path: `lessons/${lesson}/work` }));
}

/** The words of every lesson, for the search over the course. */
export async function loadCourseText(fetcher: Fetch): Promise<ApiResult<CourseText>> {
	return readAnswer(CourseText, await send(fetcher, { method: 'GET', path: 'course' }));
}

/** The earlier texts of a cell, the newest first, without their code. */
export async function loadVersions(
	fetcher: Fetch,
	lesson: LessonId,
	cell: CellId
): Promise<ApiResult<v.InferOutput<typeof DraftVersions>>> {
	const path = `lessons/${lesson}/cells/${cell}/versions`;
	return readAnswer(DraftVersions, await send(fetcher, { method: 'GET', path }));
}

/** One of them, with its code. */
export async function loadVersion(
	fetcher: Fetch,
	lesson: LessonId,
	cell: CellId,
	revision: number
): Promise<ApiResult<DraftVersion>> {
	const path = `lessons/${lesson}/cells/${cell}/versions/${revision}`;
	return readAnswer(DraftVersion, await send(fetcher, { method: 'GET', path }));
}

/** A lesson's data file, for the runner. Its address holds its hash; an answer of another length was cut on its way. */
export async function loadLessonFile(
	fetcher: Fetch,
	lesson: LessonId,
	file: LessonFile
): Promise<ApiResult<Uint8Array>> {
	const result = await fetchBytes(fetcher, `lessons/${lesson}/files/${file.hash}/${file.name}`);
	if (!result.ok || result.value.byteLength === file.bytes) return result;
	return { ok: false, failure: { code: 'internal', status: 200, body: undefined } };
}

/** The solution of an exercise, for a learner who asks to see it. */
export async function loadSolution(
	fetcher: Fetch,
	lesson: LessonId,
	exercise: ExerciseId
): Promise<ApiResult<Solution>> {
	const path = `lessons/${lesson}/solutions/${exercise}`;
	return readAnswer(Solution, await send(fetcher, { method: 'GET', path }));
}

/** An answer that waits for Python on the server: for a start, a run of the solution, and one of the answer. */
export const pythonMs = 70_000;

/** What it takes to check answers to an exercise in the page. */
export async function loadChecks(
	fetcher: Fetch,
	lesson: LessonId,
	exercise: ExerciseId
): Promise<ApiResult<ExerciseChecks>> {
	const path = `lessons/${lesson}/exercises/${exercise}/checks`;
	return readAnswer(ExerciseChecks, await send(fetcher, { method: 'GET', path }, pythonMs));
}

/** Hands in an answer that was checked in the page. */
export const makeAttempt = (lesson: LessonId, exercise: ExerciseId, attempt: NewAttempt): ApiRequest => ({
	method: 'POST',
	path: `lessons/${lesson}/exercises/${exercise}/attempts`,
	body: attempt
});

/** What the server makes of an attempt. */
export const readAttempt = (answer: ApiResult<unknown>): ApiResult<AttemptResult> =>
	readAnswer(AttemptResult, answer);

const SentAttempt = v.object({
	path: v.pipe(
		v.string(),
		v.regex(/^lessons\/[^/]+\/exercises\/[^/]+\/attempts$/),
		v.transform((path) => path.split('/')),
		v.tuple([v.string(), LessonId, v.string(), ExerciseId, v.string()])
	),
	body: NewAttempt
});

/** Which attempt a request hands in, if it does. */
export function attemptIn(
	request: ApiRequest
): { lesson: LessonId; exercise: ExerciseId; id: AttemptId } | undefined {
	const sent = v.safeParse(SentAttempt, request);
	if (!sent.success) return undefined;
	const { path, body } = sent.output;
	return { lesson: path[1], exercise: path[3], id: body.id };
}

export const submit = (submission: NewSubmission): ApiRequest => ({
	method: 'POST',
	path: 'submissions',
	body: submission
});

export const startGeneration = (generation: NewGeneration): ApiRequest => ({
	method: 'POST',
	path: 'generations',
	body: generation
});

export const appendEvents = (
	id: GenerationId,
	events: AppendEvents
): ApiRequest & { body: AppendEvents } => ({
	method: 'POST',
	path: `generations/${id}/events`,
	body: events
});

/** Sets a rating, or (with `undefined`) takes it back. */
export const rate = (id: ExplanationId, rating: NewRating | undefined): ApiRequest => {
	const path = `explanations/${id}/rating`;
	return rating === undefined ? { method: 'DELETE', path } : { method: 'PUT', path, body: rating };
};

/** Whether the learner lets their work be used for training. */
export async function loadConsent(fetcher: Fetch): Promise<ApiResult<Consent>> {
	return readAnswer(Consent, await send(fetcher, { method: 'GET', path: 'me/consent' }));
}

/** Gives or refuses that consent; the answer is what stands from now on. */
export async function changeConsent(fetcher: Fetch, change: ChangeConsent): Promise<ApiResult<Consent>> {
	return readAnswer(Consent, await send(fetcher, { method: 'PUT', path: 'me/consent', body: change }));
}

/** How much the server has stored about the learner. */
export async function loadMyData(fetcher: Fetch): Promise<ApiResult<MyData>> {
	return readAnswer(MyData, await send(fetcher, { method: 'GET', path: 'me' }));
}

/** Where a browser downloads everything that is stored about the learner: a document by `MyDataExport`. */
export const myDataAddress = '/api/v1/me/export';

/** Deletes everything of the learner's on the server, and ends their cookie. What the browser keeps is the page's to clear. */
export async function eraseMyData(fetcher: Fetch): Promise<ApiResult<unknown>> {
	const body: EraseMyData = { confirm: true };
	return send(fetcher, { method: 'DELETE', path: 'me', body });
}
