import { isLong } from '../table';
import { Cell, expect, sharedLesson, test } from './lesson-page';

const lesson = sharedLesson();

/** Recursion that never ends, in every shape: an error like any other, and the interpreter with its variables lives on. */
const recursions: Record<string, string> = {
	'plain recursion': 'def f():\n    f()\nf()',
	'a __repr__ that shows itself': 'class A:\n    def __repr__(self):\n        return repr(self)\nrepr(A())',
	'a __str__ that prints itself': 'class A:\n    def __str__(self):\n        return f"{self}"\nprint(A())',
	'functools.partial': 'import functools\ndef f():\n    functools.partial(f)()\nf()',
	'sorted with itself as its key': 'def f(x):\n    return sorted([1, 2], key=f)\nf(1)',
	'map over itself': 'def f(x):\n    return list(map(f, [1]))\nf(1)',
	'an __eq__ that compares':
		'class A:\n    def __eq__(self, other):\n        return self == other\nA() == A()',
	'a __getattr__ that asks itself':
		'class A:\n    def __getattr__(self, name):\n        return self.other\nA().x',
	'a property of itself': 'class A:\n    @property\n    def x(self):\n        return self.x\nA().x',
	'a generator of itself': 'def f():\n    yield from f()\nlist(f())',
	'an async function that awaits itself': 'async def f():\n    await f()\nawait f()'
};

test('runaway recursion of every shape is a RecursionError, and nothing is lost', async () => {
	test.setTimeout(240_000);
	const page = lesson();
	const [one, two] = [new Cell(page, 1), new Cell(page, 2)];
	await two.write('kept = 41');
	await two.run();
	for (const [name, code] of Object.entries(recursions)) {
		await one.write(code);
		await one.run();
		await expect(one.output, name).toContainText('RecursionError');
		await two.write(`print(kept + 1, ${JSON.stringify(name)})`);
		await two.run();
		await expect(two.output, name).toContainText(`42 ${name}`);
	}
});

/** What kills the interpreter, limit or not: it is there again by itself, and the page says what is gone. */
const crashes: Record<string, string> = {
	'a deep repr': 'deep = []\nfor _ in range(100_000):\n    deep = [deep]\nrepr(deep)',
	'a deep comparison': 'a, b = [], []\nfor _ in range(100_000):\n    a, b = [a], [b]\na == b',
	'a deep json.dumps':
		'import json\ndeep = []\nfor _ in range(100_000):\n    deep = [deep]\njson.dumps(deep)',
	'leaving through os': 'import os\nos._exit(1)',
	'os.abort': 'import os\nos.abort()'
};

test('after a crash there is a working Python, and the next cell runs; also after the fifth in a row', async () => {
	test.setTimeout(240_000);
	const page = lesson();
	const [one, two] = [new Cell(page, 1), new Cell(page, 2)];
	const said = page.getByText(/Python crashed, .*was started again/);
	for (const [name, code] of Object.entries(crashes)) {
		await test.step(name, async () => {
			await two.write('kept = 41');
			await two.run();
			await one.write(`print("before the crash")\n${code}`);
			await one.button('Run cell').click();
			await expect(one.button('Run cell')).toBeVisible({ timeout: 30_000 });
			await expect(one.output).toContainText('before the crash');
			await two.write('print("kept" if "kept" in globals() else "gone", 6 * 7)');
			await two.run();
			await expect(two.output).toContainText('42');
			// Lost variables without a word would be the worst of all.
			const isGone = (await two.output.innerText()).includes('gone');
			if (isGone) {
				await expect(said).toBeVisible();
				await page.getByRole('button', { name: 'Close', exact: true }).click();
			}
			await expect(said).toBeHidden();
		});
	}
	await one.write(crashes['a deep repr']!);
	for (let round = 0; round < 5; round++) {
		await one.button('Run cell').click();
		await expect(one.button('Run cell')).toBeVisible({ timeout: 30_000 });
		await expect(one.root.getByText('Python crashed', { exact: true })).toBeVisible();
	}
	await two.write('print(6 * 7)');
	await two.run();
	await expect(two.output).toContainText('42');
	await page.getByRole('button', { name: 'Close', exact: true }).click();
});

