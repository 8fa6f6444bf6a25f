import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { filesBelow } from './fingerprint.mjs';
import { runScript } from './npm.mjs';

/** @import { Project } from './project.mjs' */

/**
 * Whether the migrations say what the schema says: generating them again must change nothing. The folder is left as it
 * was either way.
 * @param {Project} project
 * @param {{ log: string, onLine: (line: string) => void, limitMs: number }} options
 * @returns {Promise<{ changed: string[], code: number, lines: string[] }>}
 */
export async function checkMigrations(project, options) {
	const before = contents(project.root);
	const ended = await runScript(project, 'db:generate', options);
	const after = contents(project.root);
	const changed = [...new Set([...before.keys(), ...after.keys()])]
		.filter((file) => before.get(file) !== after.get(file))
		.sort();
	for (const file of changed) {
		const text = before.get(file);
		const full = path.join(project.root, file);
		if (text === undefined) rmSync(full, { force: true });
		else {
			mkdirSync(path.dirname(full), { recursive: true });
			writeFileSync(full, text);
		}
	}
	return { changed, code: ended.code, lines: ended.lines };
}

/** @param {string} root */
function contents(root) {
	return new Map(
		filesBelow(root, ['drizzle']).map((file) => [file, readFileSync(path.join(root, file), 'utf8')])
	);
}
