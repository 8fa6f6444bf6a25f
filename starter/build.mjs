import { existsSync } from 'node:fs';
import path from 'node:path';
import { filesBelow, fingerprint, removeStamp, stampFits, writeStamp } from './fingerprint.mjs';
import { sayWaiting } from './install.mjs';
import { withLock } from './lock.mjs';
import { runScript } from './npm.mjs';
import { Stop } from './say.mjs';

/** @import { Project } from './project.mjs' */
/** @import { Teller } from './say.mjs' */

/** What the build is made from. Lessons are read while the server runs, so they are not among it. */
const sources = [
	'src',
	'static',
	'drizzle',
	'vendor',
	'package.json',
	'package-lock.json',
	'svelte.config.js',
	'starter/precompress.mjs',
	'tsconfig.json',
	'vite.config.ts',
	'vite.cli.config.ts'
];

/** @param {Project} project */
export function serverFile(project) {
	return path.join(project.root, 'build', 'serve.js');
}

/**
 * Builds the server and the pages, unless what is there was built from just these sources.
 * @param {Project} project @param {Teller} teller
 * @returns {Promise<'built' | 'up to date'>}
 */
export async function build(project, teller) {
	if (isBuilt(project)) return 'up to date';
	return withLock(
		path.join(project.state, 'build.lock'),
		async () => {
			if (isBuilt(project)) return 'up to date';
			const stamp = stampFor(project);
			removeStamp(stampFile(project));
			await teller.step('Building the server and the pages', async (note) => {
				const log = path.join(project.state, 'logs', 'build.log');
				const ended = await runScript(project, 'build', { log, onLine: note });
				if (ended.code !== 0)
					throw new Stop(
						'The build failed; its end is above, all of it in .starter/logs/build.log.',
						ended.lines.slice(-30)
					);
				if (!existsSync(serverFile(project)))
					throw new Stop(
						'The build ended without build/serve.js; all it said is in .starter/logs/build.log.'
					);
			});
			// Taken before the build: a file saved meanwhile is built next time.
			writeStamp(stampFile(project), stamp);
			return 'built';
		},
		{ waiting: sayWaiting(teller, 'building') }
	);
}

/** Inside `build/`, so that it goes whenever the build goes. @param {Project} project */
function stampFile(project) {
	return path.join(project.root, 'build', '.procoder-build.json');
}

/**
 * What there is of a build: of these sources, of others, or made by hand (`npm run build`), which writes down no sources.
 * @param {Project} project @returns {'missing' | 'current' | 'older' | 'unknown'}
 */
export function buildState(project) {
	if (!existsSync(serverFile(project))) return 'missing';
	if (!existsSync(stampFile(project))) return 'unknown';
	return isBuilt(project) ? 'current' : 'older';
}

/** @param {Project} project */
function isBuilt(project) {
	return existsSync(serverFile(project)) && stampFits(stampFile(project), stampFor(project));
}

/** @param {Project} project */
function stampFor(project) {
	return { sources: fingerprint(project.root, filesBelow(project.root, sources, isSource)) };
}

/** Tests and Python's leftovers do not reach the build. @param {string} file */
export function isSource(file) {
	return !/\.test\.[a-z]+$|\/__pycache__\/|\.pyc$|\/kernel\/tests\//.test(file);
}
