import type { Page } from '@playwright/test';
import { Cell, expect, expectAccessible, openLesson, sharedLesson, test } from './lesson-page';
import { openTrap } from './trap';

const lesson = sharedLesson();

/** A cell that shows something: `forms` by media type, with `text` for everybody. */
const showing = (forms: Record<string, string>, text = '<Thing>'): string =>
	`import json
class Thing:
    def __repr__(self):
        return ${JSON.stringify(text)}
    def _repr_mimebundle_(self, include=None, exclude=None):
        return json.loads(${JSON.stringify(JSON.stringify({ 'text/plain': text, ...forms }))})
Thing()`;

/** Eight by eight pixels, half of them dark. */
const png = 'iVBORw0KGgoAAAANSUhEUgAAAAgAAAAIAQAAAADsdIMmAAAADElEQVR4nGP4wIACATwQB4FdNEgBAAAAAElFTkSuQmCC';

/** The text of the output as it is in the document, whether or not it is scrolled into view. */
const textOf = async (cell: Cell): Promise<string> =>
	(await cell.output.getByRole('group', { name: 'Printed text' }).locator('> div').allTextContents()).join(
		''
	);

test.describe('printed text', () => {
	test('has its colours, rewritten lines as they ended, and no character that breaks the page', async () => {
		const page = lesson();
		const cell = new Cell(page, 1);
		await cell.write(String.raw`import sys
print("\x1b[31mred\x1b[0m plain \x1b[1;4mloud\x1b[0m")
for percent in range(0, 101, 5):
    print(f"\r{percent:3}% " + "#" * (percent // 5), end="")
print()
print("abc\b\bX")
print("null\x00bell\x07 half\ud800")
print("careful", file=sys.stderr)
6 * 7`);
		await cell.run();
		expect(await textOf(cell)).toBe(
			`red plain loud\n100% ${'#'.repeat(20)}\naXc\nnull\\x00bell\\x07 half\ufffd\ncareful\n42\n`
		);
		const colour = (text: string) =>
			cell.output.getByText(text, { exact: true }).evaluate((element) => getComputedStyle(element).color);
		expect(await colour('red')).not.toBe(await colour('loud'));
		await expect(cell.output.getByRole('group', { name: 'Error output' })).toHaveText('careful');
		await cell.write('short');
		await expectAccessible(page);
	});

	test('is copied whole, as it ended and without colours', async () => {
		const page = lesson();
		await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
		const cell = new Cell(page, 1);
		await cell.write(String.raw`print("\x1b[32m10%\r20%\x1b[0m")
for n in range(3000):
    print("line", n)`);
		await cell.run();
		await cell.output.hover();
		await cell.button('Copy output').click();
		await expect(cell.output.getByText('The output is in the clipboard.')).toBeAttached();
		const lines = Array.from({ length: 3000 }, (_, n) => `line ${n}\n`).join('');
		expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(`20%\n${lines}`);
	});

	test('that is long is shown in part, and whole when asked for', async () => {
		const page = lesson();
		const cell = new Cell(page, 1);
		await cell.write('for n in range(20000):\n    print("line", n)');
		await cell.run();
		await expect(cell.output).toContainText('line 0');
		await expect(cell.output).toContainText('line 19999');
		await expect(cell.output).toContainText('19,600 lines are left out here');
		await expect(cell.output).not.toContainText('line 10000');
		await cell.button('Show all 20,000 lines').click();
		await expect(cell.output).toContainText('line 10000');
		await expectAccessible(page);
	});

	test('of a long run is followed, until its reader scrolls away', async () => {
		const page = lesson();
		const cell = new Cell(page, 1);
		await cell.write('import time\nfor n in range(10000):\n    print("line", n)\n    time.sleep(0.02)');
		await cell.button('Run cell').click();
		const box = cell.output.getByRole('group', { name: 'Printed text' });
		const fromEnd = () => box.evaluate((it) => it.scrollHeight - it.scrollTop - it.clientHeight);
		await expect.poll(() => box.evaluate((it) => it.scrollTop)).toBeGreaterThan(200);
		expect(await fromEnd()).toBeLessThan(60);
		await box.hover();
		await page.mouse.wheel(0, -400);
		await expect.poll(fromEnd).toBeGreaterThan(400);
		const place = await box.evaluate((it) => it.scrollTop);
		await page.waitForTimeout(500);
		expect(await box.evaluate((it) => it.scrollTop)).toBe(place);
		await cell.button('Stop').click();
		await cell.ended();
	});

	test('of a long run is followed to its very end, and by who has come back to the end', async () => {
		const page = lesson();
		const cell = new Cell(page, 1);
		await cell.write(
			'import time\nfor n in range(150):\n    print("line", n)\n    time.sleep(0.02)\nprint("\\n".join(f"last {n}" for n in range(60)))'
		);
		await cell.button('Run cell').click();
		const box = cell.output.getByRole('group', { name: 'Printed text' });
		const fromEnd = () => box.evaluate((it) => it.scrollHeight - it.scrollTop - it.clientHeight);
		await expect.poll(() => box.evaluate((it) => it.scrollTop)).toBeGreaterThan(200);
		await box.hover();
		await page.mouse.wheel(0, -300);
		await expect.poll(fromEnd).toBeGreaterThan(200);
		await page.mouse.wheel(0, 5_000);
		await cell.ended();
		await expect(cell.output).toContainText('last 59');
		await expect.poll(fromEnd).toBeLessThan(2);
	});

	for (const [what, code] of Object.entries({
		'many lines': 'print("\\n".join(f"line {n} of many" for n in range(55000)))',
		'one line': 'print("x" * 1_040_000)',
		'colours all over': 'print("".join(f"\\x1b[38;5;{n % 256}mx" for n in range(85000)))'
	})) {
		test(`a megabyte of ${what} is shown at once, and the page stays alive`, async () => {
			const page = lesson();
			const cell = new Cell(page, 1);
			await cell.write(code);
			const started = Date.now();
			await cell.run();
			const said = await cell.root.getByText(/^done in/).innerText();
			await page.evaluate(
				() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))
			);
			console.log(`a megabyte of ${what}: ${said}, shown ${(Date.now() - started) / 1000} s after the click`);
			// A machine under load takes its time; a page that lays out everything takes minutes.
			expect(Date.now() - started).toBeLessThan(30_000);
			await cell.button(await cell.output.getByRole('button', { name: /^Show all/ }).innerText()).click();
			await page.evaluate(
				() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))
			);
			await cell.write('print("alive")');
			await cell.run();
			await expect(cell.output).toContainText('alive');
		});
	}
});

