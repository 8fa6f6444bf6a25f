import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { waiting } from '$lib/runner/worker/waiting';
import { Desk, promisingHost } from './desk';
import { loadKernel } from './pyodide';

/** A session in the Python that learners use: waiting, Stop by byte and by message, and a cell that works after each. */
let desk: Desk;

beforeAll(async () => {
	desk = new Desk(await loadKernel());
	desk.bridge.prepare();
	desk.bridge.awake('{"recursionLimit": 500}');
});

beforeEach(() => {
	desk.bridge.reset();
	desk.bridge.set_host(undefined);
});

const works = async (): Promise<void> => {
	expect(await desk.run('print("works", 1 + 1)')).toMatchObject({ status: 'ok', stdout: 'works 2\n' });
};

describe('Stop by the byte', () => {
	test.each([
		['a loop', 'while True: pass'],
		['a loop that assigns', 'while True: x = 1'],
		['a loop in a function', 'def f():\n    while True:\n        for i in range(10): len("a")\nf()'],
		['except Exception', 'while True:\n    try:\n        1 / 0\n    except Exception: pass'],
		[
			'finally with a loop of its own',
			'try:\n    while True: pass\nfinally:\n    n = 0\n    while n < 10**9: n += 1'
		],
		['a flood of print', 'while True: print("flood" * 10)'],
		[
			'a generator without end',
			'def g():\n    n = 0\n    while True:\n        yield n\n        n += 1\nsum(1 for x in g())'
		],
		['sorted with a slow key', 'sorted(range(10**7), key=lambda x: -x)'],
		['a regular expression', 'import re\nre.match(r"(a+)+$", "a" * 40 + "b")'],
		['a power of a big number', 'x = 3 ** (10 ** 8)\ny = x * x'],
		['the repr of the last value', 'class A:\n    def __repr__(self):\n        while True: pass\nA()'],
		[
			'a task beside a waiting cell',
			'import asyncio\nasync def spin():\n    while True: pass\nt = asyncio.create_task(spin())\nawait asyncio.sleep(60)'
		],
		[
			'a callback beside a waiting cell',
			'import asyncio\nasyncio.get_running_loop().call_later(0.01, exec, "while True: pass")\nawait asyncio.sleep(60)'
		],
		['sleep without a host', 'import time\ntime.sleep(60)'],
		['asyncio.run', 'import asyncio\nasync def f():\n    while True: pass\nasyncio.run(f())']
	])('%s', async (_name, code) => {
		const writer = desk.interrupting(300);
		const ran = await desk.run(code);
		await writer.stop();
		expect(ran.status).toBe('interrupted');
		await works();
	});

	test('a byte that was left over does not reach the next cell', async () => {
		for (let at = 0; at < 5; at += 1) {
			const writer = desk.interrupting(20);
			await desk.run('for i in range(10**6): pass');
			await writer.stop();
			await works();
		}
	});
});

