/* eslint-disable -- it does what nothing of ours may do */
// Stands in for the child's code, as if somebody had broken out of Python and out of the realm: all of Node is here. It answers a
// run with what it managed to do, as JSON. `@…@` is filled in by the test.
import cp from 'node:child_process';
import dgram from 'node:dgram';
import fs from 'node:fs';
import http2 from 'node:http2';
import inspector from 'node:inspector';
import net from 'node:net';
import os from 'node:os';
import v8 from 'node:v8';
import vm from 'node:vm';
import { Worker } from 'node:worker_threads';

const target = JSON.parse('@TARGET@');
const marker = (name: string): string => `${target.folder}/marker-${name}`;
const say = (message: object): unknown => fs.writeSync(1, `${JSON.stringify(message)}\n`);

const soon = (start: (done: (how: string) => void) => void): Promise<string> =>
	new Promise((resolve, reject) => {
		setTimeout(() => reject(new Error('no answer')), 1_500);
		start(resolve);
	});

/** Each tries one thing, and throws or rejects where it is refused. */
const attempts: Record<string, () => unknown> = {
	'connect by net': () =>
		soon((done) =>
			net
				.connect(target.port, '127.0.0.1', () => done('connected'))
				.on('error', (e) => done(`refused ${e.message}`))
		),
	'connect by fetch': () => fetch(`http://127.0.0.1:${target.port}/`),
	'connect by WebSocket': () =>
		soon((done) => {
			const socket = new WebSocket(`ws://127.0.0.1:${target.port}/`);
			socket.onopen = () => done('open');
			socket.onerror = () => done('refused');
		}),
	'connect by http2': () =>
		soon((done) =>
			http2
				.connect(`http://127.0.0.1:${target.port}`, () => done('connected'))
				.on('error', (e) => done(`refused ${e.message}`))
		),
	'connect to a local socket': () =>
		soon((done) =>
			net.connect(target.socket, () => done('connected')).on('error', (e) => done(`refused ${e.message}`))
		),
	'send by UDP': () =>
		soon((done) =>
			dgram
				.createSocket('udp4')
				.send('x', target.udp, '127.0.0.1', (e) => done(e ? `refused ${e.message}` : 'sent'))
		),
	listen: () =>
		soon((done) =>
			net
				.createServer()
				.listen(0, () => done('listening'))
				.on('error', (e) => done(`refused ${e.message}`))
		),
	'read /etc/passwd': () => fs.readFileSync('/etc/passwd', 'utf8').length,
	'read the repository': () => fs.readFileSync(target.repository, 'utf8').length,
	'read an environment': () => fs.readFileSync('/proc/1/environ', 'utf8').length,
	'list /': () => fs.readdirSync('/'),
	'read its own program': () => fs.statSync(process.execPath).size,
	'write a file': () => fs.writeFileSync(marker('write'), 'x'),
	'write to /tmp': () => fs.writeFileSync(`/tmp/procoder-marker-${process.pid}`, 'x'),
	'make a folder': () => fs.mkdtempSync('/tmp/procoder-marker-'),
	'write into a file that it was handed': () => {
		for (let fd = 5; fd < 16; fd += 1) {
			try {
				fs.writeSync(fd, 'x', 0);
				return `wrote to ${fd}`;
			} catch {
				// As it should be.
			}
		}
		throw new Error('refused');
	},
	'write a heap snapshot': () => v8.writeHeapSnapshot(marker('heap')),
	'write a report': () => process.report.writeReport(marker('report')),
	spawn: () => {
		const { error, status } = cp.spawnSync('touch', [marker('spawn')]);
		if (error) throw error;
		return status;
	},
	'become another program': () => process.execve?.('/usr/bin/touch', ['touch', marker('execve')], {}),
	'start a thread': () =>
		soon((done) =>
			new Worker('1', { eval: true }).on('online', () => done('online')).on('error', () => done('refused'))
		),
	'load native code': () => process.dlopen({ exports: {} }, '/lib/x86_64-linux-gnu/libc.so.6'),
	'reach the bindings': () => Reflect.get(process, 'binding').call(process, 'spawn_sync'),
	'open the inspector': () => inspector.open(0),
	'become root': () => process.setuid?.(0),
	'signal the parent': () => process.kill(target.parent, 0),
	'signal another process of the machine': () => process.kill(target.neighbour, 0),
	'wake the debugger of the parent': () => Reflect.get(process, '_debugProcess').call(process, target.parent),
	'make code from text': () => Function('return 1')(),
	'make code from text by eval': () => (0, eval)('1')
};

