import { spawn, type ChildProcess } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { createServer, type AddressInfo } from 'node:net';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, expect, it, onTestFinished, vi } from 'vitest';
import { bundle } from './bundle';

/**
 * The real `serve.ts`, beside a handler of ours in place of the adapter's: `/slow` answers after 400 ms, `/hang` never, anything
 * else says what arrived; both say that they were asked. It starts for START_MS, and stops for 200 ms.
 */
const handler = `
await new Promise((resolve) => setTimeout(resolve, Number(process.env.START_MS ?? 10)));
if (process.env.FAIL === 'people') throw Object.assign(new Error('Do this and that.'), { name: 'StartError' });
if (process.env.FAIL === 'bug') throw new TypeError('oops');
process.on('sveltekit:shutdown', (reason, waitFor) => waitFor(
	new Promise((resolve) => setTimeout(resolve, 200)).then(() => console.log('app closed', reason))
));
export const handler = (request, response, next) => {
	if (request.url === '/hang' || request.url === '/slow') console.log('asked', request.url);
	if (request.url === '/hang') return;
	if (request.url === '/nothing') return next();
	const say = () => response.end(JSON.stringify({
		protocol: request.headers[process.env.PROTOCOL_HEADER], limit: process.env.BODY_SIZE_LIMIT
	}));
	if (request.url === '/slow') setTimeout(say, 400); else say();
};`;

vi.setConfig({ testTimeout: 120_000 });

let file: string;
beforeAll(async () => {
	file = await bundle('src/cli/serve.ts');
	await writeFile(path.join(path.dirname(file), 'handler.js'), handler);
});

type Served = {
	child: ChildProcess;
	lines: string[];
	ended: Promise<number | null>;
	says: (text: RegExp) => Promise<string>;
};

function serve(env: Record<string, string>): Served {
	const child = spawn(process.execPath, [file], {
		stdio: ['ignore', 'pipe', 'pipe'],
		env: { PATH: process.env['PATH'], PORT: '0', ...env }
	});
	onTestFinished(() => void child.kill('SIGKILL'));
	const lines: string[] = [];
	for (const stream of [child.stdout, child.stderr]) {
		stream.on('data', (chunk: Buffer) => lines.push(...chunk.toString().split('\n').filter(Boolean)));
	}
	const ended = new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)));
	const says = async (text: RegExp): Promise<string> => {
		for (let waited = 0; waited < 60_000; waited += 20) {
			const found = lines.find((line) => text.test(line));
			if (found !== undefined) return found;
			await sleep(20);
		}
		throw new Error(`It never said ${text}, but:\n${lines.join('\n')}`);
	};
	return { child, lines, ended, says };
}

async function ready(served: Served): Promise<string> {
	const line = await served.says(/^ProCoder is ready at http:\/\/localhost:\d+$/);
	return line.replace('ProCoder is ready at ', '');
}

async function freePort(): Promise<number> {
	const server = createServer().listen(0, '127.0.0.1');
	await new Promise((resolve) => server.once('listening', resolve));
	const { port } = server.address() as AddressInfo;
	await new Promise((resolve) => server.close(resolve));
	return port;
}

/** The first answer on that port, which comes before the app has started. */
const waitForStart = (port: number): Promise<Response> =>
	vi.waitFor(() => fetch(`http://localhost:${port}/`), { timeout: 60_000, interval: 5 });

it('says where it is ready, and tells the handler that this is plain HTTP', async () => {
	const served = serve({});
	const address = await ready(served);
	const response = await fetch(address, { headers: { 'x-procoder-protocol': 'https' } });
	expect(await response.json()).toEqual({ protocol: 'http', limit: String(4 * 1024 * 1024 + 1024) });
	// Static files do not pass through the hooks.
	expect(response.headers.get('x-content-type-options')).toBe('nosniff');
	expect(response.headers.get('cross-origin-embedder-policy')).toBe('require-corp');
	expect((await fetch(`${address}/runner`)).headers.get('cross-origin-resource-policy')).toBeNull();
	expect((await fetch(`${address}/nothing`)).status).toBe(404);
});