test('beyond a megabyte a run shows no more, and says how much was left out', async () => {
	const cell = new Cell(lesson(), 1);
	await cell.write('for n in range(1300):\n    print("x" * 999)\nprint("the end")');
	await cell.run();
	await expect(cell.root.getByText(/^done in/)).toBeVisible();
	await expect(cell.output).toContainText('251,432 more characters were not kept');
	await expect(cell.output).not.toContainText('the end');
});

test.describe('values', () => {
	test('a table is shown in a frame as high as itself, in the colours of the page', async () => {
		const page = lesson();
		const cell = new Cell(page, 1);
		const rows = Array.from({ length: 8 }, (_, n) => `<tr><td>row ${n}</td></tr>`).join('');
		await cell.write(
			showing({ 'text/html': `<table>${rows}</table><a href="https://example.org/x">more</a>` })
		);
		await cell.run();
		const frame = cell.output.frameLocator('iframe[title="HTML output"]');
		await expect(frame.getByText('row 7')).toBeVisible();
		const height = () => cell.output.locator('iframe').evaluate((it) => it.clientHeight);
		await expect.poll(height).toBeGreaterThan(150);
		expect(await height()).toBeLessThan(400);
		const link = frame.getByText('more');
		expect(await link.getAttribute('href')).toBeNull();
		expect(await link.getAttribute('title')).toBe('https://example.org/x');

		// Very high content scrolls inside.
		await cell.write(showing({ 'text/html': '<p>high</p>'.repeat(400) }));
		await cell.run();
		await expect.poll(height).toBe(560);
		await cell.write('short');
		await expectAccessible(page);
	});

	test.describe('in dark colours', () => {
		test.use({ colorScheme: 'dark' });
		test('HTML that was coloured for paper is shown on paper, other HTML is dark', async ({ page }) => {
			await openLesson(page);
			const cell = new Cell(page, 1);
			const frame = cell.output.frameLocator('iframe');
			const ground = () => frame.locator('html').evaluate((it) => getComputedStyle(it).backgroundColor);
			await cell.write(showing({ 'text/html': '<p>plain words</p>' }));
			await cell.run();
			await expect(frame.getByText('plain words')).toBeVisible();
			expect(await ground()).toBe('rgba(0, 0, 0, 0)');
			await cell.write(showing({ 'text/html': '<p style="color:#111">ink</p>' }));
			await cell.run();
			await expect(frame.getByText('ink')).toBeVisible();
			await expect.poll(ground).toBe('rgb(255, 255, 255)');
			await cell.write(showing({ 'text/html': '<p style="color:#111;background:#eee">marked</p>' }));
			await cell.run();
			await expect(frame.getByText('marked')).toBeVisible();
			expect(await ground()).toBe('rgba(0, 0, 0, 0)');
		});
	});

	test('pictures are images with a description; one that is broken is its text', async () => {
		const page = lesson();
		const [one, two, three] = [new Cell(page, 1), new Cell(page, 2), new Cell(page, 3)];
		await one.write(showing({ 'image/png': png }, '<Figure of dots>'));
		await one.run();
		const picture = one.output.getByRole('img', { name: 'Picture: <Figure of dots>' });
		expect(await picture.evaluate((it) => (it as HTMLImageElement).naturalWidth)).toBe(8);
		await two.write(
			showing({ 'image/svg+xml': '<svg width="120" height="60"><rect width="9" height="9"/></svg>' })
		);
		await two.run();
		const drawing = two.output.frameLocator('iframe').getByRole('img', { name: 'Picture: <Thing>' });
		await expect(drawing).toBeVisible();
		expect(await drawing.evaluate((it) => (it as HTMLImageElement).naturalWidth)).toBe(120);
		await three.write(showing({ 'image/png': 'AAAA' }, '<Figure that is broken>'));
		await three.run();
		await expect(three.output.getByText('<Figure that is broken>')).toBeVisible();
		// Long lines of code scroll, and are the editor's own matter.
		for (const cell of [one, two, three]) await cell.write('short');
		await expectAccessible(page);
	});

	test('Markdown is laid out by the page; LaTeX and JSON are text', async () => {
		const page = lesson();
		const [one, two] = [new Cell(page, 1), new Cell(page, 2)];
		await one.write(showing({ 'text/markdown': '# Result\n\nIt is **4.5**.\n\n| a |\n|---|\n| 1 |\n' }));
		await one.run();
		await expect(one.output.getByRole('cell', { name: '1' })).toBeVisible();
		await expect(one.output.locator('strong', { hasText: '4.5' })).toBeVisible();
		await two.write(showing({ 'text/latex': '$x^2$' }));
		await two.run();
		await expect(two.output).toContainText('$x^2$');
	});

	test('are there again after a reload', async ({ page }) => {
		await openLesson(page);
		const cell = new Cell(page, 1);
		await cell.write(showing({ 'text/html': '<b>kept</b>' }));
		const stored = page.waitForResponse((response) => response.request().method() === 'PUT' && response.ok());
		await cell.run();
		await stored;
		await page.waitForTimeout(1_000);
		await page.reload();
		await expect(cell.output.frameLocator('iframe').locator('b', { hasText: 'kept' })).toBeVisible();
	});
});

