import { createHash } from 'node:crypto';
import {
	existsSync,
	mkdirSync,
	readdirSync,
	readFileSync,
	renameSync,
	rmSync,
	statSync,
	writeFileSync
} from 'node:fs';
import path from 'node:path';

/**
 * Every file below the given files and folders, in a fixed order; what is not there is left out.
 * @param {string} root @param {string[]} places relative to the root
 * @param {(relative: string) => boolean} [counts]
 * @returns {string[]} relative paths
 */
export function filesBelow(root, places, counts = () => true) {
	/** @type {string[]} */
	const found = [];
	/** @param {string} relative */
	const visit = (relative) => {
		const full = path.join(root, relative);
		if (!existsSync(full)) return;
		if (!statSync(full).isDirectory()) {
			if (counts(relative)) found.push(relative);
			return;
		}
		for (const name of readdirSync(full)) visit(path.posix.join(relative, name));
	};
	places.forEach(visit);
	return found.sort();
}

/**
 * One hash over names and contents: times say nothing after a checkout or a copy.
 * @param {string} root @param {string[]} files
 */
export function fingerprint(root, files) {
	const hash = createHash('sha256');
	for (const file of files) {
		const content = readFileSync(path.join(root, file));
		hash.update(`${file}\0${content.length}\0`).update(content);
	}
	return hash.digest('hex');
}

/** What is in a JSON file; undefined when it is missing or broken. @param {string} file @returns {unknown} */
export function readJson(file) {
	try {
		return JSON.parse(readFileSync(file, 'utf8'));
	} catch {
		return undefined;
	}
}

/**
 * What a finished install or build noted about itself.
 * @param {string} file @returns {Record<string, unknown> | undefined}
 */
function readStamp(file) {
	const stamp = readJson(file);
	return typeof stamp === 'object' && stamp !== null
		? /** @type {Record<string, unknown>} */ (stamp)
		: undefined;
}

/** Written whole or not at all: half a stamp must not vouch for anything. @param {string} file @param {Record<string, unknown>} stamp */
export function writeStamp(file, stamp) {
	mkdirSync(path.dirname(file), { recursive: true });
	const draft = `${file}.${process.pid}`;
	writeFileSync(draft, `${JSON.stringify(stamp, null, '\t')}\n`);
	renameSync(draft, file);
}

/** @param {string} file */
export function removeStamp(file) {
	rmSync(file, { force: true });
}

/** @param {string} file @param {Record<string, unknown>} wanted */
export function stampFits(file, wanted) {
	const stamp = readStamp(file);
	return stamp !== undefined && Object.entries(wanted).every(([key, value]) => stamp[key] === value);
}
