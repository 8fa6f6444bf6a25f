import { expect, test } from 'vitest';
import { parseLesson } from '$lib/lessons/parse';
import { toldIn } from './told-values';

/** The message as the format reads it. */
async function told(message: string) {
	const text = `---\ntitle: T\nsummary: S\n---\n\n${message}\n`;
	const parsed = await parseLesson({ path: '01-a/index.md', text });
	if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
	return toldIn(parsed.lesson.blocks.flatMap((block) => (block.kind === 'prose' ? block.nodes : [])));
}

test('a value is told of code, with the names that are set before', async () => {
	expect(await told('In your line 2, `days % 7` gives 5. Those are the days.')).toEqual({
		told: [{ kind: 'value', code: 'days % 7', given: {}, said: '5' }],
		numbers: []
	});
	expect(
		await told(
			'With `goal` 90 and `day` set to `"Mon"`, your `weeks` is 7 and your *own* `saved` holds -2.5.'
		)
	).toEqual({
		told: [
			{ kind: 'value', code: 'weeks', given: { goal: '90', day: '"Mon"' }, said: '7' },
			{ kind: 'value', code: 'saved', given: { goal: '90', day: '"Mon"' }, said: '-2.5' }
		],
		numbers: []
	});
	expect(
		await told('Your call `f([2, 5])` hands back `None`. Here `total` holds the text `"125"`.')
	).toMatchObject({
		told: [
			{ code: 'f([2, 5])', said: 'None' },
			{ code: 'total', said: '"125"' }
		]
	});
});

test('errors and lines are told, and other numbers stand by themselves', async () => {
	expect(
		await told('Your call `f("-")` ends with a `ValueError`. The line that adds ends with an `IndexError`.')
	).toEqual({
		told: [
			{ kind: 'error', code: 'f("-")', said: 'ValueError' },
			{ kind: 'error', said: 'IndexError' }
		],
		numbers: []
	});
	expect(
		await told(
			'Your first line is "stop 10" and your last line is "stop 14". It makes 15 turns, or v1.7 of 2.'
		)
	).toEqual({
		told: [
			{ kind: 'line', which: 'first', said: 'stop 10' },
			{ kind: 'line', which: 'last', said: 'stop 14' }
		],
		numbers: ['15']
	});
});

test('all that is printed is told, a line for each', async () => {
	expect(
		(await told('Your code shows 3, 8 and 12. Here your code prints "1 h 37 min", but why?')).told
	).toEqual([
		{ kind: 'shown', said: '3\n8\n12' },
		{ kind: 'shown', said: '1 h 37 min' }
	]);
	expect(
		(await told('Your `tip` holds the text 12, and your `top` holds the number 12.')).told
	).toMatchObject([{ said: '"12"' }, { said: '12' }]);
});

test('what only sounds like a value is none', async () => {
	for (const message of [
		'Your line with `if` is the first. `x` is 5% of it. `while` is a word.',
		'At first `tip` is 14. `total` is 12 when the call begins. Before that, `n` is 4.',
		'`range(5)` is 5 numbers long. `f(2)` is 1 more than it should be.',
		'Your loop ends with an `if`. Your function `f` ends with a `print`.'
	])
		expect((await told(message)).told, message).toEqual([]);
});
