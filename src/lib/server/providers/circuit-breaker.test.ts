import { expect, test } from 'vitest';
import { withCircuitBreaker } from './circuit-breaker';
import { failure } from './failure';
import { defaultSettings } from './model-settings';
import type { ModelFailure } from '$lib/domain/tutor-model';
import type { Provider, ProviderEvent } from './provider';

const request = {
	model: 'm',
	prompt: { kind: 'completion' as const, version: 't', text: '', stop: [] },
	settings: defaultSettings.explain
};

/** A server that answers as `answers` says, and how often it was asked. */
function scripted(answers: (ModelFailure | 'well')[]): { provider: Provider; asked: () => number } {
	let asked = 0;
	return {
		provider: {
			id: 'ollama',
			models: () => Promise.resolve({ ok: true, models: [] }),
			async *stream() {
				const answer = answers[asked] ?? 'well';
				asked += 1;
				await Promise.resolve();
				if (answer !== 'well') {
					yield { type: 'response-error', ...failure(answer, 'x') };
					return;
				}
				yield { type: 'text-delta', text: 'a' };
				yield { type: 'response-end', reason: 'stop', usage: {} };
			}
		},
		asked: () => asked
	};
}

async function ask(provider: Provider, until = Infinity): Promise<string> {
	let last: ProviderEvent | undefined;
	let count = 0;
	for await (const event of provider.stream(request, new AbortController().signal)) {
		last = event;
		count += 1;
		if (count >= until) break;
	}
	return last?.type === 'response-error' ? last.kind : (last?.type ?? 'none');
}

test('three failures in a row open it; one try after fifteen seconds decides', async () => {
	let now = 0;
	const { provider, asked } = scripted(['cut-off', 'timed-out', 'not-running', 'overloaded', 'well']);
	const guarded = withCircuitBreaker(provider, () => now);
	for (let each = 0; each < 3; each += 1) await ask(guarded);
	expect(guarded.state()).toBe('open');
	now = 14_999;
	expect([await ask(guarded), asked()]).toEqual(['not-running', 3]);
	now = 15_000;
	expect([await ask(guarded), asked(), guarded.state()]).toEqual(['overloaded', 4, 'open']);
	now = 29_999;
	expect([await ask(guarded), asked()]).toEqual(['not-running', 4]);
	now = 30_000;
	expect([await ask(guarded), guarded.state()]).toEqual(['response-end', 'closed']);
	expect([await ask(guarded), asked()]).toEqual(['response-end', 6]);
});

test('a server that answers in between is not ill, and neither is one that was asked for something wrong', async () => {
	const { provider } = scripted([
		'cut-off',
		'cut-off',
		'well',
		'cut-off',
		'cut-off',
		'refused',
		'cut-off',
		'no-such-model'
	]);
	const guarded = withCircuitBreaker(provider, () => 0);
	for (let each = 0; each < 8; each += 1) await ask(guarded);
	expect(guarded.state()).toBe('closed');
});

test('while one tries, no other does; a try that is left decides nothing', async () => {
	let now = 0;
	const { provider, asked } = scripted(['cut-off', 'cut-off', 'cut-off', 'stopped', 'well']);
	const guarded = withCircuitBreaker(provider, () => now);
	for (let each = 0; each < 3; each += 1) await ask(guarded);
	now = 20_000;
	const trial = guarded.stream(request, new AbortController().signal)[Symbol.asyncIterator]();
	await trial.next();
	expect([guarded.state(), await ask(guarded), asked()]).toEqual(['trying', 'not-running', 4]);
	await trial.next();
	expect(guarded.state()).toBe('open');
	expect([await ask(guarded, 1), guarded.state()]).toEqual(['text-delta', 'closed']);
});