/** What it is and sees. */
const told: Record<string, () => unknown> = {
	user: () => [os.userInfo.name && process.getuid?.(), process.getgid?.(), process.getgroups?.()],
	environment: () => Object.keys(Reflect.get(process, 'env') as object).sort(),
	interfaces: () => Object.keys(os.networkInterfaces()),
	contexts: () => vm.runInNewContext('1 + 1')
};

async function attempt() {
	const managed: Record<string, string> = {};
	const refused: Record<string, string> = {};
	for (const [name, act] of Object.entries(attempts)) {
		try {
			const result = String(JSON.stringify((await act()) ?? null));
			if (result.startsWith('"refused')) refused[name] = result;
			else managed[name] = result;
		} catch (error) {
			refused[name] = String(error);
		}
	}
	const facts: Record<string, unknown> = {};
	for (const [name, tell] of Object.entries(told)) {
		try {
			facts[name] = tell();
		} catch (error) {
			facts[name] = String(error);
		}
	}
	return { managed, refused, facts };
}

/** How many bytes outside of the heap it could have. */
function eat() {
	const eaten: Uint8Array[] = [];
	try {
		while (eaten.length < 128) eaten.push(new Uint8Array(64 * 1024 * 1024).fill(1));
	} catch {
		// As it should be.
	}
	return String(eaten.length * 64 * 1024 * 1024);
}

process.on('uncaughtException', () => undefined);
process.on('unhandledRejection', () => undefined);
let rest = '';
process.stdin.setEncoding('utf8').on('data', async (chunk: string) => {
	rest += chunk;
	while (rest.includes('\n')) {
		const message = JSON.parse(rest.slice(0, rest.indexOf('\n')));
		rest = rest.slice(rest.indexOf('\n') + 1);
		const { id, code } = message;
		if (message.type === 'boot') say({ type: 'ready', python: 'none', started: 'plain' });
		if (message.type !== 'run') continue;
		let text = '';
		if (code === 'attempt') text = JSON.stringify(await attempt());
		if (code === 'eat') text = eat();
		if (code === 'eat the heap')
			for (const eaten: unknown[] = []; ;) eaten.push(new Array(100_000).fill(eaten.length));
		if (code === 'flood')
			for (;;) say({ type: 'output', id, parts: [{ kind: 'stdout', text: 'x'.repeat(100_000) }] });
		if (code === 'flood in small pieces') for (;;) say({ type: 'junk' });
		if (code === 'one long line') for (;;) fs.writeSync(1, 'x'.repeat(100_000));
		if (code === 'forge') {
			say({ type: 'run-end', id: 'another', end: '{}', truncated: 0, files: 0, wear: 'fresh' });
			say({ type: 'output', id, parts: [{ kind: 'stdout', text: 'x'.repeat(2_000_000) }] });
			say({ type: 'output', id, parts: [{ kind: 'display', text: '<b>' }] });
			say({ type: 'display', id, bundle: '{"text/plain":1}' });
			say({ type: 'reply', id, result: '{"ok":true,"result":1}', wear: 'fresh' });
			fs.writeSync(1, 'not JSON\n\n[]\nnull\n');
			say({ type: 'run-end', id, end: '{"status":"crashed"}', truncated: 0, files: 0, wear: 'fresh' });
			continue;
		}
		if (text !== '') say({ type: 'output', id, parts: [{ kind: 'stdout', text }] });
		say({
			type: 'run-end',
			id,
			end: '{"status":"ok","durationMs":1}',
			truncated: 0,
			files: 0,
			wear: 'fresh'
		});
	}
});
