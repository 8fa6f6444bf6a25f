import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findBrowser, findInstalled } from './browser.mjs';
import { projectAt } from './project.mjs';
import { findPythons, isRecentPython } from './pythons.mjs';

/** @type {string} */
let folder;

beforeEach(() => {
	folder = mkdtempSync(path.join(tmpdir(), 'procoder finders '));
	mkdirSync(path.join(folder, 'bin'));
});
afterEach(() => {
	rmSync(folder, { recursive: true, force: true });
});

/** @param {string} name @param {string} script */
function command(name, script) {
	const file = path.join(folder, 'bin', name);
	writeFileSync(file, `#!/bin/sh\n${script}\n`);
	chmodSync(file, 0o755);
	return file;
}

const works =
	'case "$1" in --version) echo "Chromium 150.0.1";; *) echo "<html><head></head><body></body></html>";; esac';
const env = () => ({ PATH: `${path.join(folder, 'bin')}${path.delimiter}/usr/bin${path.delimiter}/bin` });
const onlyHere = () => ({ PATH: path.join(folder, 'bin') });

describe('the browser', () => {
	it('is the first that really starts', async () => {
		command('google-chrome', 'echo "Google Chrome 150.0"; exit 1');
		command('chromium', 'echo "Command not found, install it with snap"');
		const wanted = command('chromium-browser', works);
		const browser = await findInstalled(projectAt(folder), onlyHere());
		expect(browser).toMatchObject({ path: wanted, from: wanted, version: 'Chromium 150.0.1' });
	});

	it('is nobody’s when none starts', async () => {
		command('chromium', 'echo "Chromium 150.0"; test "$1" = --version');
		expect(await findInstalled(projectAt(folder), onlyHere())).toBeUndefined();
	});

	it('is CHROMIUM_PATH when that is set, and no other', async () => {
		const named = command('my browser', works);
		command('chromium', works);
		const found = await findBrowser(projectAt(folder), { ...env(), CHROMIUM_PATH: named }, () => undefined);
		expect(found).toMatchObject({ browser: { path: named, from: 'CHROMIUM_PATH' } });
		const missing = await findBrowser(
			projectAt(folder),
			{ ...env(), CHROMIUM_PATH: '/nowhere' },
			() => undefined
		);
		expect('missing' in missing ? missing.missing : '').toContain('CHROMIUM_PATH is /nowhere');
	});
});

describe('the Pythons', () => {
	it('are those that answer, each version once, the oldest first', async () => {
		command('python3', 'echo 3.13.1');
		command('python3.13', 'echo 3.13.1');
		command('python3.12', 'echo "python3.12: no such version is installed" >&2; exit 127');
		command('python3.11', 'echo 3.11.9');
		command('python3.9', 'echo 3.9.2');
		command('python3-config', 'echo 3.14.0');
		const found = await findPythons(projectAt(folder), onlyHere());
		expect(found.map((python) => python.version)).toEqual(['3.11.9', '3.13.1']);
	});

	it('are new enough from 3.11 on', () => {
		expect(['3.11.0', '3.14.2', '3.10.9', '2.7.18', 'nonsense'].map(isRecentPython)).toEqual([
			true,
			true,
			false,
			false,
			false
		]);
	});
});
