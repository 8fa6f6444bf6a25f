import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, it } from 'vitest';

/** @import { Check } from './run-doctor.mjs' */

/** @type {string} A checkout with nothing but the starter. */
let root;
beforeEach(() => {
	root = mkdtempSync(path.join(tmpdir(), 'procoder doctor '));
	cpSync(path.dirname(fileURLToPath(import.meta.url)), path.join(root, 'starter'), { recursive: true });
	put('package-lock.json', '{"packages": {"": {}, "node_modules/a": {"version": "1.0.0"}}}');
});
afterEach(() => {
	rmSync(root, { recursive: true, force: true });
});

/** @param {string} name @param {string} content */
function put(name, content) {
	const file = path.join(root, name);
	mkdirSync(path.dirname(file), { recursive: true });
	writeFileSync(file, content);
	return file;
}
/** Packages as npm leaves them; the Node among them says what it was called with. */
function install() {
	put('node_modules/.package-lock.json', '{"packages": {"node_modules/a": {"version": "1.0.0"}}}');
	chmodSync(put('node_modules/.bin/node', '#!/bin/sh\necho "$PROCODER_BUILD $(pwd) $*"\nexit 7\n'), 0o755);
}
/** @param {string[]} args */
function doctor(...args) {
	// From another folder, as an absolute path may be called from anywhere.
	return spawnSync(process.execPath, [path.join(root, 'starter', 'doctor.mjs'), ...args], {
		cwd: tmpdir(),
		encoding: 'utf8'
	});
}
const checks = () => {
	/** @type {unknown} */
	const report = JSON.parse(doctor('--json').stdout);
	return /** @type {{ checks: Check[] }} */ (report).checks;
};

it('says what can be said with Node alone, and what to do, where nothing is installed', () => {
	const ended = doctor();
	expect(ended.status).toBe(1);
	expect(ended.stdout).toContain(`  ✓ Node ${process.versions.node} can install and start ProCoder.\n`);
	expect(ended.stdout).toContain(
		'  ✗ The packages are not installed: there is no node_modules here.\n    → Run npm start'
	);
	expect(ended.stdout).toMatch(/[✓✗] [\d.]+ GB are free in /);
	expect(JSON.parse(doctor('--json').stdout)).toMatchObject({ ok: false });
});

it('knows half an install from a whole one', () => {
	mkdirSync(path.join(root, 'node_modules'));
	expect(checks().at(-1)?.text).toBe('The packages are not those of package-lock.json, or not all of them.');
	install();
	rmSync(path.join(root, 'node_modules', '.bin', 'node'));
	expect(checks().at(-1)).toMatchObject({
		text: 'npm did not run the install scripts of node.',
		advice: 'Run npm start, or: npm rebuild node'
	});
});

it('asks for a build where there is none', () => {
	install();
	expect(checks().at(-1)?.name).toBe('build');
	expect(checks().at(-1)?.text).toMatch(/^There is no build here/);
	put('build/serve.js', '');
	expect(checks().at(-1)?.text).toMatch(/^There is no whole build here/);
	expect(doctor().status).toBe(1);
});

it('hands over to the built command, with its options and its exit code', () => {
	install();
	put('build/doctor.js', '');
	put('build/serve.js', '');
	const ended = doctor('--json', '--strict');
	expect(ended.stdout.trim()).toBe(
		`unknown ${root} ${path.join(root, 'build', 'doctor.js')} --json --strict`
	);
	expect(ended.status).toBe(7);
	put('build/.procoder-build.json', '{"sources": "others"}');
	expect(doctor().stdout).toMatch(/^older /);
});
