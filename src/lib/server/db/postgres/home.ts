import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, mkdir, readFile, realpath, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { explainFileError, StartError } from '../start-error';
import { systemFolder } from './binaries';
import { canEnter, type OsUser } from './os-user';

/**
 * Where the cluster lies: in DATA_DIR, or, where the user that Postgres runs as cannot reach that, under /var/lib/procoder.
 * The second is written down in DATA_DIR (`postgres-is-at`), because a later change of permissions must never make the
 * data seem to be gone.
 */
export async function clusterHome(
	dataDir: string,
	user: OsUser,
	say: (text: string) => void
): Promise<string> {
	await makeDataDir(dataDir, user);
	if (user === undefined && (await isForeign(path.join(dataDir, 'postgres')))) {
		throw new StartError(
			`${path.join(dataDir, 'postgres')} belongs to another user: this DATA_DIR was last used by root. Start ProCoder as root, or set DATA_DIR to another folder.`
		);
	}
	const note = noteFile(dataDir);
	const recorded = await recordedHome(dataDir);
	if (recorded !== undefined) {
		if (!existsSync(recorded)) {
			throw new StartError(
				`The database of ${dataDir} should be in ${recorded} (says ${note}), but that folder is gone or closed to this user. Put it back, or delete ${note} to start with an empty database.`
			);
		}
		return recorded;
	}
	if (user === undefined || canEnter(user, dataDir)) return dataDir;
	if (existsSync(path.join(dataDir, 'postgres'))) {
		throw new StartError(
			`Postgres runs as "nobody", who can no longer reach ${dataDir}. Open the folders above it for others (chmod o+x), then start again.`
		);
	}
	return elsewhere(dataDir, note, say);
}

/** Where it is written down that the cluster lies elsewhere. */
export const noteFile = (dataDir: string): string => path.join(dataDir, 'postgres-is-at');

/** The folder that is written down there; undefined where the cluster lies in DATA_DIR itself. */
export function recordedHome(dataDir: string): Promise<string | undefined> {
	return readFile(noteFile(dataDir), 'utf8').then(
		(text) => text.trim(),
		() => undefined
	);
}

async function elsewhere(dataDir: string, note: string, say: (text: string) => void): Promise<string> {
	const name = createHash('sha256')
		.update(await realpath(dataDir))
		.digest('hex')
		.slice(0, 16);
	const home = path.join(systemFolder, name);
	say(`Postgres may not run as root, and ${dataDir} is closed to other users: the database goes to ${home}.`);
	try {
		await mkdir(home, { recursive: true, mode: 0o711 });
		await chmod(systemFolder, 0o755);
		await chmod(home, 0o711);
		await writeFile(note, `${home}\n`, { mode: 0o600 });
	} catch (error) {
		throw explainFileError(error, home);
	}
	return home;
}

/** Creates DATA_DIR for us alone; when root, others may pass through it to the cluster but not look around. */
async function makeDataDir(dataDir: string, user: OsUser): Promise<void> {
	try {
		if (!existsSync(dataDir))
			await mkdir(dataDir, { recursive: true, mode: user === undefined ? 0o700 : 0o711 });
		const probe = path.join(dataDir, `.write-test-${process.pid}`);
		await writeFile(probe, '', { mode: 0o600 });
		await rm(probe, { force: true });
	} catch (error) {
		throw explainFileError(error, dataDir);
	}
}

/** Whether `folder` is there and belongs to another user. */
export async function isForeign(folder: string): Promise<boolean> {
	const uid = process.getuid?.();
	const found = await stat(folder).catch(() => undefined);
	return found !== undefined && uid !== undefined && found.uid !== uid;
}
