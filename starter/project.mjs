import { accessSync, constants, existsSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * Where things are in one checkout.
 * @typedef {{
 *   root: string,
 *   node: string,
 *   state: string,
 *   results: string
 * }} Project
 * `node` is Node 26 out of the npm package, `state` the starter's own folder, `results` what the tests leave behind.
 */

/** @param {string} root @returns {Project} */
export function projectAt(root) {
	return {
		root,
		node: path.join(root, 'node_modules', '.bin', 'node'),
		state: path.join(root, '.starter'),
		results: path.join(root, 'test-results')
	};
}

/** The checkout that this file belongs to, whatever folder the command was given in. */
export const thisProject = projectAt(path.dirname(path.dirname(fileURLToPath(import.meta.url))));

/** @typedef {Record<string, string | undefined>} Environment */

/**
 * The caller's PATH without the `node_modules/.bin` folders that npm put in front: under `npm start` the name `node`
 * would otherwise mean the very binary that an install is about to replace.
 * @param {Environment} env
 */
export function systemPath(env) {
	return (env['PATH'] ?? '')
		.split(path.delimiter)
		.filter(
			(folder) => folder !== '' && !/[\\/]node_modules[\\/](\.bin|@npmcli)([\\/]|$)|node-gyp-bin/.test(folder)
		)
		.join(path.delimiter);
}

/**
 * The environment of our tools: Node 26 and the installed commands come first, and their output is plain text because it
 * is read and logged here.
 * @param {Project} project
 * @param {Environment} [env]
 * @returns {Environment}
 */
export function toolEnvironment(project, env = process.env) {
	const tools = path.join(project.root, 'node_modules', '.bin');
	return {
		// Node warns when NO_COLOR and FORCE_COLOR are both set; a caller's test settings would change what is built.
		...without(env, ['FORCE_COLOR', 'NODE_ENV', 'TEST', 'VITEST']),
		PATH: [tools, systemPath(env)].join(path.delimiter),
		NO_COLOR: '1'
	};
}

/** @param {Environment} env @param {string[]} names @returns {Environment} */
export function without(env, names) {
	return Object.fromEntries(Object.entries(env).filter(([name]) => !names.includes(name)));
}

/**
 * Whether files can be made at this path: it, or the nearest folder above it that exists, can be written.
 * @param {string} target
 */
export function canWrite(target) {
	let folder = path.resolve(target);
	while (!existsSync(folder)) {
		const above = path.dirname(folder);
		if (above === folder) return false;
		folder = above;
	}
	try {
		accessSync(folder, constants.W_OK | constants.X_OK);
		return statSync(folder).isDirectory();
	} catch {
		return false;
	}
}

/** The caller's home folder; service accounts may have none. @param {Environment} env */
export function home(env) {
	try {
		return env['HOME'] ?? homedir();
	} catch {
		return '/nonexistent';
	}
}

/**
 * What to say about the operating system before anything else; `stop` when it cannot work.
 * @param {{ platform: string, arch: string, glibc: boolean }} machine
 * @returns {{ stop: boolean, text: string } | undefined}
 */
export function platformNote({ platform, arch, glibc }) {
	if (platform === 'win32') {
		return {
			stop: true,
			text: 'On Windows, ProCoder runs inside WSL 2: open a Linux shell there and run the same command.'
		};
	}
	if (platform === 'linux' && !glibc) {
		return {
			stop: false,
			text: 'This Linux has no glibc (Alpine?). The Node and Postgres that ProCoder brings along need it: expect to need glibc, or a Debian-based image.'
		};
	}
	if (!['linux', 'darwin'].includes(platform) || !['x64', 'arm64'].includes(arch)) {
		return {
			stop: false,
			text: `ProCoder is tried on Linux and macOS, on x64 and arm64; this is ${platform} on ${arch}.`
		};
	}
	return undefined;
}

/** This machine, as `platformNote` wants it. */
export function thisMachine() {
	const report = /** @type {{ header: { glibcVersionRuntime?: string } }} */ (process.report.getReport());
	return {
		platform: process.platform,
		arch: process.arch,
		glibc: report.header.glibcVersionRuntime !== undefined
	};
}