describe('what was printed arrives while the cell computes', () => {
	test('a line at once, and the rest when the byte says so', async () => {
		const writer = desk.interrupting(100, 10);
		const ran = await desk.run(
			'import time\nprint("start")\nprint("x", end="")\nt = time.perf_counter()\nwhile time.perf_counter() - t < 1.5: pass'
		);
		await writer.stop();
		expect(ran).toMatchObject({ status: 'ok', stdout: 'start\nx' });
		expect(ran.arrived.map(({ text }) => text)).toEqual(['start\n', 'x']);
		for (const { ms } of ran.arrived) expect(ms).toBeLessThan(1_000);
	});

	test('the byte is never an exception, and never a Stop', async () => {
		const writer = desk.interrupting(1, 10);
		const ran = await desk.run(
			'import time\nt = time.perf_counter()\nn = 0\nwhile time.perf_counter() - t < 1:\n    n += 1\n    print(n, end=" ")\nprint("\\nend")'
		);
		expect(ran.status).toBe('ok');
		const [numbers = '', end] = ran.stdout.split('\n');
		expect(end).toBe('end');
		const seen = numbers.trim().split(' ').map(Number);
		expect(seen.length).toBeGreaterThan(100);
		expect(seen.every((n, at) => n === at + 1)).toBe(true);
		expect(await desk.run('def f(n): return 1 / n\nf(0)')).toMatchObject({
			error: { type: 'ZeroDivisionError' }
		});
		expect(await desk.run('import asyncio\nawait asyncio.sleep(0.2)\n"slept"')).toMatchObject({
			status: 'ok'
		});
		const claim = { id: 'c', kind: 'returns', probe: { call: 'f(1)' }, expect: '1' };
		expect(desk.call('verify', { claim, code: 'def f(x): return x\n' })).toEqual({ kind: 'confirmed' });
		await writer.stop();
		await works();
	});

	test("a handler of a cell's own does not stay", async () => {
		await desk.run('import signal\nsignal.signal(signal.SIGUSR1, lambda *_: 1 / 0)');
		const writer = desk.interrupting(1, 10);
		await new Promise((resolve) => setTimeout(resolve, 120));
		expect((await desk.run('for i in range(10**6): pass')).status).toBe('ok');
		await writer.stop();
	});
});

describe('Stop by message, while the cell waits', () => {
	test.each([
		['asyncio.sleep', 'import asyncio\nawait asyncio.sleep(60)', 'interrupted'],
		[
			'asyncio.sleep under a bare except, for ever',
			'import asyncio\nwhile True:\n    try:\n        await asyncio.sleep(60)\n    except: pass',
			'interrupted'
		],
		['gather', 'import asyncio\nawait asyncio.gather(asyncio.sleep(60), asyncio.sleep(60))', 'interrupted'],
		[
			'asyncio.run',
			'import asyncio\nasync def f():\n    await asyncio.sleep(60)\nasyncio.run(f())',
			'interrupted'
		],
		[
			'an async generator',
			'import asyncio\nasync def g():\n    yield 1\n    await asyncio.sleep(60)\nasync for x in g(): print(x)',
			'interrupted'
		],
		[
			'caught by the cell',
			'import asyncio\ntry:\n    await asyncio.sleep(60)\nexcept asyncio.CancelledError: print("caught")',
			'ok'
		]
	])('%s', async (_name, code, status) => {
		const running = desk.run(code);
		await new Promise((resolve) => setTimeout(resolve, 60));
		expect(desk.bridge.cancel('another run')).toBe(false);
		expect(desk.bridge.cancel(desk.lastRun)).toBe(true);
		expect((await running).status).toBe(status);
		expect(desk.bridge.cancel(desk.lastRun)).toBe(false);
		await works();
	});

	test.each([
		['time.sleep', 'import time\ntime.sleep(60)'],
		['input', 'input("Name? ")'],
		['input under except Exception', 'try:\n    input()\nexcept Exception: pass\nprint("on")'],
		['sys.stdin', 'import sys\nfor line in sys.stdin: pass'],
		[
			'sleep in a function of a class',
			'import time\nclass A:\n    def __len__(self): time.sleep(60)\nlen(A())'
		]
	])('%s, in the host', async (_name, code) => {
		const { host, cancel } = promisingHost();
		desk.bridge.set_host(host);
		const running = desk.run(code);
		await new Promise((resolve) => setTimeout(resolve, 60));
		expect(cancel()).toBe(true);
		const ran = await running;
		expect(ran.status).toBe('interrupted');
		expect(ran.stdout).not.toContain('on');
		await works();
	});

	test('sleep in a task beside the cell', async () => {
		const { host, cancel } = promisingHost();
		desk.bridge.set_host(host);
		const running = desk.run(
			'import asyncio, time\nasync def f(): time.sleep(60)\nt = asyncio.create_task(f())\nawait asyncio.sleep(60)'
		);
		await new Promise((resolve) => setTimeout(resolve, 60));
		cancel();
		expect((await running).status).toBe('interrupted');
		await works();
	});
});