it('answers to no other name', async () => {
	const served = serve({});
	const { port } = new URL(await ready(served));
	const status = await new Promise<number | undefined>((resolve, reject) => {
		request({ host: '127.0.0.1', port, headers: { host: 'evil.example' } }, (response) =>
			resolve(response.statusCode)
		)
			.on('error', reject)
			.end();
	});
	expect(status).toBe(403);
});

it('takes the port first: a 503 while it starts', async () => {
	const port = await freePort();
	serve({ PORT: String(port), START_MS: '5000' });
	const response = await waitForStart(port);
	expect(response.status).toBe(503);
	expect(response.headers.get('retry-after')).toBe('2');
});

it('says what to do when the port is taken', async () => {
	const server = createServer().listen(0, '127.0.0.1');
	await new Promise((resolve) => server.once('listening', resolve));
	onTestFinished(() => void server.close());
	const { port } = server.address() as AddressInfo;
	const served = serve({ PORT: String(port) });
	expect(await served.ended).toBe(1);
	expect(served.lines).toEqual([
		`ProCoder cannot start. Port ${port} is taken. If ProCoder is running already, open http://localhost:${port}. Otherwise choose another port: PORT=${port + 1} npm start`
	]);
});

it.each([
	[{ PORT: 'x' }, /^ProCoder cannot start\. PORT is "x", but should be a whole number/],
	[
		{ HOST: '203.0.113.7' },
		/^ProCoder cannot start\. HOST is "203\.0\.113\.7", but this machine has no such address/
	],
	[{ FAIL: 'people' }, /^ProCoder cannot start\. Do this and that\.$/],
	[{ FAIL: 'bug' }, /^ProCoder cannot start: TypeError: oops$/]
])('ends with what is wrong: %j', async (env, message) => {
	const served = serve(env);
	expect(await served.ended).toBe(1);
	expect(served.lines[0]).toMatch(message);
});

it('warns when the network can reach it', async () => {
	const served = serve({ HOST: '0.0.0.0' });
	await served.says(/^HOST is 0\.0\.0\.0: everyone on the network can reach this, and without TLS/);
	expect(await ready(served)).toMatch(/^http:\/\/localhost:/);
});

it.each(['SIGINT', 'SIGTERM'] as const)(
	'on %s lets requests end, then closes the app, then ends',
	async (signal) => {
		const served = serve({});
		const address = await ready(served);
		const slow = fetch(`${address}/slow`);
		await served.says(/^asked/);
		served.child.kill(signal);
		expect((await slow).status).toBe(200);
		expect(await served.ended).toBe(0);
		expect(served.lines.slice(-2)).toEqual(['Stopping …', `app closed ${signal}`]);
	}
);

it('does not wait for requests that hang', async () => {
	const served = serve({});
	const hanging = fetch(`${await ready(served)}/hang`).catch(() => 'cut');
	await served.says(/^asked/);
	served.child.kill('SIGTERM');
	expect(await served.ended).toBe(0);
	expect(await hanging).toBe('cut');
});

it('stops while it still starts, with what has been started', async () => {
	const port = await freePort();
	const served = serve({ PORT: String(port), START_MS: '5000' });
	await waitForStart(port);
	served.child.kill('SIGTERM');
	expect(await served.ended).toBe(0);
	expect(served.lines).toContain('Stopping …');
	expect(served.lines.at(-1)).toBe('app closed SIGTERM');
});

it('ends at once on a second signal', async () => {
	const served = serve({});
	const hanging = fetch(`${await ready(served)}/hang`).catch(() => 'cut');
	await served.says(/^asked/);
	served.child.kill('SIGINT');
	await served.says(/^Stopping/);
	served.child.kill('SIGINT');
	expect(await served.ended).toBe(130);
	expect(await hanging).toBe('cut');
});
