import { beforeEach, expect, test, vi } from 'vitest';
import type { ApiResult } from '$lib/api/request';
import type { ChangeConsent, Consent } from '$lib/domain/consent';
import { newExplanationId } from '$lib/domain/ids';
import { clearBrowser } from './clear-browser';
import { ConsentAsk, wording } from './consent-ask.svelte';

/** As the browser's: what is stored are the object's own keys. */
const storageMethods = {
	getItem(this: Record<string, string>, key: string): string | null {
		return this[key] ?? null;
	},
	setItem(this: Record<string, string>, key: string, text: string): void {
		this[key] = text;
	},
	removeItem(this: Record<string, string>, key: string): void {
		Reflect.deleteProperty(this, key);
	}
};
beforeEach(() => {
	vi.stubGlobal('localStorage', Object.create(storageMethods));
});

const notAsked: ApiResult<Consent> = { ok: true, value: { state: 'not-asked' } };
const offline: ApiResult<never> = { ok: false, failure: { code: 'offline', status: 0, body: undefined } };
const [one, two] = [newExplanationId(), newExplanationId()];

/** A server with one learner, who may have answered before. */
function server(loaded: ApiResult<Consent>) {
	const said: ChangeConsent[] = [];
	let isThere = true;
	const ask = new ConsentAsk({
		load: () => Promise.resolve(isThere ? loaded : offline),
		change: (change) => {
			if (!isThere) return Promise.resolve(offline);
			said.push(change);
			return Promise.resolve({ ok: true, value: { ...change, at: '2026-11-21T10:00:00.000Z' } });
		}
	});
	return { ask, said, reach: (there: boolean) => (isThere = there) };
}

test('is asked below the explanation that was rated last, and answered once for all', async () => {
	const { ask, said } = server(notAsked);
	expect(ask.at, 'not before the first rating').toBeUndefined();
	await ask.rated(one);
	expect(ask.at).toBe(one);
	await ask.rated(two);
	expect(ask.at, 'one question at most').toBe(two);
	await ask.say('given');
	expect(said).toEqual([{ state: 'given', wording }]);
	expect(ask.answer).toBe('given');
	await ask.rated(one);
	expect(ask.at, 'the thanks stay where the answer was given').toBe(two);
});

test.each(['given', 'refused'] as const)('who has %s it before is not asked', async (state) => {
	const { ask } = server({ ok: true, value: { state, wording, at: '2026-11-21T10:00:00.000Z' } });
	await ask.rated(one);
	expect(ask.at).toBeUndefined();
});

test('a server that is not there asks nothing, and the next rating may', async () => {
	const { ask, reach } = server(notAsked);
	reach(false);
	await ask.rated(one);
	expect(ask.at).toBeUndefined();
	reach(true);
	await ask.rated(one);
	expect(ask.at).toBe(one);
});

test('an answer that was not taken can be given again', async () => {
	const { ask, said, reach } = server(notAsked);
	await ask.rated(one);
	reach(false);
	await ask.say('refused');
	expect([ask.answer, ask.failure?.code]).toEqual([undefined, 'offline']);
	reach(true);
	await ask.say('refused');
	expect([ask.answer, ask.failure]).toEqual(['refused', undefined]);
	expect(said).toEqual([{ state: 'refused', wording }]);
});

test('"later" tells the server nothing, and is not asked again until this browser is cleared', async () => {
	const { ask, said } = server(notAsked);
	await ask.rated(one);
	await ask.say('later');
	expect(ask.answer).toBe('later');
	expect(said).toEqual([]);

	const nextVisit = server(notAsked).ask;
	await nextVisit.rated(two);
	expect(nextVisit.at).toBeUndefined();
	clearBrowser();
	await nextVisit.rated(two);
	expect(nextVisit.at).toBe(two);
});

test('clearing the browser takes all of our work, and neither the theme nor what is not ours', () => {
	for (const key of [
		'draft.first.a.one',
		'letters.one',
		'attempts.one',
		'prediction.first.a',
		'quiz.first.q'
	])
		localStorage.setItem(`procoder.${key}`, '{}');
	localStorage.setItem('procoder.theme', 'dark');
	localStorage.setItem('another', 'app');
	clearBrowser();
	expect(Object.keys(localStorage)).toEqual(['procoder.theme', 'another']);
});
