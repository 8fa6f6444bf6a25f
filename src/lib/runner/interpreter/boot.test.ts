import { beforeEach, describe, expect, test, vi } from 'vitest';
import { bootInterpreter, type Parts } from './boot';

/** The order of events in a boot, with a Pyodide that does what a test needs: a real one dies of a snapshot too seldom. */
const { loadPyodide } = vi.hoisted(() => ({ loadPyodide: vi.fn() }));
vi.mock('pyodide', () => ({ loadPyodide }));
vi.mock('pyodide/pyodide.asm.mjs', () => ({ default: () => undefined }));

const megabyte = 1024 * 1024;
type Api = { on_fatal?: (error: unknown) => void };

function fakePyodide(awake: (api: Api) => void, runs = true) {
	const api: Api = {};
	return {
		api,
		_api: api,
		_module: { stackSave: () => 10 * megabyte, HEAP8: { length: 50 * megabyte } },
		FS: {},
		unpackArchive: () => undefined,
		pyimport: () => ({ awake: () => awake(api), start: { callPromising: () => Promise.resolve('') } }),
		runPython: () => 'Python 3.14.2',
		runPythonAsync: () => (runs ? Promise.resolve(true) : new Promise(() => undefined))
	};
}

const parts: Parts = {
	indexURL: '',
	stdLibURL: '',
	lock: '',
	archive: new Uint8Array(),
	snapshot: new Uint8Array(1)
};
const die = (api: Api): void => api.on_fatal?.(new Error('memory access out of bounds'));

beforeEach(() => {
	loadPyodide.mockReset();
});

describe('a snapshot that kills the interpreter', () => {
	test.each([
		['and throws', true],
		['and never answers', false]
	])('%s costs its advantage, no more', async (_name, throws) => {
		const dead = fakePyodide((api) => {
			die(api);
			if (throws) throw new Error('already fatally failed');
		}, false);
		const plain = fakePyodide(() => undefined);
		loadPyodide.mockResolvedValueOnce(dead).mockResolvedValueOnce(plain);
		const onFatal = vi.fn();
		expect((await bootInterpreter(parts, onFatal)).started).toBe('plain');
		expect(onFatal).not.toHaveBeenCalled();
		die(dead.api);
		expect(onFatal).not.toHaveBeenCalled();
		die(plain.api);
		expect(onFatal).toHaveBeenCalledExactlyOnceWith('Error: memory access out of bounds');
	});

	test('a plain boot that dies is told once, by rejecting', async () => {
		loadPyodide.mockImplementation(() => Promise.resolve(fakePyodide(die, false)));
		const onFatal = vi.fn();
		await expect(bootInterpreter(parts, onFatal)).rejects.toThrow('out of bounds');
		expect(onFatal).not.toHaveBeenCalled();
	});
});

describe('wear', () => {
	/** As after so many megabytes of stack that were left behind, and with a heap of that size. */
	async function worn(stackMb: number, heapMb: number): Promise<string> {
		const pyodide = fakePyodide(() => undefined);
		loadPyodide.mockResolvedValue(pyodide);
		const python = await bootInterpreter(parts, () => undefined);
		expect(python.wear()).toBe('fresh');
		pyodide._module.stackSave = () => (10 - stackMb) * megabyte;
		pyodide._module.HEAP8.length = heapMb * megabyte;
		return python.wear();
	}

	test.each([
		[0.9, 199, 'fresh'],
		[1, 50, 'worn'],
		[4.9, 50, 'worn'],
		[5, 50, 'spent'],
		[9, 50, 'spent'],
		[0, 200, 'worn'],
		[0, 400, 'memory'],
		[9, 400, 'memory']
	])('%d MB of stack and %d MB of heap: %s', async (stackMb, heapMb, wear) => {
		expect(await worn(stackMb, heapMb)).toBe(wear);
	});
});
