import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { link, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import * as v from 'valibot';
import { explainFileError, StartError } from '../start-error';

const Owner = v.object({ pid: v.pipe(v.number(), v.integer(), v.minValue(1)), started: v.string() });
type Owner = v.InferOutput<typeof Owner>;

/**
 * Makes this process the only ProCoder that uses `home`, and returns how to let go of it. A process is named by its pid and
 * the time it started, because a pid alone is soon given to something else. An owner that is gone is replaced.
 * Throws a StartError naming the pid when another one is alive.
 */
export async function claimOwnership(home: string): Promise<() => Promise<void>> {
	const file = ownerFile(home);
	const mine: Owner = { pid: process.pid, started: startedAt(process.pid) ?? 'unknown' };
	const draft = `${file}.${process.pid}`;
	try {
		await writeFile(draft, JSON.stringify(mine), { mode: 0o600 });
		for (let attempt = 0; attempt < 5; attempt++) {
			// A link fails where the name is taken, so that of two that start together only one gets it.
			const taken = await link(draft, file).then(
				() => false,
				(error: unknown) => {
					if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return true;
					throw error;
				}
			);
			if (!taken) return () => release(file, mine);
			const other = await read(file);
			if (other !== undefined && other.pid !== process.pid && isAlive(other)) throw inUse(home, other.pid);
			await removeStale(file, other);
		}
		throw new StartError(
			`${file} keeps changing: several ProCoders are starting on ${home} at once. Try again.`
		);
	} catch (error) {
		throw explainFileError(error, file);
	} finally {
		await rm(draft, { force: true });
	}
}

/** The process that uses `home` according to its note, and whether it is still there; undefined where nobody is named. */
export async function currentOwner(home: string): Promise<{ pid: number; alive: boolean } | undefined> {
	const owner = await read(ownerFile(home));
	return owner === undefined ? undefined : { pid: owner.pid, alive: isAlive(owner) };
}

const ownerFile = (home: string): string => path.join(home, 'owner.json');

function inUse(home: string, pid: number): StartError {
	return new StartError(
		`Another ProCoder (process ${pid}) is using ${home}. Stop it first (kill ${pid}), or set DATA_DIR to another folder for this one.`
	);
}

async function read(file: string): Promise<Owner | undefined> {
	try {
		const content: unknown = JSON.parse(await readFile(file, 'utf8'));
		const parsed = v.safeParse(Owner, content);
		return parsed.success ? parsed.output : undefined;
	} catch {
		// Gone meanwhile, or half written when the power went: it names nobody.
		return undefined;
	}
}

/** Moves a stale file out of the way, and puts it back where a live owner had replaced it between our look and our move. */
async function removeStale(file: string, stale: Owner | undefined): Promise<void> {
	const aside = `${file}.stale.${process.pid}`;
	try {
		await rename(file, aside);
	} catch {
		return;
	}
	const moved = await read(aside);
	if (moved !== undefined && (moved.pid !== stale?.pid || moved.started !== stale.started)) {
		await link(aside, file).catch(() => undefined);
	}
	await rm(aside, { force: true });
}

async function release(file: string, mine: Owner): Promise<void> {
	const now = await read(file);
	if (now?.pid === mine.pid && now.started === mine.started) await rm(file, { force: true });
}

function isAlive(owner: Owner): boolean {
	const started = startedAt(owner.pid);
	return started !== undefined && started === owner.started;
}

/** When a process started, in whatever form the system gives it; undefined where there is no such process, or only its corpse. */
export function startedAt(pid: number): string | undefined {
	if (process.platform !== 'linux') {
		const answer = spawnSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' });
		return answer.status === 0 ? answer.stdout.trim() || undefined : undefined;
	}
	const status = processStatus(pid);
	return status === undefined || status.state === 'Z' ? undefined : status.started;
}

/** Linux: the state letter and the start time (in clock ticks since boot) from /proc. */
function processStatus(pid: number): { state: string; started: string } | undefined {
	let text: string;
	try {
		text = readFileSync(`/proc/${pid}/stat`, 'utf8');
	} catch {
		return undefined;
	}
	// The second field is the command in parentheses, which may itself hold spaces and parentheses.
	const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
	return { state: fields[0] ?? '', started: fields[19] ?? '' };
}