/** What HTML could try, each with an address that would be asked for. */
const htmlProbes = (to: string): string[] => [
	`<script>fetch('${to}')</script><script src="${to}"></script>`,
	`<img src="${to}" onerror="fetch('${to}')"><img srcset="${to} 2x"><picture><source srcset="${to}"><img></picture>`,
	`<img src="x" onerror="location='${to}'"><body onload="location='${to}'" background="${to}">`,
	`<meta http-equiv="refresh" content="0;url=${to}">`,
	`<form action="${to}"><input name="a" autofocus onfocus="this.form.submit()"><button>click me</button><input type="image" src="${to}"></form>`,
	`<iframe src="${to}"></iframe><iframe srcdoc="<script>fetch('${to}')</script><img src='${to}'>"></iframe>`,
	`<object data="${to}"></object><embed src="${to}"><applet code="${to}"></applet>`,
	`<a href="${to}" ping="${to}">click me</a><a href="javascript:fetch('${to}')">click me</a>`,
	`<map name="m"><area href="${to}" shape="default"></map>`,
	`<style>@import url("${to}"); @font-face{font-family:f;src:url("${to}")} body{background:url("${to}");font-family:f;cursor:url("${to}"),auto}</style>`,
	`<div style="background-image:url('${to}');list-style-image:url('${to}');width:9px;height:9px">x</div>`,
	`<link rel="stylesheet" href="${to}"><link rel="preload" as="image" href="${to}"><link rel="prefetch" href="${to}"><link rel="icon" href="${to}">`,
	`<base href="${to}/"><img src="relative.png"><a href="relative">click me</a>`,
	`<svg><script>fetch('${to}')</script><image href="${to}"/><use href="${to}#x"/><a href="${to}"><text y="20">click me</text></a></svg>`,
	`<svg onload="fetch('${to}')"><foreignObject><img src="${to}"><iframe src="${to}"></iframe></foreignObject><animate attributeName="href" values="${to}"/></svg>`,
	`<svg><style>@import url("${to}");</style><filter id="f"><feImage href="${to}"/></filter><rect filter="url(#f)" fill="url(${to}#p)" width="9" height="9"/></svg>`,
	`<math><maction actiontype="statusline" xlink:href="${to}">click me</maction></math>`,
	`<video src="${to}" poster="${to}" autoplay></video><audio src="${to}" autoplay></audio><video><track src="${to}" default></video>`,
	`<table background="${to}"><tr><td background="${to}">x</td></tr></table>`,
	`<div><template shadowrootmode="open"><img src="${to}"><script>fetch('${to}')</script></template></div>`,
	`<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=${to} onerror=fetch('${to}')&gt;">`,
	`<noscript><p title="</noscript><img src='${to}' onerror=fetch('${to}')>"></noscript>`,
	`<form><math><mtext></form><form><mglyph><style></math><img src onerror="fetch('${to}')"></style></mglyph></form>`,
	`<marquee onstart="fetch('${to}')">x</marquee><details open ontoggle="fetch('${to}')">x</details>`
];

