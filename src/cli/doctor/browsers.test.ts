import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { browserTable, checkBrowsers } from './browsers';
import { thisMachine, type Surroundings } from './surroundings';

let folder: string;
beforeEach(() => {
	folder = mkdtempSync(path.join(tmpdir(), 'procoder-browsers-'));
	mkdirSync(path.join(folder, 'bin'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A program in the folder that prints `says` and ends with `code`. */
function program(name: string, says: string, code = 0): string {
	const file = path.join(folder, 'bin', name);
	writeFileSync(file, `#!/bin/sh\necho '${says}'\nexit ${code}\n`, { mode: 0o755 });
	return file;
}
const place = (env: Record<string, string> = {}): Surroundings => ({
	...thisMachine('/nowhere'),
	env: { PATH: `${path.join(folder, 'none')}:${path.join(folder, 'bin')}`, ...env },
	platform: 'linux'
});
const found = async (env?: Record<string, string>) =>
	(await checkBrowsers(place(env))).map(({ state, facts }) => [
		state,
		facts?.['engine'],
		facts?.['major'],
		facts?.['lacking']
	]);

it('knows Chromium, Chrome, Edge and Firefox by what they say, warnings before it aside', async () => {
	program('google-chrome', 'Google Chrome 156.0.8078.79 unknown');
	program('chromium', 'sh: warning: 12: odd\nChromium 137.0.1 built on Debian GNU/Linux 12 (bookworm)');
	program('microsoft-edge', 'Microsoft Edge 150.0.2.1');
	program('firefox', 'Mozilla Firefox 153.7.0esr');
	expect(await found()).toEqual([
		['ok', 'chrome', 156, undefined],
		['ok', 'chrome', 137, undefined],
		['ok', 'chrome', 150, undefined],
		['ok', 'firefox', 153, undefined]
	]);
});

it.each([
	['chromium', 'Chromium 136.0', 'jspi', 'is older than 137'],
	['firefox', 'Mozilla Firefox 140.4.0esr', 'jspi', 'is older than 153'],
	['firefox', 'Mozilla Firefox 127.0', 'pages jspi', 'ProCoder does not work in it'],
	['chromium', 'Chromium 91.0', 'pages shared-memory jspi', 'ProCoder does not work in it']
])('says what %s lacks: %s', async (name, says, lacking, text) => {
	program(name, says);
	const [check, ...others] = await checkBrowsers(place());
	expect(others).toEqual([]);
	expect(check).toMatchObject({ state: 'warning', facts: { lacking } });
	expect(check?.text).toContain(text);
	expect(check?.advice).toMatch(/^Update it to \d+ or newer\.$/);
});

it('names one browser once, however many names it has', async () => {
	const real = program('firefox-esr', 'Mozilla Firefox 153.7.0esr');
	symlinkSync(real, path.join(folder, 'bin', 'firefox'));
	program('chromium', 'Chromium 150.0');
	program('google-chrome', 'Chromium 150.0');
	expect(await found({ CHROMIUM_PATH: path.join(folder, 'bin', 'chromium') })).toHaveLength(2);
});

it('finds none where there is none, or only one that does not start', async () => {
	program('chromium', 'Command not found, install it with snap');
	program('firefox', 'Mozilla Firefox 153.0', 1);
	const checks = await checkBrowsers(place());
	expect(checks).toMatchObject([{ state: 'ok', name: 'browser' }]);
	expect(checks[0]?.text).toMatch(/^No Chrome/);
});

it('shows which versions work as a table', () => {
	const table = browserTable();
	expect(table.map((line) => line.split(/ {2,}/).slice(1))).toEqual([
		['Chrome, Chromium, Edge', 'Firefox', 'Safari'],
		['111+', '128+', '16.4+'],
		['92+', '79+', '15.2+'],
		['137+', '153+', '27+']
	]);
});
