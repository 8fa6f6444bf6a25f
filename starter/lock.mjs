import { linkSync, mkdirSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import path from 'node:path';
import { readJson } from './fingerprint.mjs';

/** @typedef {{ pid: number, host: string }} Owner */

const heartbeatMs = 2000;
/** A holder that has not touched its lock for so long is not coming back, whatever its number now belongs to. */
const deadAfterMs = 60_000;

/**
 * Does the work while no other ProCoder command does work under the same lock. A lock whose holder is gone is taken over.
 * @template T
 * @param {string} file
 * @param {() => Promise<T>} work
 * @param {{ waiting?: (owner: Owner) => void, pollMs?: number, me?: Owner }} [options]
 *   `waiting` is told who holds it each time it is found taken.
 * @returns {Promise<T>}
 */
export async function withLock(
	file,
	work,
	{ waiting, pollMs = 500, me = { pid: process.pid, host: hostname() } } = {}
) {
	mkdirSync(path.dirname(file), { recursive: true });
	const draft = `${file}.${me.pid}`;
	writeFileSync(draft, JSON.stringify(me));
	try {
		for (;;) {
			const owner = tryToTake(file, draft, me);
			if (owner === undefined) break;
			waiting?.(owner);
			await new Promise((resolve) => setTimeout(resolve, pollMs));
		}
	} finally {
		rmSync(draft, { force: true });
	}
	const heartbeat = setInterval(() => {
		try {
			utimesSync(file, new Date(), new Date());
		} catch {
			// The folder was removed under us; there is nothing left to hold.
		}
	}, heartbeatMs);
	heartbeat.unref();
	try {
		return await work();
	} finally {
		clearInterval(heartbeat);
		rmSync(file, { force: true });
	}
}

/**
 * Undefined when the lock is now ours, else who has it.
 * @param {string} file @param {string} draft @param {Owner} me
 * @returns {Owner | undefined}
 */
function tryToTake(file, draft, me) {
	try {
		// A hard link appears with its content or not at all, so no one ever reads a half-written lock.
		linkSync(draft, file);
		return undefined;
	} catch (error) {
		if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
	}
	const found = read(file);
	if (found === undefined || !isStale(found, me)) return found?.owner ?? me;
	// Moved aside before it is judged again: of two that found the same stale lock, only one moves it.
	const aside = `${draft}.stale`;
	try {
		renameSync(file, aside);
	} catch {
		return found.owner;
	}
	const moved = read(aside);
	if (moved !== undefined && !isStale(moved, me)) {
		try {
			linkSync(aside, file);
		} catch {
			// Somebody else has it by now.
		}
	}
	rmSync(aside, { force: true });
	return found.owner;
}

/** @param {string} file @returns {{ owner: Owner, touchedMs: number } | undefined} */
function read(file) {
	const owner = /** @type {Owner | undefined} */ (readJson(file));
	const touchedMs = statSync(file, { throwIfNoEntry: false })?.mtimeMs;
	return owner === undefined || touchedMs === undefined ? undefined : { owner, touchedMs };
}

/** @param {{ owner: Owner, touchedMs: number }} found @param {Owner} me */
function isStale({ owner, touchedMs }, me) {
	if (owner.host === me.host && !isAlive(owner.pid)) return true;
	return Date.now() - touchedMs > deadAfterMs;
}

/** @param {number} pid */
function isAlive(pid) {
	try {
		process.kill(pid, 0);
		return true;
	} catch (error) {
		// Somebody else's process is alive too; we only may not signal it.
		return error instanceof Error && 'code' in error && error.code === 'EPERM';
	}
}