describe('a cell that waits', () => {
	test('in several tasks at once: each gets its own answer', async () => {
		const asked: string[] = [];
		const wait = waiting(true, undefined, (prompt) => {
			asked.push(prompt);
			setTimeout(() => wait.answer(prompt.toUpperCase()), 30);
		});
		desk.bridge.set_host(wait.host);
		const ran = await desk.run(
			'import asyncio, time\nasync def ask(q): return input(q)\nasync def nap():\n    time.sleep(0.01)\n    return "slept"\nawait asyncio.gather(ask("a?"), nap(), ask("b?"))'
		);
		expect(ran.shown).toEqual([{ 'text/plain': "['A?', 'slept', 'B?']" }]);
		expect(asked).toEqual(['a?', 'b?']);
	});

	test('in several tasks at once: Stop ends them all', async () => {
		const wait = waiting(true, undefined, () => undefined);
		desk.bridge.set_host(wait.host);
		const running = desk.run(
			'import asyncio, time\nasync def ask(q): return input(q)\nasync def nap(): time.sleep(60)\nawait asyncio.gather(ask("a?"), nap(), ask("b?"))'
		);
		await new Promise((resolve) => setTimeout(resolve, 60));
		expect(wait.cancel()).toBe(true);
		expect((await running).status).toBe('interrupted');
		await works();
	});

	test('gets its answers, in functions and loops too', async () => {
		const { host, asked } = promisingHost(['Ada', '3', 'x']);
		desk.bridge.set_host(host);
		const ran = await desk.run(
			'import getpass\ndef ask():\n    return int(input("How many? "))\nprint(input("Name? "), [ask() for _ in range(1)], getpass.getpass())'
		);
		expect(ran).toMatchObject({ status: 'ok', stdout: 'Name? How many? Password: Ada [3] x\n' });
		expect(asked).toEqual([
			['Name? ', false],
			['How many? ', false],
			['Password: ', true]
		]);
	});

	test('sleeps as long as it says, without blocking JavaScript', async () => {
		const { host } = promisingHost();
		desk.bridge.set_host(host);
		let ticks = 0;
		const ticking = setInterval(() => (ticks += 1), 10);
		const ran = await desk.run(
			'import time\nt = time.perf_counter()\ntime.sleep(0.2)\nround(time.perf_counter() - t, 1)'
		);
		clearInterval(ticking);
		expect(ran.shown).toEqual([{ 'text/plain': '0.2' }]);
		expect(ticks).toBeGreaterThan(5);
	});

	test('can be asked about meanwhile', async () => {
		const running = desk.run('import asyncio\nx = 1\nprint("a")\nawait asyncio.sleep(0.1)\nprint("b", x)');
		await new Promise((resolve) => setTimeout(resolve, 40));
		expect(desk.call('facts', { code: 'def f(x):\n    return x\n', call: 'f(1)' })).toBeTypeOf('object');
		expect(await running).toMatchObject({ status: 'ok', stdout: 'a\nb 1\n' });
	});

	test('leaves nothing behind that prints into the next one', async () => {
		await desk.run(
			'import asyncio\nasync def tick():\n    for _ in range(50):\n        try:\n            await asyncio.sleep(0.01)\n        except: pass\n        print("tick")\nt = asyncio.create_task(tick())\nawait asyncio.sleep(0.05)'
		);
		expect(await desk.run('await asyncio.sleep(0.1)\nprint("mine")')).toMatchObject({ stdout: 'mine\n' });
	});

	test('may run coroutines in any of the usual ways', async () => {
		const ran = await desk.run(
			'import asyncio\nasync def f(x):\n    await asyncio.sleep(0.001)\n    return x\nprint(asyncio.run(f(1)), asyncio.get_event_loop().run_until_complete(f(2)), await f(3))\nprint(await asyncio.gather(f(4), f(5)))\nasync with asyncio.timeout(1): print(await f(6))\nwith asyncio.Runner() as r: pass'
		);
		expect(ran.error?.message ?? ran.stdout).toBe('1 2 3\n[4, 5]\n6\n');
	});

	test('sys.exit in a task ends that task', async () => {
		const ran = await desk.run(
			'import asyncio, sys\nasync def f(): sys.exit(3)\nt = asyncio.create_task(f())\nawait asyncio.sleep(0.02)\nprint("on")'
		);
		expect(ran).toMatchObject({ status: 'ok', stdout: 'on\n' });
		await works();
	});
});

