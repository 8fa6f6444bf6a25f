import * as v from 'valibot';
import { DraftConflict, type SaveDraft, StoredDraft } from '$lib/domain/draft';
import { type AppendEvents, AppendResult, type NewGeneration } from '$lib/domain/generation';
import type { CellId, ExplanationId, GenerationId, LessonId } from '$lib/domain/ids';
import { Rating, type NewRating } from '$lib/domain/rating';
import type { NewSubmission } from '$lib/domain/submission';
import { request, type ApiResult, type Fetch } from './request';

/** Saves a cell's work. A `conflict` failure carries what is stored instead: see `storedInConflict`. */
export const saveDraft = (
	fetcher: Fetch,
	lesson: LessonId,
	cell: CellId,
	save: SaveDraft
): Promise<ApiResult<StoredDraft>> =>
	request(fetcher, {
		method: 'PUT',
		path: `lessons/${lesson}/drafts/${cell}`,
		body: save,
		answer: StoredDraft
	});

/** The draft that another tab had saved, out of a refused save's answer. */
export function storedInConflict(body: unknown): StoredDraft | undefined {
	const parsed = v.safeParse(DraftConflict, body);
	return parsed.success ? parsed.output.stored : undefined;
}

const anything = v.unknown();

export const submit = (fetcher: Fetch, submission: NewSubmission): Promise<ApiResult<unknown>> =>
	request(fetcher, { method: 'POST', path: 'submissions', body: submission, answer: anything });

export const startGeneration = (fetcher: Fetch, generation: NewGeneration): Promise<ApiResult<unknown>> =>
	request(fetcher, { method: 'POST', path: 'generations', body: generation, answer: anything });

export const appendEvents = (
	fetcher: Fetch,
	id: GenerationId,
	events: AppendEvents
): Promise<ApiResult<AppendResult>> =>
	request(fetcher, { method: 'POST', path: `generations/${id}/events`, body: events, answer: AppendResult });

export const rate = (fetcher: Fetch, id: ExplanationId, rating: NewRating): Promise<ApiResult<unknown>> =>
	request(fetcher, {
		method: 'PUT',
		path: `explanations/${id}/rating`,
		body: rating,
		answer: v.union([Rating, anything])
	});

export const unrate = (fetcher: Fetch, id: ExplanationId): Promise<ApiResult<unknown>> =>
	request(fetcher, { method: 'DELETE', path: `explanations/${id}/rating`, answer: anything });
