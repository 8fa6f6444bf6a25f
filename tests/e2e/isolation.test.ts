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

/**
 * JavaScript that Python runs in its worker, and that stays there: it lays hands on everything through which a message, an
 * id or the port could pass by, and posts in the kernel's name with whatever it gets. Every hook stands alone, so that one
 * which is refused leaves the others. `loot` is what it got, for the cell to print.
 */
const forger = `(() => {
	const loot = (globalThis.loot = { ports: new Set(), ids: new Set(), hooked: [] });
	const post = MessagePort.prototype.postMessage, call = Reflect.apply, write = JSON.stringify;
	const uuid = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;
	let busy = false;
	const take = (...things) => {
		if (busy) return;
		busy = true;
		try { things.forEach(look); } catch {}
		busy = false;
		forge();
	};
	const look = (thing) => {
		if (typeof thing === 'string') for (const id of thing.match(uuid) ?? []) loot.ids.add(id);
		if (typeof thing !== 'object' || thing === null) return;
		if (thing instanceof MessagePort) loot.ports.add(thing);
		if (thing instanceof Event) [thing.target, thing.currentTarget, ...(thing.ports ?? [])].forEach(look);
		for (const name of ['id', 'runId', 'data']) if (Object.hasOwn(thing, name)) look(thing[name]);
	};
	const forge = () => {
		for (const port of loot.ports) for (const id of loot.ids) {
			const say = (message) => call(post, port, [message]);
			say({ type: 'output', id, kind: 'stdout', text: 'FORGED\\n' });
			say({ type: 'reply', id, result: write({ ok: true, result: { kind: 'timed-out' } }) });
			say({ type: 'run-end', id, end: write({ status: 'ok', durationMs: 123456 }), truncated: 0 });
		}
	};
	const lie = (value) => typeof value === 'string'
		? value.split('"confirmed"').join('"timed-out"').split('alive').join('FORGED') : value;
	const hook = (owner, name, change) => {
		try {
			const old = Object.getOwnPropertyDescriptor(owner, name);
			const wrap = (inner) => inner && function (...given) {
				take(this, ...given);
				return change ? change(call(inner, this, given)) : call(inner, this, given);
			};
			Object.defineProperty(owner, name, old && 'value' in old ? { ...old, value: wrap(old.value) }
				: { configurable: true, get: wrap(old?.get ?? (() => undefined)), set: wrap(old?.set ?? (() => undefined)) });
			loot.hooked.push(name);
		} catch {}
	};
	HOOKS
	setInterval(forge, 1);
})()`;

/** What each attack takes hold of. */
const hooks: Record<string, string> = {
	'the event': `for (const name of ['data', 'ports', 'source']) hook(MessageEvent.prototype, name);
	for (const name of ['target', 'currentTarget', 'srcElement', 'type', 'composedPath']) hook(Event.prototype, name);`,
	'the port': `for (const name of ['postMessage', 'onmessage', 'start', 'close']) hook(MessagePort.prototype, name);
	for (const name of ['addEventListener', 'dispatchEvent']) hook(EventTarget.prototype, name);
	for (const name of ['onmessage', 'postMessage']) hook(globalThis, name);
	globalThis.addEventListener('message', (event) => take(event));`,
	'what every object inherits': `for (const name of ['id', 'runId', 'code', 'result', 'data', 'port', 'toJSON']) {
		try {
			Object.defineProperty(Object.prototype, name, { configurable: true,
				get() { take(this); return undefined; }, set(value) { take(this, value); } });
			loot.hooked.push(name);
		} catch {}
	}`,
	JSON: `for (const name of ['parse', 'stringify']) hook(JSON, name, lie);`,
	'how functions are called': `const { call: one, apply: two, bind: three } = Function.prototype;
	for (const name of ['call', 'apply', 'bind']) hook(Function.prototype, name);
	hook(Reflect, 'apply'); hook(Promise.prototype, 'then', undefined); hook(globalThis, 'queueMicrotask');`,
	'texts and bytes on their way': `for (const name of ['slice', 'substring', 'toString', 'concat']) hook(String.prototype, name, lie);
	hook(TextDecoder.prototype, 'decode', lie); hook(TextEncoder.prototype, 'encode');
	for (const name of ['fill', 'set', 'subarray']) hook(Object.getPrototypeOf(Uint8Array.prototype), name);
	hook(Math, 'max'); hook(Math, 'min'); hook(Array.prototype, 'join', lie);`,
	'letters, as Python hands them over': `{
		const old = String.fromCharCode;
		let tail = '';
		try {
			String.fromCharCode = (...codes) => { const text = old(...codes); return text.length > 8 ? lie(text) : text; };
			loot.hooked.push('fromCharCode');
		} catch {}
	}`
};

const attack = (hooking: string): string =>
	[
		'from pyodide.code import run_js',
		`run_js(${JSON.stringify(forger.replace('HOOKS', hooking))})`,
		'import js',
		'print("ports:", js.loot.ports.size)'
	].join('\n');

const honest = 'def double(n):\n    return n * 2\n\nprint("alive")\ndouble(4)';

test.describe('messages that Python forges', () => {
	test.setTimeout(240_000);

	for (const [what, hooking] of Object.entries(hooks)) {
		test(`from ${what}: no port is stolen, no other cell and no verdict is touched`, async ({ page }) => {
			await openLesson(page);
			const [one, two, three] = [new Cell(page, 1), new Cell(page, 2), new Cell(page, 3)];

			// At the desk: the attacking run itself, and the next cell, twice.
			await one.write(`${attack(hooking)}\nimport asyncio\nawait asyncio.sleep(0.2)\nprint("ended", "here")`);
			await one.run();
			await expect(one.output).toContainText('ended here');
			await expect(one.output).toContainText('ports: 0');
			await expect(one.output).not.toContainText('FORGED');
			await two.write(honest);
			for (let times = 0; times < 2; times++) {
				await two.run();
				await expect(two.output).toContainText('alive');
				await expect(two.output).not.toContainText('FORGED');
			}
			await expect(page.getByText(/123[.,]4/)).toHaveCount(0);

			// On the bench: an explanation of code that attacks while it is run.
			await three.write(`${attack(hooking)}\n${honest}`);
			await three.explain();
			await expect(three.explanation).not.toContainText(/FORGED|timed out|contradicted|raised instead/);
			await expect(three.explanation.getByText('confirmed', { exact: true }).first()).toBeVisible();
		});
	}

	test('and an explanation after it, on the same bench, is that of an untouched one', async ({ page }) => {
		await openLesson(page);
		const [one, two] = [new Cell(page, 1), new Cell(page, 2)];
		await one.write(honest);
		await one.explain();
		const untouched = await one.explanation.getByText('confirmed', { exact: true }).count();
		await two.write(`${attack(Object.values(hooks).join('\n'))}\n${honest}`);
		await two.explain();
		await one.explain();
		await expect(one.explanation).not.toContainText(/FORGED|timed out|contradicted|raised instead/);
		expect(await one.explanation.getByText('confirmed', { exact: true }).count()).toBe(untouched);
	});
});

test('the runner document forbids everything but its own worker', async ({ request }) => {
	const response = await request.get('/runner');
	const policy = response.headers()['content-security-policy'] ?? '';
	expect(policy).toContain('sandbox allow-scripts');
	expect(policy).not.toContain('allow-same-origin');
	expect(policy).toContain("default-src 'none'");
	expect(policy).toContain("connect-src 'none'");
});
