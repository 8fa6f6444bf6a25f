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
 * What an attacker does from Python, which may not evaluate JavaScript but can put functions of its own into JavaScript's
 * objects: it lays hands on everything through which a message, an id or the port could pass, and posts in the kernel's name
 * with whatever it gets. It stays in the worker when its cell has ended. Every hook stands alone: one that is refused leaves
 * the others.
 */
const forger = String.raw`
import js, re, json
from pyodide.ffi import create_proxy, to_js
apply, post, define = js.Reflect.apply, js.MessagePort.prototype.postMessage, js.Object.defineProperty
ports, ids, keep, hooked = [], set(), [], []
busy = False
uuid = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")

def as_object(entries):
    return to_js(entries, dict_converter=js.Object.fromEntries)

def look(thing, depth=0):
    if isinstance(thing, str):
        ids.update(uuid.findall(thing))
        return
    kind = getattr(getattr(thing, "constructor", None), "name", "")
    if kind == "MessagePort":
        ports.append(thing)
    if depth < 2:
        for name in ("target", "currentTarget", "data", "id", "runId"):
            look(getattr(thing, name, None), depth + 1)

def take(*things):
    global busy
    if busy:
        return
    busy = True
    try:
        for thing in things:
            look(thing)
        forge()
    except Exception:
        pass
    finally:
        busy = False

def forge(*_):
    for port in ports:
        for id in ids:
            for message in (
                {"type": "output", "id": id, "kind": "stdout", "text": "FORGED\n"},
                {"type": "reply", "id": id, "result": json.dumps({"ok": True, "result": {"kind": "timed-out"}})},
                {"type": "run-end", "id": id, "end": json.dumps({"status": "ok", "durationMs": 98765432}), "truncated": 0},
            ):
                apply(post, port, to_js([as_object(message)]))

def lie(value):
    return value.replace("confirmed", "timed-out").replace("alive", "FORGED") if isinstance(value, str) else value

def hook(owner, name, change=lambda value: value):
    try:
        old = js.Object.getOwnPropertyDescriptor(owner, name)
        def wrap(inner):
            def hooked(this, *given):
                take(this, *given)
                return change(apply(inner, this, js.Array.of(*given))) if inner else None
            keep.append(create_proxy(hooked))
            return keep[-1].captureThis()
        parts = ["value"] if old and hasattr(old, "value") else ["get", "set"]
        new = {part: wrap(getattr(old, part, None)) for part in parts}
        define(owner, name, as_object({"configurable": True, **({"writable": True} if parts == ["value"] else {}), **new}))
        hooked.append(name)
    except Exception:
        pass
`;

/** What each attack takes hold of. */
const hooks: Record<string, string> = {
	'the event': `
for name in ("data", "ports", "source"):
    hook(js.MessageEvent.prototype, name)
for name in ("target", "currentTarget", "srcElement"):
    hook(js.Event.prototype, name)`,
	'the port': `
for name in ("postMessage", "onmessage", "start", "close"):
    hook(js.MessagePort.prototype, name)
for name in ("addEventListener", "dispatchEvent"):
    hook(js.EventTarget.prototype, name)
keep.append(create_proxy(take))
js.addEventListener("message", keep[-1])`,
	'what every object inherits': `
for name in ("runId", "cellId", "truncated", "toJSON"):
    hook(js.Object.prototype, name)`,
	JSON: `
hook(js.JSON, "parse", lie)
hook(js.JSON, "stringify", lie)`,
	'texts on their way': `
hook(js.String.prototype, "slice", lie)
hook(js.Math, "max")
hook(js.Object.getPrototypeOf(js.Uint8Array.prototype), "fill")`
};

/** In a namespace of its own and not readable, or its functions would be explained as well. `loot` is what it got. */
function attack(hooking: string): string {
	const code = `${forger}${hooking}\nkeep.append(create_proxy(forge))\njs.setInterval(keep[-1], 20)\n`;
	const hidden = Buffer.from(code).toString('base64');
	return `import base64\nloot = {}\nexec(base64.b64decode("${hidden}").decode(), loot)\n`;
}

const honest = 'def double(n):\n    return n * 2\n\nprint("alive")\ndouble(4)';

test.describe('messages that Python forges', () => {
	test.setTimeout(240_000);

	for (const [what, hooking] of Object.entries(hooks)) {
		test(`from ${what}: no port is stolen, no other cell and no verdict is touched`, async ({ page }) => {
			await openLesson(page);
			const [one, two, three] = [new Cell(page, 1), new Cell(page, 2), new Cell(page, 3)];

			// At the desk: the attacking run itself, and the next cell, twice. What was got hold of shows a moment later.
			await one.write(
				`${attack(hooking)}print("begun")\nimport asyncio\nawait asyncio.sleep(0.3)\nprint("still", "here")`
			);
			await one.run();
			await expect(one.output).toContainText('still here');
			await expect(one.output).not.toContainText('FORGED');
			await two.write(honest);
			for (let times = 0; times < 2; times++) {
				await two.run();
				await expect(two.output).toContainText('alive');
				await expect(two.output).not.toContainText('FORGED');
			}
			await one.write('print("ports:", len(loot["ports"]))');
			await one.run();
			await expect(one.output).toContainText('ports: 0');
			await expect(page.getByText(/98[.,]?765/)).toHaveCount(0);

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
