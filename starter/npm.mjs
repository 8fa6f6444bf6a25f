import { existsSync } from 'node:fs';
import path from 'node:path';
import { runCommand } from './processes.mjs';
import { canWrite, home, systemPath, toolEnvironment } from './project.mjs';

/** @import { Environment, Project } from './project.mjs' */

/**
 * How to call npm: the very npm that runs us where it says so, else the one on the PATH. It runs on the Node that was
 * there before, never on the one inside `node_modules`, which `npm ci` deletes while it works.
 * @param {Project} project @param {Environment} env
 * @returns {{ command: string, args: string[] }}
 */
export function npmCommand(project, env) {
	const script = env['npm_execpath'];
	const node = env['npm_node_execpath'];
	const ownNode = node === undefined || node.startsWith(path.join(project.root, 'node_modules'));
	if (
		script !== undefined &&
		path.basename(script) === 'npm-cli.js' &&
		existsSync(script) &&
		!ownNode &&
		existsSync(node)
	) {
		return { command: node, args: [script] };
	}
	return { command: 'npm', args: [] };
}

/** Settings a person may have given for this very call; npm reads all others again from its files. */
const passedOn = [
	'cache',
	'registry',
	'cafile',
	'proxy',
	'https_proxy',
	'noproxy',
	'userconfig',
	'globalconfig',
	'offline',
	'strict_ssl'
];

/**
 * npm hands its settings to its children as variables. Some of them (an empty `allow_scripts`, `omit`) would change what
 * an npm inside npm does, so only what concerns the connection is passed on.
 * @param {Project} project @param {Environment} env
 * @returns {Environment}
 */
export function npmEnvironment(project, env) {
	/** @type {Environment} */
	const result = {};
	for (const [name, value] of Object.entries(env)) {
		const lower = name.toLowerCase();
		const setting = lower.startsWith('npm_config_') ? lower.slice('npm_config_'.length) : undefined;
		const isNpms = lower.startsWith('npm_') || ['node_env', 'init_cwd', 'force_color'].includes(lower);
		if (!isNpms || (setting !== undefined && passedOn.includes(setting) && value !== ''))
			result[name] = value;
	}
	const node = env['npm_node_execpath'];
	const folders = [node === undefined ? '' : path.dirname(node), systemPath(env)];
	result['PATH'] = folders
		.filter((folder) => folder !== '' && !folder.startsWith(path.join(project.root, 'node_modules')))
		.join(path.delimiter);
	const cache = env['npm_config_cache'] ?? path.join(home(env), '.npm');
	if (!canWrite(cache) || !canWrite(path.join(cache, '_cacache'))) {
		result['npm_config_cache'] = path.join(project.state, 'npm-cache');
	}
	return result;
}

/**
 * Runs a script of package.json on Node 26, just as `npm run` by hand does.
 * @param {Project} project @param {string} script
 * @param {Omit<import('./processes.mjs').CommandOptions, 'cwd' | 'env'> & { args?: string[], env?: Environment }} options
 */
export function runScript(project, script, { args = [], env = {}, ...options }) {
	const npm = npmCommand(project, process.env);
	const rest = args.length === 0 ? [] : ['--', ...args];
	return runCommand(npm.command, [...npm.args, 'run', '--silent', script, ...rest], {
		...options,
		cwd: project.root,
		env: { ...toolEnvironment(project), ...env }
	});
}

/**
 * What to do about a failed install, from what npm printed.
 * @param {string[]} lines
 */
export function adviceFor(lines) {
	const text = lines.join('\n');
	if (/ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|network|ENOTCACHED/i.test(text)) {
		return 'npm could not reach its registry. The first start needs the network, later ones do not: connect, then run the same command again.';
	}
	if (/ENOSPC/.test(text))
		return 'The disk is full: the packages need about 1 GB. Make room, then run the same command again.';
	if (/EACCES|EPERM|EROFS/.test(text)) {
		return 'Something could not be written: this folder must belong to whoever runs ProCoder. Change its owner, or clone it into a folder of your own.';
	}
	if (/EUSAGE|in sync/.test(text)) {
		return 'package.json and package-lock.json do not match: undo the local change to them, or run `npm install` to bring them together.';
	}
	if (/EINTEGRITY/.test(text))
		return 'A downloaded package is not the one that was pinned. Run `npm cache verify`, then the same command again.';
	return 'Run `npm ci` by hand to see everything it says; when that works, run the same command again.';
}