/** A beginner's way of breaking Python itself. */
const vandals: Record<string, string> = {
	builtins: 'import builtins\nbuiltins.len = builtins.print = None\nlist = 3',
	'sys.stdout': 'import sys\nsys.stdout = None\nsys.stderr.close()',
	'sys.modules': 'import sys\nsys.modules.clear()',
	settrace: 'import sys\nsys.settrace(lambda *a: 1 / 0)',
	'the recursion limit': 'import sys\nsys.setrecursionlimit(10**6)',
	'the event loop': 'import asyncio\nasyncio.get_event_loop().stop()',
	signal: 'import signal\nsignal.signal(signal.SIGINT, signal.SIG_IGN)',
	'the json module': 'import json\njson.dumps = json.loads = None\njson.JSONEncoder.encode = None'
};

test('what a cell does to Python itself breaks neither the next cell nor explanations nor Stop', async () => {
	test.setTimeout(240_000);
	const page = lesson();
	const [one, two] = [new Cell(page, 1), new Cell(page, 2)];
	for (const [name, code] of Object.entries(vandals)) {
		await one.write(code);
		await one.run();
		await two.write(`def f(n):\n    return n * 2\nprint(len([f(21)]), f(21), ${JSON.stringify(name)})`);
		await two.run();
		await expect(two.output, name).toContainText(`1 42 ${name}`);
	}
	await two.explain();
	await one.write('while True:\n    pass');
	await one.button('Run cell').click();
	await page.waitForTimeout(300);
	await one.button('Stop').click();
	await expect(one.root.getByText('stopped', { exact: true })).toBeVisible();
});

test('cells share one namespace, and an error names its line and values', async () => {
	const page = lesson();
	const [one, two] = [new Cell(page, 1), new Cell(page, 2)];
	await one.write('apples = 3\ndef price(count):\n    return count * 2');
	await one.run();
	await two.write('print(price(apples))\nprice(apples) / 0');
	await two.run();
	await expect(two.output).toContainText('6');
	await expect(two.output).toContainText('ZeroDivisionError');
	await expect(two.root.getByText('failed on line 2')).toBeVisible();
	await two.button('Full traceback').click();
	await expect(two.output).toContainText('Traceback');
});

test('a claim that hangs leaves the variables at the desk untouched', async () => {
	const page = lesson();
	const [one, two] = [new Cell(page, 1), new Cell(page, 2)];
	await one.write('treasure = [1, 2, 3]');
	await one.run();
	// The bench can neither trace nor interrupt this one: it must be ended with its interpreter.
	await two.write('def big(n):\n    return sum(range(10**12)) + n\n\nbig(1)');
	await two.button('Explain').click();
	// So it is explained without being run, and says so.
	await expect(two.explanation.getByText(/So nothing here was checked by running it/).first()).toBeVisible({
		timeout: 60_000
	});
	await expect(two.explanation.getByText(/takes? `?n/).first()).toBeVisible();
	await one.write('print(treasure)');
	await one.run();
	await expect(one.output).toContainText('[1, 2, 3]');
	await one.write('def twice(n):\n    return n * 2\n\ntwice(4)');
	await one.explain();
	await expect(one.explanation.getByText('confirmed', { exact: true }).first()).toBeVisible();
});

test('a long session: five hundred runs, and Python neither wears out nor slows down', async () => {
	test.setTimeout(300_000);
	const page = lesson();
	const [one, two] = [new Cell(page, 1), new Cell(page, 2)];
	await two.write('count = 0');
	await two.run();
	await one.write('def f():\n    f()\ncount += 1\nf()');
	const rounds = isLong ? 500 : 60;
	for (let round = 0; round < rounds; round++) await one.run();
	await two.write('print(count)');
	await two.run();
	await expect(two.output).toContainText(String(rounds));
});
