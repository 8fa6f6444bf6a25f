import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import {
	defaultSettings,
	formFor,
	memoryFor,
	ModelChoice,
	ModelSettings,
	selectableModels
} from './model-settings';

const choice = {
	baseModel: 'codellama:7b-code-q4_1',
	roles: {
		explain: { model: 'mistral:7b', settings: defaultSettings.explain },
		chat: { model: 'mistral:7b', settings: defaultSettings.chat }
	}
};

describe('the choice of models', () => {
	test('the defaults are valid, and one model serves both roles without being loaded twice', () => {
		expect(v.parse(ModelChoice, choice)).toEqual(choice);
		expect(defaultSettings.explain).toMatchObject({ temperature: 0.7, topP: 0.9 });
	});

	test('one model may not change its context between roles, two may differ', () => {
		const settings = { ...defaultSettings.chat, contextTokens: 4_096 };
		const other = (model: string): object => ({
			...choice,
			roles: { ...choice.roles, chat: { model, settings } }
		});
		expect(v.is(ModelChoice, other('mistral:7b'))).toBe(false);
		expect(v.is(ModelChoice, other('llama3.2:3b'))).toBe(true);
	});

	test.each([
		{ temperature: -1 },
		{ topP: 0 },
		{ contextTokens: 0 },
		{ answerTokens: -1 },
		{ answerTokens: 0 },
		{ keepAlive: 'for ever' },
		{ seed: 1.5 },
		{ other: 1 }
	])('%j is no setting', (wrong) => {
		expect(v.is(ModelSettings, { ...defaultSettings.explain, ...wrong })).toBe(false);
	});

	test.each(['', '../x', 'a b', 'http://x?y', '-rf'])('%j is no model', (model) => {
		expect(v.is(ModelChoice, { ...choice, baseModel: model })).toBe(false);
	});
});

describe('the models to choose from', () => {
	test('are those that were promised, each with what it needs', () => {
		const ids = selectableModels.map(({ id }) => id);
		expect(ids).toEqual(
			expect.arrayContaining([
				'codellama:7b-code-q4_1',
				'mistral:7b',
				'mixtral:8x7b',
				'codellama:34b',
				'gemma3:12b'
			])
		);
		expect(
			selectableModels.every(({ bytes }, index) => bytes >= (selectableModels[index - 1]?.bytes ?? 0))
		).toBe(true);
		expect(selectableModels.filter((model) => memoryFor(model, 8_192) < 4e9).length).toBeGreaterThanOrEqual(
			3
		);
		expect(selectableModels.filter(({ kind }) => kind === 'base').map(({ id }) => id)).toEqual([
			'codellama:7b-code-q4_1'
		]);
	});

	test('a longer context costs more memory', () => {
		for (const model of selectableModels) {
			expect(memoryFor(model, 8_192)).toBeGreaterThan(memoryFor(model, 4_096));
			expect(memoryFor(model, 4_096)).toBeGreaterThan(model.bytes);
		}
	});
});

test('base models are known by their names, as the list knows them', () => {
	for (const { id, kind } of selectableModels) {
		expect([id, formFor(id)]).toEqual([id, kind === 'base' ? 'completion' : 'chat']);
	}
	expect(['qwen2.5-coder:1.5b-base', 'llama3:text', 'codellama:code'].map(formFor)).toEqual(
		Array.from({ length: 3 }, () => 'completion')
	);
	expect(['deepseek-coder:6.7b', 'codellama', 'qwen3-code:4b'].map(formFor)).toEqual(
		Array.from({ length: 3 }, () => 'chat')
	);
});
