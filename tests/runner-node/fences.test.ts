import { spawn, type ChildProcess } from 'node:child_process';
import dgram from 'node:dgram';
import { existsSync } from 'node:fs';
import { chmod, cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import net, { type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import * as v from 'valibot';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, test, vi } from 'vitest';
import { bundle } from '../../src/lib/runner/assets/plugin';
import type { NodePool } from '$lib/runner/node/pool';
import { groupMembers, groupRuns, never, newPool, runAlone, runCell } from './pool-under-test';

const root = path.resolve(import.meta.dirname, '../..');
const isRoot = process.getuid?.() === 0;
const nobody = 65534;

/** Traps: whatever reaches one of them has got out. */
let place: string;
let caught: string[];
let tcp: net.Server;
let local: net.Server;
let udp: dgram.Socket;
let neighbour: ChildProcess;
let target: {
	port: number;
	udp: number;
	socket: string;
	folder: string;
	repository: string;
	parent: number;
	neighbour: number;
};

beforeAll(async () => {
	// Anybody may write here: a child that could leave something would.
	place = await mkdtemp(path.join(tmpdir(), 'procoder-fences-'));
	await chmod(place, 0o777);
	// The database runs as nobody, where we are root.
	neighbour = spawn('sleep', ['600'], { stdio: 'ignore', ...(isRoot ? { uid: nobody, gid: nobody } : {}) });
	const socket = path.join(place, 'socket');
	tcp = net.createServer((connection) => {
		caught.push('a TCP connection');
		connection.destroy();
	});
	local = net.createServer((connection) => {
		caught.push('a local connection');
		connection.destroy();
	});
	udp = dgram.createSocket('udp4').on('message', () => caught.push('a datagram'));
	await new Promise<void>((resolve) => tcp.listen(0, '127.0.0.1', resolve));
	await new Promise<void>((resolve) => local.listen(socket, resolve));
	await new Promise<void>((resolve) => udp.bind(0, '127.0.0.1', resolve));
	await chmod(socket, 0o777);
	target = {
		port: (tcp.address() as AddressInfo).port,
		udp: udp.address().port,
		socket,
		folder: place,
		repository: path.join(root, 'package.json'),
		parent: process.pid,
		neighbour: neighbour.pid ?? NaN
	};
});
beforeEach(() => {
	caught = [];
});
afterAll(async () => {
	neighbour.kill('SIGKILL');
	tcp.close();
	local.close();
	udp.close();
	await rm(place, { recursive: true, force: true });
});

const leftBehind = async (): Promise<string[]> =>
	[...(await readdir(place)), ...(await readdir('/tmp'))].filter((name) => name.includes('marker'));

test('the traps work', async () => {
	await new Promise<void>((resolve) => net.connect(target.port, '127.0.0.1').on('close', () => resolve()));
	await new Promise<void>((resolve) => net.connect(target.socket).on('close', () => resolve()));
	const sender = dgram.createSocket('udp4');
	await new Promise<void>((resolve) => sender.send('x', target.udp, '127.0.0.1', () => resolve()));
	await vi.waitUntil(() => caught.length === 3);
	sender.close();
	expect(caught.toSorted()).toEqual(['a TCP connection', 'a datagram', 'a local connection']);
});

const Attempted = v.object({
	managed: v.record(v.string(), v.string()),
	refused: v.record(v.string(), v.string()),
	facts: v.object({
		user: v.tuple([v.number(), v.number(), v.array(v.number())]),
		environment: v.array(v.string()),
		interfaces: v.unknown()
	})
});

/** A runner's folder in which the child's code is the intruder's. */
async function intruderFolder(): Promise<string> {
	const folder = await mkdtemp(path.join(tmpdir(), 'procoder-intruder-'));
	await cp(inject('runnerFolder'), folder, { recursive: true });
	const { code } = await bundle(root, path.join(import.meta.dirname, 'intruder.ts'), 'es');
	await writeFile(
		path.join(folder, 'child.mjs'),
		code.replace('@TARGET@', () => JSON.stringify(target))
	);
	return folder;
}

describe.each([
	['with what the system offers', {}],
	['with Node’s permissions alone', { namespaces: false as const }]
])('an intruder with all of Node in hand, %s', (_name, options) => {
	let folder: string;
	let pool: NodePool;
	beforeAll(async () => {
		folder = await intruderFolder();
		pool = newPool({ folder, size: 2, ...options });
	});
	afterAll(async () => {
		await pool.close();
		await rm(folder, { recursive: true, force: true });
	});

	test('gets at nothing', async (context) => {
		const state = await pool.state();
		expect(state.ok, JSON.stringify(state)).toBe(true);
		if (!state.ok) return;
		const { text } = await runAlone(pool, 'attempt', { limitMs: 40_000 });
		const { managed, refused, facts } = v.parse(Attempted, JSON.parse(text));
		const apart = state.namespaces
			? []
			: isRoot
				? []
				: ['signal the parent', 'signal another process of the machine', 'wake the debugger of the parent'];
		console.log(
			`Fences: namespaces ${state.namespaces ? 'yes' : 'no'}, user ${facts.user[0]}, ${Object.keys(refused).length} attempts refused`
		);
		// A process of the same user can signal us where neither another user nor a namespace is between us.
		expect(
			Object.keys(managed).filter((name) => !apart.includes(name)),
			text
		).toEqual([]);
		expect(Object.keys(refused).length).toBeGreaterThan(25);
		// Ours is not there; the shell adds where it is.
		const shell = ['PWD', 'OLDPWD', 'SHLVL', '_'];
		expect(facts.environment.filter((name) => !shell.includes(name))).toEqual(['LC_ALL', 'PATH', 'TZ']);
		expect(caught).toEqual([]);
		expect(await leftBehind()).toEqual([]);
		if (!isRoot) return context.skip('not root: there is no other user to hand the process to');
		const [uid, gid, groups] = facts.user;
		// In a namespace of its own it cannot even see who it is: the system says `nobody`.
		expect(state.namespaces ? uid === nobody : uid >= 65_520 && uid < nobody, String(uid)).toBe(true);
		expect([gid, groups]).toEqual([uid, [uid]]);
	});

	test('cannot take all memory', async () => {
		const outside = await runAlone(pool, 'eat', { limitMs: 30_000 });
		expect(Number(outside.text)).toBeGreaterThan(0);
		expect(Number(outside.text)).toBeLessThan(2 * 1024 * 1024 * 1024);
		// V8 ends at its limit, or has only collecting garbage left to do until its time is up.
		const inside = await runAlone(pool, 'eat the heap', { limitMs: 15_000 });
		expect(['crashed', 'timeout']).toContain(inside.end.status);
	});

	test.each(['flood', 'flood in small pieces', 'one long line'])('cannot flood us: %s', async (code) => {
		const before = process.memoryUsage().rss;
		const { end, text } = await runAlone(pool, code, { limitMs: 30_000 });
		expect(end.status).toBe('crashed');
		expect(text.length).toBeLessThanOrEqual(1024 * 1024);
		expect(process.memoryUsage().rss - before).toBeLessThan(400 * 1024 * 1024);
	});

	test('cannot make us believe what does not fit', async () => {
		const { end, outputs } = await runAlone(pool, 'forge', { limitMs: 10_000 });
		expect(outputs).toEqual([]);
		expect(end.status).toBe('crashed');
	});
});

/** What Python can lay hands on of JavaScript, past what the kernel hides from cells. */
const reach = `
import sys, gc
def found(name):
    for one in gc.get_objects():
        try:
            if type(one) is type(sys) and getattr(one, '__name__', '') == name: return one
        except BaseException: pass
for name in ('js', 'pyodide_js'):
    if sys.modules.get(name) is None: sys.modules.pop(name, None)
try: import js
except BaseException: js = found('js')
try: import pyodide_js
except BaseException: pyodide_js = found('pyodide_js')
`;

describe('Python', () => {
	let pool: NodePool;
	beforeAll(() => {
		pool = newPool();
	});
	afterAll(() => pool.close());

	const tries: Record<string, string> = {
		'a socket': `import socket\nsocket.create_connection(('127.0.0.1', @PORT@), 1)`,
		urllib: `import urllib.request\nurllib.request.urlopen('http://127.0.0.1:@PORT@/')`,
		'fetch through js': `${reach}\nawait js.fetch('http://127.0.0.1:@PORT@/')`,
		XMLHttpRequest: `${reach}\njs.XMLHttpRequest.new()`,
		WebSocket: `${reach}\njs.WebSocket.new('ws://127.0.0.1:@PORT@/')`,
		'a process by js': `${reach}\njs.process.pid`,
		'a process by code from text': `${reach}\npyodide_js._api.constructor.constructor('return process')()`,
		'code from text': `from pyodide.code import run_js\nrun_js('process')`,
		'code from text by js': `${reach}\njs.Function.new('return 1')()`,
		'Node’s files through a stream': `${reach}
hidden = js.Object.getOwnPropertySymbols(pyodide_js.FS.streams[0].stream_ops)
pyodide_js.FS.streams[0].devops.stream`,
		'a folder of the host': `${reach}\npyodide_js.mountNodeFS('/host', '/etc')\nopen('/host/passwd').read()`,
		'the file system NODEFS': `${reach}
pyodide_js.FS.mkdir('/host')
pyodide_js.FS.mount(pyodide_js.FS.filesystems.NODEFS, js.Object.fromEntries([['root', '/etc']]), '/host')
open('/host/passwd').read()`,
		'/etc/passwd': `open('/etc/passwd').read()`,
		'the repository': `open('@REPOSITORY@').read()`,
		'a package by its address': `${reach}\nawait pyodide_js.loadPackage('http://127.0.0.1:@PORT@/x-1-py3-none-any.whl')\nimport x`,
		require: `${reach}\njs.require('fs')`,
		'Buffer, global and the rest of Node': `${reach}\n[getattr(js, name) for name in ('Buffer', 'global', 'BroadcastChannel', 'Worker')]`,
		'the console’s streams': `${reach}\njs.console._stdout.write('x')`,
		'os.system': `import os\nassert os.system('touch @FOLDER@/marker-system') == 0`,
		subprocess: `import subprocess\nsubprocess.run(['touch', '@FOLDER@/marker-run'], check=True)`,
		'os.fork': `import os\nos.fork()`,
		'os.kill of the parent': `import os\nos.kill(@PARENT@, 15)\nassert False`,
		threads: `import threading\nthreading.Thread(target=print).start()`
	};
	test.each(Object.entries(tries))('%s: refused', async (_name, code) => {
		const filled = code
			.replaceAll('@PORT@', String(target.port))
			.replaceAll('@REPOSITORY@', target.repository)
			.replaceAll('@FOLDER@', target.folder)
			.replaceAll('@PARENT@', String(target.parent));
		const group = pool.group(never);
		const { end, text } = await runCell(group, filled, { limitMs: 40_000 });
		expect(['error', 'crashed'], `${end.status} ${text}`).toContain(end.status);
		// Refused for what it tried, not because the test's own code is wrong.
		expect(end.error?.type).not.toBe('SyntaxError');
		expect(end.error?.message ?? '').not.toContain("name 'js' is not defined");
		expect(caught).toEqual([]);
		expect(await leftBehind()).toEqual([]);
		expect((await runCell(group, '6 * 7')).text).toBe('42');
		group.close();
	});

	test('files that Python writes are its own', async () => {
		const file = `${target.folder}/marker-python`;
		const code = `import os\nos.makedirs('${target.folder}', exist_ok=True)\nopen('${file}', 'w').write('x')\nopen('${file}').read()`;
		expect((await runAlone(pool, code)).text).toBe("'x'");
		expect(existsSync(file)).toBe(false);
	});
});

describe('the realm', () => {
	let folder: string;
	let pool: NodePool;
	beforeAll(async () => {
		folder = await mkdtemp(path.join(tmpdir(), 'procoder-leak-'));
		await cp(inject('runnerFolder'), folder, { recursive: true });
		// As if Python had found both: the hidden process, and something that imports what it is told to.
		const leak = `import hidden from 'node:process';\nglobalThis.hidden = hidden;\nglobalThis.load = (name) => import(name);\n`;
		const code = await readFile(path.join(folder, 'child.mjs'), 'utf8');
		await writeFile(path.join(folder, 'child.mjs'), `${code}\n${leak}`);
		pool = newPool({ folder, size: 1 });
	});
	afterAll(async () => {
		await pool.close();
		await rm(folder, { recursive: true, force: true });
	});

	test('has nothing to import', async () => {
		const code = `${reach}
outcomes = []
for name in ('node:fs', 'fs', 'node:child_process', 'file:///etc/passwd', 'data:text/javascript,export default 1'):
    try:
        await js.load(name)
        outcomes.append('imported ' + name)
    except BaseException as problem: outcomes.append('Nothing can be imported here' in str(problem))
outcomes`;
		expect((await runAlone(pool, code, { limitMs: 20_000 })).text).toBe('[True, True, True, True, True]');
	});

	test('has a process that can do nothing to others', async () => {
		const code = `${reach}
powers = ('kill', '_kill', '_debugProcess', 'binding', '_linkedBinding', 'dlopen', 'execve', 'getBuiltinModule', 'abort', 'env', 'stdout', 'report')
[js.hidden.pid > 0, [name for name in powers if getattr(js.hidden, name, None) is not None]]`;
		expect((await runAlone(pool, code, { limitMs: 20_000 })).text).toBe('[True, []]');
	});
});

describe('a parent that dies', () => {
	let program: string;
	let home: string;
	beforeAll(async () => {
		home = await mkdtemp(path.join(tmpdir(), 'procoder-parent-'));
		await chmod(home, 0o755);
		program = path.join(home, 'parent.mjs');
		await writeFile(program, (await bundle(root, path.join(import.meta.dirname, 'parent.ts'), 'es')).code);
	});
	afterAll(() => rm(home, { recursive: true, force: true }));

	const start = (
		folder: string,
		codes: string[],
		user: { uid: number; gid: number } | object = {}
	): { child: ChildProcess; lines: Record<string, unknown>[]; errors: string[] } => {
		const child = spawn(process.execPath, [program, folder, ...codes], {
			cwd: '/',
			stdio: ['ignore', 'pipe', 'pipe'],
			...user
		});
		const lines: Record<string, unknown>[] = [];
		const errors: string[] = [];
		createInterface(child.stdout).on('line', (line) => {
			lines.push(JSON.parse(line) as Record<string, unknown>);
		});
		createInterface(child.stderr).on('line', (line) => errors.push(line));
		return { child, lines, errors };
	};

	test('by SIGKILL takes its children with it, busy as they are', async () => {
		const busy = ['while True: pass', 'sum(range(10**12))', 'import time\ntime.sleep(60)'];
		const { child, lines, errors } = start(inject('runnerFolder'), busy);
		const pids = (): number[] => [
			...new Set(lines.flatMap((line) => ('pids' in line ? (line['pids'] as number[]) : [])))
		];
		await vi.waitUntil(() => lines.filter((line) => 'pids' in line).length === 3, { timeout: 40_000 });
		await new Promise((resolve) => setTimeout(resolve, 300));
		expect(errors).toEqual([]);
		const members = pids().flatMap(groupMembers);
		expect(pids().filter(groupRuns)).toHaveLength(3);
		expect(members.length).toBeGreaterThanOrEqual(6);
		child.kill('SIGKILL');
		await vi.waitUntil(() => !pids().some(groupRuns), { timeout: 5_000, interval: 20 });
		expect(pids().flatMap(groupMembers)).toEqual([]);
	});

	test('and one that is an ordinary user has the same pool', async (context) => {
		if (!isRoot) return context.skip('not root: every other test here was by an ordinary user');
		const theirs = path.join(home, 'runner');
		await cp(inject('runnerFolder'), theirs, { recursive: true });
		await chmod(theirs, 0o755);
		for (const name of await readdir(theirs)) await chmod(path.join(theirs, name), 0o644);
		const { child, lines, errors } = start(theirs, ['print(6 * 7)', 'open("/etc/passwd")'], {
			uid: nobody,
			gid: nobody
		});
		await new Promise((resolve) => child.once('close', resolve));
		if (errors.some((line) => line.includes('EACCES'))) {
			return context.skip('Node lies where an ordinary user cannot run it');
		}
		expect(errors).toEqual([]);
		expect(lines[0]).toMatchObject({ ok: true, started: 'snapshot' });
		expect(lines).toContainEqual({ part: { kind: 'stdout', text: '42\n' } });
		expect(lines.filter((line) => 'end' in line)).toHaveLength(2);
		expect(JSON.stringify(lines)).toContain('FileNotFoundError');
	});
});