const svgProbes = (to: string): string[] =>
	[
		`<script>fetch('${to}')</script>`,
		`<image href="${to}" width="9" height="9"/>`,
		`<use href="${to}#x"/><style>@import url("${to}"); rect{fill:url(${to}#p)}</style><rect width="9" height="9"/>`,
		`<foreignObject width="99" height="99"><img xmlns="http://www.w3.org/1999/xhtml" src="${to}"/><iframe xmlns="http://www.w3.org/1999/xhtml" src="${to}"/></foreignObject>`,
		`<animate attributeName="href" values="${to}"/><a href="${to}"><text y="20">click me</text></a>`
	].map(
		(inside) =>
			`<svg xmlns="http://www.w3.org/2000/svg" width="99" height="99" onload="fetch('${to}')">${inside}</svg>`
	);

const markdownProbes = (to: string): string[] => [
	`![picture](${to}) ![p][r]\n\n[r]: ${to}`,
	`[click me](${to}) <${to}> ${to}`,
	`[click me](/api/v1/health?probe) ![p](/api/v1/health?probe)`,
	`<img src="${to}" onerror="fetch('${to}')"><script>fetch('${to}')</script><iframe src="${to}"></iframe>`,
	`[click me](javascript:fetch('${to}')) [click me](data:text/html,x)`
];

/** Touches everything that asks to be touched, wherever it is. */
async function touchAll(page: Page, cell: Cell): Promise<void> {
	const frames = await cell.output.locator('iframe').all();
	const places = [
		cell.output,
		...frames.map((_, n) => cell.output.frameLocator(`iframe >> nth=${n}`).locator('body'))
	];
	for (const place of places) {
		for (const found of await place.getByText('click me').all()) {
			await found.hover({ timeout: 2_000, force: true }).catch(() => undefined);
			await found.click({ timeout: 2_000, force: true, noWaitAfter: true }).catch(() => undefined);
		}
	}
	expect(page.url(), 'the page stays where it is').toContain('/lessons/');
}

