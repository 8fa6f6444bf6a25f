import { constants } from 'node:fs';
import { access, realpath } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { bad, ok, size, warning, type Check } from './check';
import type { Surroundings } from './surroundings';

const section = 'machine';

/** Free bytes below which a disk is a warning, and a problem. */
export const diskLimits = { warning: 2e9, problem: 200e6 };
/** Available bytes below which memory is a warning: a browser with two Pythons beside the server. */
export const memoryLimit = 2e9;

type Need = { name: string; folder: string; what: string };

/** The disks where data, the database and temporary files lie. `database` is where the cluster is, if that is ours. */
export async function checkMachine(
	place: Surroundings,
	dataDir: string,
	database: string | undefined
): Promise<Check[]> {
	const needs: Need[] = [
		{ name: 'disk-data', folder: dataDir, what: 'data lies' },
		...(database === undefined
			? []
			: [{ name: 'disk-database', folder: database, what: 'the database lies' }]),
		{ name: 'disk-temporary', folder: tmpdir(), what: 'temporary files lie' }
	];
	const seen = new Set<number>();
	const checks: Check[] = [];
	for (const need of needs) {
		const found = await disk(place, need, seen);
		if (found !== undefined) checks.push(found);
	}
	return [...checks, ...(await writable(dataDir)), memory(place)];
}

/** Undefined where an earlier line was about the same disk. */
async function disk(
	place: Surroundings,
	{ name, folder, what }: Need,
	seen: Set<number>
): Promise<Check | undefined> {
	const named = { section, name } as const;
	const nearest = await nearestFolder(folder);
	try {
		const { free, total, device } = await place.disk(nearest);
		if (seen.has(device)) return undefined;
		seen.add(device);
		const facts = { folder: nearest, free, total };
		const text = `${size(free)} of ${size(total)} are free where ${what} (${nearest}).`;
		if (free < diskLimits.problem) {
			return bad(
				named,
				text,
				'Free some space now: below this, work can be lost because it cannot be written.',
				facts
			);
		}
		return free < diskLimits.warning
			? warning(named, text, 'Free some space soon.', facts)
			: ok(named, text, facts);
	} catch (error) {
		return warning(
			named,
			`The free space where ${what} (${nearest}) cannot be told (${codeOf(error)}).`,
			'Check that this user can reach the folder.'
		);
	}
}

/** The folder, or where it is still to be made the one above it that exists. */
async function nearestFolder(folder: string): Promise<string> {
	for (let at = folder; ; at = path.dirname(at)) {
		const found = await realpath(at).catch((error: unknown) => (codeOf(error) === 'ENOENT' ? undefined : at));
		if (found !== undefined || path.dirname(at) === at) return found ?? at;
	}
}

async function writable(dataDir: string): Promise<Check[]> {
	const nearest = await nearestFolder(dataDir);
	try {
		await access(nearest, constants.W_OK | constants.X_OK);
		return [];
	} catch (error) {
		const code = codeOf(error);
		return [
			bad(
				{ section, name: 'writable' },
				`Nothing can be written in ${nearest} (${code}).`,
				code === 'EROFS'
					? 'The file system is read-only: mount it for writing, or set DATA_DIR to another folder.'
					: 'Give this user access to it, or set DATA_DIR to another folder.'
			)
		];
	}
}

const codeOf = (error: unknown): string =>
	error instanceof Error && 'code' in error ? String(error.code) : 'unknown';

function memory(place: Surroundings): Check {
	const named = { section, name: 'memory' } as const;
	const { available, total } = place.memory();
	const facts = { available, total };
	const text = `${size(available)} of ${size(total)} of memory are available.`;
	if (available >= memoryLimit) return ok(named, text, facts);
	return warning(
		named,
		text,
		'Close what is not needed. A browser with a lesson open takes up to 1 GB, the server and its database about 300 MB.',
		facts
	);
}
