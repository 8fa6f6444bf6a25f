import { readdirSync } from 'node:fs';
import path from 'node:path';
import { runCommand } from './processes.mjs';
import { systemPath } from './project.mjs';

/** @import { Environment, Project } from './project.mjs' */
/** @typedef {{ command: string, version: string }} Python */

/** The kernel is written for the Python inside Pyodide; this is the oldest other one that it still runs on. */
const oldestMinor = 11;

/**
 * One Python of each minor version among the `python3` and `python3.N` on the PATH, the newest. A name alone proves nothing:
 * version managers leave stand-ins for versions that are not installed, so each is asked.
 * @param {Project} project @param {Environment} env
 * @returns {Promise<Python[]>} oldest first
 */
export async function findPythons(project, env) {
	/** @type {Map<string, Python>} */
	const found = new Map();
	for (const command of candidates(env)) {
		const asked = await runCommand(command, ['-c', 'import sys; print(*sys.version_info[:3], sep=".")'], {
			cwd: project.root,
			env,
			limitMs: 20_000
		});
		const version = asked.code === 0 ? asked.lines.at(-1) : undefined;
		if (version === undefined || !isRecentPython(version) || found.has(version)) continue;
		found.set(version, { command, version });
	}
	const oldestFirst = [...found.values()].sort((a, b) =>
		a.version.localeCompare(b.version, 'en', { numeric: true })
	);
	return [...new Map(oldestFirst.map((python) => [minorOf(python.version), python])).values()];
}

/** @param {string} version */
const minorOf = (version) => version.split('.').slice(0, 2).join('.');

/** @param {string} version */
export function isRecentPython(version) {
	const [major, minor] = version.split('.').map(Number);
	return major === 3 && minor !== undefined && minor >= oldestMinor;
}

/** @param {Environment} env */
function candidates(env) {
	return systemPath(env)
		.split(path.delimiter)
		.flatMap((folder) => {
			try {
				return readdirSync(folder)
					.filter((name) => /^python3(\.\d+)?$/.test(name))
					.sort()
					.map((name) => path.join(folder, name));
			} catch {
				return [];
			}
		});
}