test.describe('what output cannot do', () => {
	// The browser says what it stopped.
	test.use({
		expectedErrors: [
			/Content Security Policy|sandbox|ERR_BLOCKED|Blocked autofocusing|Unsafe attempt|MIME type|^page: /i
		]
	});

	test('HTML, SVG and Markdown reach no server, and leave the page where it is', async ({ baseURL }) => {
		test.setTimeout(300_000);
		const page = lesson();
		const trap = await openTrap();
		const answered: string[] = [];
		page.context().on('response', (response) => {
			if (/probe/.test(response.url())) answered.push(response.url());
		});
		const cell = new Cell(page, 1);
		for (const [type, probes] of Object.entries({
			'text/html': htmlProbes,
			'image/svg+xml': svgProbes,
			'text/markdown': markdownProbes
		})) {
			for (const to of [`${trap.address}/probe`, `${baseURL}/api/v1/health?probe`]) {
				const values = probes(to).map((form) => ({ 'text/plain': 'x', [type]: form }));
				// Fewer in one cell than are shown at once.
				for (let at = 0; at < values.length; at += 12) {
					await cell.write(
						`import json\nclass Thing:\n    def __init__(self, forms):\n        self.forms = forms\n    def _repr_mimebundle_(self, include=None, exclude=None):\n        return self.forms\nfor forms in json.loads(${JSON.stringify(JSON.stringify(values.slice(at, at + 12)))}):\n    display(Thing(forms))`
					);
					await cell.run();
					await expect(cell.root.getByText(/^done in/)).toBeVisible();
					if (type !== 'text/markdown')
						await expect(cell.output.locator('iframe')).toHaveCount(values.slice(at, at + 12).length);
					await page.waitForTimeout(1_000);
					await touchAll(page, cell);
					await page.waitForTimeout(300);
				}
			}
		}
		expect(trap.caught, 'requests that reached another server').toEqual([]);
		expect(answered, 'requests that our own server answered').toEqual([]);
		trap.close();
	});

	test('the trap of the test above catches what the same HTML does in a frame without our policy', async ({
		page
	}) => {
		const trap = await openTrap();
		await page.goto(trap.address);
		for (const [n, html] of htmlProbes(`${trap.address}/probe`).entries()) {
			await page.evaluate(
				([text, name]) => {
					const frame = document.createElement('iframe');
					frame.setAttribute('sandbox', 'allow-scripts');
					frame.srcdoc = text.replaceAll('/probe', `/probe-${name}`);
					document.body.append(frame);
				},
				[html, String(n)] as const
			);
		}
		await expect
			.poll(() => new Set(trap.caught.map((one) => /probe-\d+/.exec(one)?.[0])).size)
			.toBeGreaterThan(12);
		trap.close();
	});

	test('endless alerts, endless scripts and a drawing that multiplies itself do not hold up the page', async () => {
		const page = lesson();
		const [one, two, three] = [new Cell(page, 1), new Cell(page, 2), new Cell(page, 3)];
		let dialogs = 0;
		page.on('dialog', (dialog) => {
			dialogs += 1;
			void dialog.dismiss();
		});
		await one.write(
			showing({
				'text/html': '<script>while (true) alert(1)</script><img src="x" onerror="while(true){}"><b>shown</b>'
			})
		);
		await one.run();
		await expect(one.output.frameLocator('iframe').getByText('shown')).toBeVisible();
		const levels = Array.from(
			{ length: 14 },
			(_, n) => `<g id="a${n + 1}">${`<use href="#a${n}"/>`.repeat(4)}</g>`
		).join('');
		await two.write(
			showing({
				'image/svg+xml': `<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><defs><rect id="a0" width="1" height="1"/>${levels}</defs><use href="#a14"/></svg>`
			})
		);
		await two.run();
		await expect(two.output).toContainText('This drawing has too many parts to be shown.');
		await three.write('print("alive")');
		await three.run();
		await expect(three.output).toContainText('alive');
		expect(dialogs).toBe(0);
	});

	test('the document that shows HTML forbids everything but our own script', async ({ request }) => {
		const page = lesson();
		const cell = new Cell(page, 1);
		await cell.write(showing({ 'text/html': '<b>x</b>' }));
		await cell.run();
		const frame = cell.output.locator('iframe');
		expect(await frame.getAttribute('sandbox')).toBe('allow-scripts');
		const response = await request.get((await frame.getAttribute('src')) ?? '');
		const headers = response.headers();
		const policy = (headers['content-security-policy'] ?? '').split('; ');
		expect(policy).toContain('sandbox allow-scripts');
		expect(policy).toContain("default-src 'none'");
		expect(policy).toContain("form-action 'none'");
		expect(policy.find((rule) => rule.startsWith('script-src'))).toMatch(/^script-src 'sha256-[^']+'$/);
		expect(headers['set-cookie']).toBeUndefined();
	});
});

