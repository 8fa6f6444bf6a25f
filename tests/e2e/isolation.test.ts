import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Cell, expect, openLesson, test } from './lesson-page';

/** Ways out that Python could try. Each must fail, and none may become a request. */
const attempts: Record<string, string> = {
	'fetch to the server': `import js
await js.fetch(PREFIX + "/api/v1/health?probe")`,
	'fetch without CORS': `import js
from pyodide.ffi import to_js
await js.fetch(PREFIX + "/api/v1/health?probe", to_js({"mode": "no-cors", "method": "POST"}, dict_converter=js.Object.fromEntries))`,
	pyfetch: `from pyodide.http import pyfetch
await pyfetch(PREFIX + "/api/v1/health?probe")`,
	XMLHttpRequest: `import js
request = js.XMLHttpRequest.new()
request.open("GET", PREFIX + "/api/v1/health?probe", False)
request.send()`,
	urllib: `import urllib.request
urllib.request.urlopen(PREFIX + "/api/v1/health?probe").read()`,
	'a WebSocket': `import js
socket = js.WebSocket.new(PREFIX.replace("http", "ws") + "/probe")
import asyncio
await asyncio.sleep(0.3)
assert socket.readyState == 1, "not connected"`,
	'a nested worker': `import js
js.Worker.new("data:text/javascript,fetch('" + PREFIX + "/api/v1/health?probe')")
import asyncio
await asyncio.sleep(0.3)
raise OSError("no answer can come")`,
	'importing a script': `from pyodide.code import run_js
await run_js("import('" + PREFIX + "/probe.js')")`,
	cookies: `import js
print(js.document.cookie)`,
	'local storage': `import js
print(js.localStorage.length)`,
	IndexedDB: `import js
import asyncio
opened = js.indexedDB.open("probe")
await asyncio.sleep(0.3)
assert opened.readyState == "done" and opened.result is not None`,
	'the cache storage': `import js
await js.caches.open("probe")`,
	'the page': `import js
print(js.parent.document.title)`,
	'a broadcast channel': `import js
print(js.window.frames.length)`
};

/** A server that lets everybody in, and counts who came: what reaches it got out of the runner. */
async function openTrap(): Promise<{ server: Server; address: string; caught: string[] }> {
	const caught: string[] = [];
	const server = createServer((request, response) => {
		caught.push(`${request.method} ${request.url}`);
		response.writeHead(200, {
			'access-control-allow-origin': '*',
			'cross-origin-resource-policy': 'cross-origin',
			'content-type': 'text/html'
		});
		response.end('<!doctype html><title>Trap</title>');
	});
	server.on('upgrade', (request, socket) => {
		caught.push(`upgrade ${request.url}`);
		socket.destroy();
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	return { server, address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, caught };
}

test.describe('ways out', () => {
	// A worker inside the worker is refused its request, and says so where nobody listens.
	test.use({ expectedErrors: [/^page: Failed to fetch$/] });

	test('Python reaches no server, no cookie, no storage and no other frame', async ({ page, baseURL }) => {
		test.setTimeout(240_000);
		const trap = await openTrap();
		const answered: string[] = [];
		// Chromium reports a request that the policy stopped as well; one that was answered got out.
		page.context().on('response', (response) => {
			if (/probe/.test(response.url())) answered.push(response.url());
		});
		await openLesson(page);
		const cell = new Cell(page, 1);
		for (const prefix of [trap.address, baseURL]) {
			for (const [name, code] of Object.entries(attempts)) {
				await cell.write(`PREFIX = ${JSON.stringify(prefix)}\n${code}\nprint("GOT", "OUT")`);
				await cell.run();
				await expect(cell.output, name).not.toContainText('GOT OUT');
				await expect(cell.root.getByText(/^(failed|stopped|Python crashed)/), name).toBeVisible();
			}
		}
		expect(trap.caught, 'requests that reached another server').toEqual([]);
		expect(answered, 'requests that our own server answered').toEqual([]);
		trap.server.close();
	});

	test('the trap of the test above does catch what gets out', async ({ page }) => {
		const trap = await openTrap();
		await page.goto(trap.address);
		// A frame of opaque origin as ours is, but without our policy.
		await page.evaluate((address) => {
			const frame = document.createElement('iframe');
			frame.setAttribute('sandbox', 'allow-scripts');
			frame.srcdoc = `<script>fetch('${address}/probe')</script>`;
			document.body.append(frame);
		}, trap.address);
		await expect.poll(() => trap.caught).toContain('GET /probe');
		trap.server.close();
	});
});

test('messages that Python forges change nothing but its own cell', async ({ page }) => {
	await openLesson(page);
	const [one, two] = [new Cell(page, 1), new Cell(page, 2)];
	await one.write(
		[
			'import js',
			'from pyodide.ffi import to_js',
			'def say(**message):',
			'    try:',
			'        js.postMessage(to_js(message, dict_converter=js.Object.fromEntries))',
			'    except Exception as error:',
			'        print("closed:", type(error).__name__)',
			'say(type="ready", python="x" * 300000)',
			'say(type="run-end", id="not-an-id", end="{}", truncated=0)',
			'say(type="reply", id="also-not", result="[]")',
			'say(type="nonsense")',
			'print("done forging")'
		].join('\n')
	);
	await one.run();
	await two.write('print("alive")');
	await two.run();
	await expect(two.output).toContainText('alive');
});

test('the runner document forbids everything but its own worker', async ({ request }) => {
	const response = await request.get('/runner');
	const policy = response.headers()['content-security-policy'] ?? '';
	expect(policy).toContain('sandbox allow-scripts');
	expect(policy).not.toContain('allow-same-origin');
	expect(policy).toContain("default-src 'none'");
	expect(policy).toContain("connect-src 'none'");
});
