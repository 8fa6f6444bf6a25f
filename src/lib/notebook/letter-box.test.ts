import { beforeEach, expect, test, vi } from 'vitest';
import type { Letter } from '$lib/api/outbox';
import { LetterBox } from './letter-box';

const shelf = new Map<string, string>();
beforeEach(() => {
	shelf.clear();
	// `Object.keys` of the real one lists what is stored.
	const storage = new Proxy(
		{
			getItem: (key: string) => shelf.get(key) ?? null,
			setItem: (key: string, text: string) => shelf.set(key, text),
			removeItem: (key: string) => shelf.delete(key)
		},
		{
			ownKeys: () => [...shelf.keys()],
			getOwnPropertyDescriptor: () => ({ enumerable: true, configurable: true })
		}
	);
	vi.stubGlobal('localStorage', storage);
});

const letter = (path: string): Letter => ({
	request: { method: 'PUT', path, body: { value: path } },
	chain: path
});
const tab = (name: string, ...gone: string[]) => ({ name, isGone: (other: string) => gone.includes(other) });

test('what a tab could not send is there after a reload, and what a closed tab left is taken over once', () => {
	const first = new LetterBox('letters');
	first.open(tab('one'));
	first.keep([letter('a'), letter('b')]);
	expect(new LetterBox('letters').open(tab('one'))).toEqual([letter('a'), letter('b')]);

	const second = new LetterBox('letters');
	second.open(tab('two'));
	second.keep([letter('c')]);
	const third = new LetterBox('letters');
	expect(third.open(tab('three', 'two'))).toEqual([letter('c')]);
	expect(new LetterBox('letters').open(tab('four', 'two'))).toEqual([]);
});

test('letters of a tab that is still open are left alone', () => {
	const other = new LetterBox('letters');
	other.open(tab('other'));
	other.keep([letter('a')]);
	expect(new LetterBox('letters').open(tab('mine'))).toEqual([]);
	expect(shelf.size).toBe(1);
});

test('letters of two kinds lie apart', () => {
	const attempts = new LetterBox('attempts');
	attempts.open(tab('mine'));
	attempts.keep([letter('a')]);
	expect(new LetterBox('letters').open(tab('mine'))).toEqual([]);
	expect(new LetterBox('attempts').open(tab('mine'))).toEqual([letter('a')]);
});

test('what lies in storage is input: anything but a request to our API is dropped', () => {
	for (const junk of [
		'nonsense',
		'{}',
		'[1]',
		'[{"chain":"x","request":{"method":"PUT","path":"../../elsewhere"}}]'
	]) {
		shelf.set('procoder.letters.mine', junk);
		expect(new LetterBox('letters').open(tab('mine'))).toEqual([]);
	}
});