test.describe('a program that asks', () => {
	test('gets a line where it waits; what was typed stays, and a secret does not', async () => {
		const page = lesson();
		// Long lines of code scroll, and are the editor's own matter.
		for (const other of [2, 3]) await new Cell(page, other).write('short');
		const cell = new Cell(page, 1);
		await cell.write(
			'from getpass import getpass\nname = input("Your name? ")\nword = getpass("Your word? ")\nprint(name, len(word))'
		);
		await cell.button('Run cell').click();
		const field = cell.output.getByLabel('The program asks: Your name?');
		await expect(field).toBeFocused();
		await expect(cell.root.getByText('waits for your answer')).toBeVisible();
		await expectAccessible(page);
		await page.keyboard.type('Ada');
		await page.keyboard.press('Enter');
		const secret = cell.output.getByLabel('The program asks: Your word?');
		await expect(secret).toBeFocused();
		await expect(secret).toHaveAttribute('type', 'password');
		await page.keyboard.type('swordfish');
		await page.keyboard.press('Enter');
		await cell.ended();
		expect(await textOf(cell)).toBe('Your name? Ada\nYour word? \nAda 9\n');
	});

	test('is stopped while it waits, and the next run asks anew', async () => {
		const page = lesson();
		const cell = new Cell(page, 1);
		await cell.write('print("got", input("Line? "))');
		for (let times = 0; times < 2; times++) {
			await cell.button('Run cell').click();
			await cell.output.getByRole('textbox').fill('half');
			await cell.button('Stop').click();
			await expect(cell.root.getByText('stopped', { exact: true })).toBeVisible();
			await expect(cell.output.getByRole('textbox')).toHaveCount(0);
			await cell.ended();
		}
		await cell.button('Run cell').click();
		await expect(cell.output.getByRole('textbox')).toHaveValue('');
		await cell.output.getByRole('textbox').fill('whole');
		await cell.button('Send').click();
		await cell.ended();
		expect(await textOf(cell)).toBe('Line? whole\ngot whole\n');
	});
});

test('a new Python says what is gone, and gets it back by running the cells again', async ({ page }) => {
	await openLesson(page);
	const [one, two] = [new Cell(page, 1), new Cell(page, 2)];
	await one.write('treasure = 41');
	await one.run();
	await two.write('treasure += 1\nprint(treasure)');
	await two.run();
	await page.getByRole('button', { name: 'Restart Python', exact: true }).click();
	const notice = page.getByRole('region', { name: 'Python was started again' });
	await expect(notice).toContainText('those of cells 1 and 2');
	await expect(one.root.getByText('done, but its variables are gone')).toBeVisible();
	await expectAccessible(page);
	await notice.getByRole('button', { name: 'Run the cells again' }).click();
	await expect(notice).toHaveCount(0);
	await expect(one.root.getByText(/^done in/)).toBeVisible();
	await expect(two.output).toContainText('42');

	await two.write('sum(range(10**12))');
	await two.button('Run cell').click();
	await page.waitForTimeout(700);
	await two.button('Stop').click();
	await notice.getByRole('button', { name: 'Run the cells above again' }).click();
	await expect(notice).toHaveCount(0);
	await two.write('print(treasure)');
	await two.run();
	await expect(two.output).toContainText('41');
});