describe('runaway recursion is an error', () => {
	test.each([
		['plain', 'def f(): f()\nf()'],
		['two functions', 'def f(): g()\ndef g(): f()\nf()'],
		['with arguments', 'def f(n, *a, **k): return f(n + 1, *a, **k)\nf(0, 1, x=2)'],
		['lambda', 'f = lambda: f()\nf()'],
		['method', 'class A:\n    def m(self): self.m()\nA().m()'],
		['__init__', 'class A:\n    def __init__(self): A()\nA()'],
		['__repr__', 'class A:\n    def __repr__(self): return repr(self)\nrepr(A())'],
		['__repr__ of the last value', 'class A:\n    def __repr__(self): return f"{self!r}"\nA()'],
		['__str__', 'class A:\n    def __str__(self): return str(self)\nprint(A())'],
		['__str__ through format', 'class A:\n    def __str__(self): return f"<{self}>"\nprint(A())'],
		['__eq__', 'class A:\n    def __eq__(self, o): return self == o\nA() == A()'],
		['__lt__', 'class A:\n    def __lt__(self, o): return self < o\nA() < A()'],
		['__hash__', 'class A:\n    def __hash__(self): return hash(self)\n{A()}'],
		['__len__', 'class A:\n    def __len__(self): return len(self)\nlen(A())'],
		['__bool__', 'class A:\n    def __bool__(self): return bool(self)\nbool(A())'],
		['__getattr__', 'class A:\n    def __getattr__(self, n): return getattr(self, n)\nA().x'],
		['__getattr__ by the dot', 'class A:\n    def __getattr__(self, n): return self.y\nA().x'],
		['__getattribute__', 'class A:\n    def __getattribute__(self, n): return self.x\nA().x'],
		['__setattr__', 'class A:\n    def __setattr__(self, n, v): self.x = v\nA().x = 1'],
		['__getitem__', 'class A:\n    def __getitem__(self, i): return self[i]\nA()[0]'],
		['__call__', 'class A:\n    def __call__(self): return self()\nA()()'],
		['__iter__', 'class A:\n    def __iter__(self): return iter(self)\nlist(A())'],
		['__contains__', 'class A:\n    def __contains__(self, x): return x in self\n1 in A()'],
		['__add__', 'class A:\n    def __add__(self, o): return self + o\nA() + A()'],
		['property', 'class A:\n    @property\n    def x(self): return self.x\nA().x'],
		['partial', 'import functools\ndef f(): functools.partial(f)()\nf()'],
		['lru_cache', 'import functools\n@functools.lru_cache\ndef f(n): return f(n + 1)\nf(0)'],
		['sorted(key=…)', 'def f(x): return sorted([x], key=f)\nf(1)'],
		['min(key=…)', 'def f(x): return min([x], key=f)\nf(1)'],
		['map', 'def f(x): return list(map(f, [x]))\nf(1)'],
		['filter', 'def f(x): return list(filter(f, [x]))\nf(1)'],
		['generator', 'def g(): yield from g()\nlist(g())'],
		['generator expression', 'def f(): return sum(f() for _ in [1])\nf()'],
		['comprehension', 'def f(): return [f() for _ in [1]]\nf()'],
		['decorator', 'def d(f):\n    def w(*a): return w(*a)\n    return w\n@d\ndef f(): pass\nf()'],
		['list ==', 'class A:\n    def __eq__(self, o): return [self] == [o]\nA() == A()'],
		['dict ==', 'class A:\n    def __eq__(self, o): return {1: self} == {1: o}\nA() == A()'],
		['in a list', 'class A:\n    def __eq__(self, o): return self in [o]\nA() == A()'],
		['exec', 'c = "exec(c)"\nexec(c)'],
		['eval', 'c = "eval(c)"\neval(c)'],
		[
			'copy',
			'import copy\nclass A:\n    def __deepcopy__(self, m): return copy.deepcopy(self)\ncopy.deepcopy(A())'
		],
		[
			'json default',
			'import json\ndef d(o): return json.dumps(o, default=d)\njson.dumps(object(), default=d)'
		],
		['re.sub', 'import re\ndef f(m): return re.sub("a", f, "a")\nre.sub("a", f, "a")'],
		['str.format', 'class A:\n    def __format__(self, s): return format(self, s)\nf"{A()}"'],
		['await', 'async def f(): await f()\nawait f()'],
		['descriptor', 'class D:\n    def __get__(self, o, t): return o.x\nclass A: x = D()\nA().x'],
		['a higher limit', 'import sys\nsys.setrecursionlimit(10**6)\ndef f(): f()\nf()'],
		[
			'a higher limit, __repr__',
			'import sys\nsys.setrecursionlimit(10**6)\nclass A:\n    def __repr__(self): return repr(self)\nA().__repr__()'
		]
	])('%s', async (_name, code) => {
		const ran = await desk.run(code);
		const text = `${ran.error?.type ?? ''} ${ran.shown[0]?.['text/plain'] ?? ''}`;
		expect(text).toContain('RecursionError');
		await works();
	});
});

