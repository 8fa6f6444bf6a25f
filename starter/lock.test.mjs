import { existsSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { withLock } from './lock.mjs';

/** @type {string} */
let folder;
/** @type {string} */
let file;

beforeEach(() => {
	folder = mkdtempSync(path.join(tmpdir(), 'procoder-lock-'));
	file = path.join(folder, 'install.lock');
});
afterEach(() => {
	rmSync(folder, { recursive: true, force: true });
});

const here = hostname();

it('lets one work at a time and tells the other who it is', async () => {
	/** @type {string[]} */
	const events = [];
	/** @type {number[]} */
	const waitedFor = [];
	/** @param {string} name @param {number} pid */
	const worker = (name, pid) =>
		withLock(
			file,
			async () => {
				events.push(`${name} in`);
				await new Promise((resolve) => setTimeout(resolve, 60));
				events.push(`${name} out`);
			},
			{ pollMs: 5, me: { pid, host: here }, waiting: (owner) => waitedFor.push(owner.pid) }
		);
	// Both numbers are of living processes: this one's and its parent's.
	await Promise.all([worker('a', process.pid), worker('b', process.ppid)]);
	expect(events).toEqual(['a in', 'a out', 'b in', 'b out']);
	expect(new Set(waitedFor)).toEqual(new Set([process.pid]));
	expect(readdirSync(folder)).toEqual([]);
});

it('takes over from a process that is gone', async () => {
	// No process has this number: it is above the largest that Linux and macOS give.
	writeFileSync(file, JSON.stringify({ pid: 2 ** 30, host: here }));
	expect(await withLock(file, () => Promise.resolve('done'), { pollMs: 5 })).toBe('done');
	expect(existsSync(file)).toBe(false);
});

it('takes over from another machine only when its holder has long been silent', async () => {
	writeFileSync(file, JSON.stringify({ pid: 1, host: 'elsewhere' }));
	let waited = 0;
	const done = withLock(file, () => Promise.resolve('done'), {
		pollMs: 5,
		waiting: () => {
			waited += 1;
			if (waited === 3) utimesSync(file, new Date(0), new Date(0));
		}
	});
	expect(await done).toBe('done');
	expect(waited).toBeGreaterThanOrEqual(3);
});

it('is released when the work fails', async () => {
	await expect(withLock(file, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
	expect(existsSync(file)).toBe(false);
});
