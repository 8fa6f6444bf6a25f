import * as v from 'valibot';
import { expect, test } from 'vitest';
import { Outbox } from '$lib/api/outbox';
import type { ApiRequest, ApiResult } from '$lib/api/request';
import type { StoredExplanation } from '$lib/domain/draft';
import { CellId, newExplanationId, newGenerationId } from '$lib/domain/ids';
import { builtInModelId } from '$lib/domain/model';
import type { NewRating } from '$lib/domain/rating';
import { TutorPanel } from './tutor-panel.svelte';

const explanationId = newExplanationId();
const helpful: NewRating = { value: 'helpful', reasons: [] };
const unclear: NewRating = {
	value: 'not-helpful',
	reasons: ['unclear', 'too-long'],
	comment: 'What is n?',
	sections: { purpose: 4, steps: 1 }
};
const taken: ApiResult<unknown> = { ok: true, value: {} };
const refused: ApiResult<unknown> = {
	ok: false,
	failure: { code: 'invalid-text', status: 422, body: undefined }
};

function stored(rating?: NewRating): StoredExplanation {
	const { value, ...details } = rating ?? { value: undefined };
	return {
		cellId: v.parse(CellId, 'double'),
		generationId: newGenerationId(),
		explanationId,
		status: 'complete',
		code: 'x = 1',
		modelId: builtInModelId,
		events: [{ type: 'explanation-start', explanationId, python: '3.14' }],
		...(value === undefined ? {} : { rating: value, ratingDetails: { reasons: [], ...details } })
	};
}

/** A panel over a server that gives these answers, one after the other, each when it is let go. */
function open(answers: readonly ApiResult<unknown>[], rating?: NewRating) {
	const sent: ApiRequest[] = [];
	const gates = answers.map(() => Promise.withResolvers<undefined>());
	const outbox = new Outbox({
		send: async (request) => {
			const at = sent.push(request) - 1;
			await gates[at]?.promise;
			return answers[at] ?? taken;
		},
		wait: () => Promise.resolve(),
		store: { keep: () => undefined },
		onstate: () => undefined
	});
	const panel = new TutorPanel(outbox, stored(rating));
	return { panel, sent, letGo: (at: number) => gates[at]?.resolve(undefined) };
}

test('all that was said is there after a reload', () => {
	expect(open([], unclear).panel.rating).toEqual(unclear);
	expect(open([], helpful).panel.rating).toEqual(helpful);
	expect(open([]).panel.rating).toBeUndefined();
});

test('a rating is shown at once, and goes to the server whole', async () => {
	const { panel, sent, letGo } = open([taken, taken]);
	const first = panel.rate(unclear);
	expect([panel.rating, panel.isRating]).toEqual([unclear, true]);
	letGo(0);
	expect(await first).toBe(true);
	expect([panel.rating, panel.isRating, panel.ratingFailure]).toEqual([unclear, false, undefined]);
	const undone = panel.rate(undefined);
	expect(panel.rating).toBeUndefined();
	letGo(1);
	await undone;
	const path = `explanations/${explanationId}/rating`;
	expect(sent).toEqual([
		{ method: 'PUT', path, body: unclear },
		{ method: 'DELETE', path }
	]);
});

test('what is refused gives way to what the server has, and not to what it refused before', async () => {
	const { panel, letGo } = open([taken, refused, refused]);
	const all = [panel.rate(helpful), panel.rate(unclear), panel.rate({ ...unclear, comment: 'Other' })];
	for (const at of [0, 1, 2]) letGo(at);
	expect(await Promise.all(all)).toEqual([true, false, false]);
	expect([panel.rating, panel.ratingFailure?.code]).toEqual([helpful, 'invalid-text']);
});

test('what the server had before does not undo what is being said', async () => {
	const { panel, letGo } = open([taken]);
	const saying = panel.rate(unclear);
	panel.show(stored(helpful));
	expect(panel.rating).toEqual(unclear);
	letGo(0);
	await saying;
	panel.show(stored(helpful));
	expect(panel.rating).toEqual(helpful);
});
