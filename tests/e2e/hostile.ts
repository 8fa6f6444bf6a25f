/**
 * Every way in which a cell can refuse to end. `keeps`: the interpreter lives on, and so do the variables; `ends`: it cannot be
 * interrupted, so it is replaced, and the page says so.
 */
export const hostile: Record<string, { code: string; then: 'keeps' | 'ends' | 'either' }> = {
	'a tight loop': { code: 'while True:\n    pass', then: 'keeps' },
	'a bare except in a loop': {
		code: 'while True:\n    try:\n        n = 1\n    except:\n        pass',
		then: 'either'
	},
	'a loop in finally': {
		code: 'try:\n    while True:\n        pass\nfinally:\n    while True:\n        pass',
		then: 'either'
	},
	'a loop that swallows everything': {
		code: 'while True:\n    try:\n        while True:\n            pass\n    except BaseException:\n        pass',
		then: 'ends'
	},
	'time.sleep': { code: 'import time\ntime.sleep(60)', then: 'keeps' },
	'time.sleep in a loop with a bare except': {
		code: 'import time\nwhile True:\n    try:\n        time.sleep(60)\n    except:\n        pass',
		then: 'either'
	},
	'asyncio.sleep': { code: 'import asyncio\nawait asyncio.sleep(60)', then: 'keeps' },
	'asyncio.gather of sleepers': {
		code: 'import asyncio\nawait asyncio.gather(*(asyncio.sleep(60) for _ in range(5)))',
		then: 'keeps'
	},
	'an async loop that swallows its cancellation': {
		code: 'import asyncio\nwhile True:\n    try:\n        await asyncio.sleep(60)\n    except BaseException:\n        pass',
		then: 'either'
	},
	'a waiting input()': { code: 'name = input("name? ")', then: 'keeps' },
	'a loop in C': { code: 'sum(range(10**12))', then: 'ends' },
	'a flood of output': { code: 'while True:\n    print("x" * 200)', then: 'keeps' },
	'a flood of single letters': {
		code: 'import sys\nwhile True:\n    sys.stdout.write("o")\n    sys.stderr.write("e")',
		then: 'keeps'
	},
	'a regular expression that blows up': {
		code: 'import re\nre.match("(a+)+$", "a" * 40 + "b")',
		then: 'keeps'
	},
	'a power of big integers': { code: 'x = 7 ** (10 ** 8)\nlen(str(x))', then: 'either' },
	'sorted with a slow key': {
		code: 'sorted(range(10**6), key=lambda n: sum(range(200)))',
		then: 'keeps'
	},
	'a generator that never ends': {
		code: 'def forever():\n    while True:\n        yield 1\nsum(forever())',
		then: 'keeps'
	},
	'recursion that begins again in finally': {
		code: 'def f():\n    try:\n        f()\n    finally:\n        f()\nf()',
		then: 'either'
	},
	'itertools in C': { code: 'import itertools\nsum(itertools.repeat(1))', then: 'ends' }
};
