import { createHash } from 'node:crypto';
import fc from 'fast-check';
import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import { anyText } from './arbitraries';
import {
	CellId,
	ClaimId,
	ContentHash,
	contentHash,
	LearnerId,
	LessonId,
	newLearnerId,
	newRunId,
	RunId
} from './ids';

describe('slugs', () => {
	test.each(['a', 'a-b', 'first-functions', '2-d', 'x'.repeat(64)])('%s is one', (slug) => {
		expect(v.is(LessonId, slug) && v.is(CellId, slug)).toBe(true);
	});

	test.each(['', '-', 'a-', '-a', 'a--b', 'A', 'a b', 'a/b', '..', 'ä', 'a\n', 'x'.repeat(65)])(
		'%j is none',
		(slug) => {
			expect(v.is(LessonId, slug) || v.is(CellId, slug)).toBe(false);
		}
	);
});

test('claim ids fit between braces', () => {
	for (const id of ['a', 'ex-1', 'constructor', 'x'.repeat(40)]) expect(v.is(ClaimId, id)).toBe(true);
	for (const id of ['', '1', 'A', 'a_b', 'a}', '{a', 'a b', 'a\n', 'x'.repeat(41)])
		expect(v.is(ClaimId, id)).toBe(false);
});

describe('minted ids', () => {
	test('are parsed by their schema, and differ', () => {
		const ids = [newLearnerId(), newLearnerId()];
		expect(ids.map((id) => v.parse(LearnerId, id))).toEqual(ids);
		expect(new Set(ids).size).toBe(2);
		expect(v.is(RunId, newRunId())).toBe(true);
	});

	test('are compared in lower case, as Postgres gives them back', () => {
		expect(v.parse(RunId, '6F3C2F0E-4F8A-4B57-9F0E-2D1C5A7B9E11')).toBe(
			'6f3c2f0e-4f8a-4b57-9f0e-2d1c5a7b9e11'
		);
	});

	test.each(['', '6f3c2f0e', '6f3c2f0e-4f8a-4b57-9f0e-2d1c5a7b9e11x', '../etc', "'; --"])(
		'%j is none',
		(id) => {
			expect(v.is(LearnerId, id)).toBe(false);
		}
	);
});

describe('content hash', () => {
	test('is SHA-256 of the text in UTF-8', async () => {
		await fc.assert(
			fc.asyncProperty(anyText, async (text) => {
				const expected = createHash('sha256').update(text.toWellFormed(), 'utf8').digest('hex');
				const hash = await contentHash(text);
				expect(hash).toBe(expected);
				expect(v.is(ContentHash, hash)).toBe(true);
			})
		);
	});

	test('tells line ends, NUL and empty texts apart; half characters count as U+FFFD', async () => {
		const hashes = await Promise.all(
			['', '\0', '\n', '\r\n', ' ', '\uFEFF', '\uFFFD', 'é', 'e\u0301'].map(contentHash)
		);
		expect(new Set(hashes).size).toBe(hashes.length);
		expect(await contentHash('a\ud800')).toBe(await contentHash('a\uFFFD'));
		expect(await contentHash('')).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
	});

	test('upper case and other lengths are none', () => {
		for (const hash of ['', 'a'.repeat(63), 'a'.repeat(65), 'A'.repeat(64), 'g'.repeat(64)]) {
			expect(v.is(ContentHash, hash)).toBe(false);
		}
	});
});
