import { expect, test } from 'vitest';
import * as v from 'valibot';
import {
	CellId,
	contentHash,
	ContentHash,
	newLearnerId,
	newSubmissionId,
	type ContentHash as Hash
} from '$lib/domain/ids';
import type { Submission } from '$lib/domain/submission';
import { answerKey, memoryCache } from './answer-cache';

const digest = v.parse(ContentHash, 'ab'.repeat(32));
const asked = {
	modelId: 'm:1b',
	modelDigest: digest,
	promptVersion: 'explain/1',
	settings: { temperature: 0.7 },
	lesson: 'Loops.'
};
const submission = async (code: string, more: Partial<Submission> = {}): Promise<Submission> => ({
	id: newSubmissionId(),
	learnerId: newLearnerId(),
	cellId: v.parse(CellId, 'a'),
	code,
	codeHash: await contentHash(code),
	context: [],
	files: [],
	stdin: [],
	...more
});
const keyOf = async (code: string, more: Partial<Submission> = {}, how: Partial<typeof asked> = {}) =>
	answerKey(await submission(code, more), { ...asked, ...how });

test('the same question has the same key, whoever asks it, and however its lines end', async () => {
	const key = await keyOf('x = 1\nprint(x)');
	expect(await keyOf('x = 1  \r\nprint(x)\r\n\n')).toBe(key);
	const context = [{ cellId: v.parse(CellId, 'b'), code: 'y = 2' }];
	const others = [
		await keyOf('x = 1\n print(x)'),
		await keyOf('x = 1\n\nprint(x)'),
		await keyOf('x = 1\nprint(x)', { context }),
		await keyOf('x = 1\nprint(x)', { stdin: ['3'] }),
		await keyOf('x = 1\nprint(x)', {}, { modelDigest: v.parse(ContentHash, 'cd'.repeat(32)) }),
		await keyOf('x = 1\nprint(x)', {}, { promptVersion: 'explain/2' }),
		await keyOf('x = 1\nprint(x)', {}, { lesson: 'Functions.' })
	];
	expect(new Set([key, ...others]).size).toBe(others.length + 1);
});

test('what was asked for longest ago goes first, and what is too large is not kept', async () => {
	const keys: Hash[] = await Promise.all(['a', 'b', 'c', 'd'].map((text) => contentHash(text)));
	const [a = digest, b = digest, c = digest, d = digest] = keys;
	const cache = memoryCache(10);
	cache.set(a, '1234');
	cache.set(b, '1234');
	expect(cache.get(a)).toBe('1234');
	cache.set(c, '1234');
	expect(keys.map((key) => cache.get(key))).toEqual(['1234', undefined, '1234', undefined]);
	cache.set(d, 'x'.repeat(11));
	expect(cache.get(d)).toBeUndefined();
	// Said again it is not counted twice.
	cache.set(a, '12');
	cache.set(a, '123456');
	expect([cache.get(a), cache.get(c)]).toEqual(['123456', '1234']);
});