describe('no memory', () => {
	test('is told, and Python lives on', async () => {
		const ran = await desk.run('x = [0] * 2**30');
		expect(ran).toMatchObject({ status: 'error', memory: true, error: { type: 'MemoryError' } });
		await works();
	});
});

const canWait = 'Suspending' in WebAssembly;

describe('a cell is begun at once', () => {
	test.runIf(canWait)('and has ended by then, unless it waits', async () => {
		const begin = (code: string) => {
			const request = JSON.stringify({ runId: 'r', cellId: 'a', code });
			return desk.bridge.start.callPromising(request, () => undefined);
		};
		expect(await begin('1 + 1')).toContain('"ok"');
		expect(await begin('async def two():\n    yield 1\n    yield 2\n[n async for n in two()]')).toContain(
			'"ok"'
		);
		expect(await begin('import asyncio\nawait asyncio.sleep(0.01)')).toBeUndefined();
		expect(await desk.bridge.unfinished()).toContain('"ok"');
	});

	test.each(canWait ? [true, false] : [false])(
		'one that waits, is stopped or leaves tasks behind does the same either way (Python can wait: %s)',
		async (waits) => {
			const either = desk.enteredBy(waits);
			const slept = 'import asyncio\nawait asyncio.sleep(0.01)\n7';
			expect(await either.run(slept)).toMatchObject({ status: 'ok', shown: [{ 'text/plain': '7' }] });
			const left =
				'async def late():\n    await asyncio.sleep(9)\n    print("late")\nleft = asyncio.create_task(late())\n8';
			expect(await either.run(left)).toMatchObject({
				status: 'ok',
				stdout: '',
				shown: [{ 'text/plain': '8' }]
			});
			expect(await either.run('left.cancelled()')).toMatchObject({ shown: [{ 'text/plain': 'True' }] });
			const stopping = either.run('await asyncio.sleep(60)');
			await new Promise((resolve) => setTimeout(resolve, 20));
			expect(either.bridge.cancel(either.lastRun)).toBe(true);
			expect(await stopping).toMatchObject({ status: 'interrupted' });
			expect(await either.run('1 / 0')).toMatchObject({ error: { type: 'ZeroDivisionError' } });
		}
	);
});

describe('Stop before the first run', () => {
	test('does not reach what Python does then', async () => {
		const early = new Desk(await loadKernel());
		early.bridge.awake('{"recursionLimit": 500}');
		early.press();
		early.bridge.prepare();
		expect(await early.run('1 + 1')).toMatchObject({ status: 'ok' });
	});
});
