import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chown, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { explainFileError, StartError } from '../start-error';
import type { Binaries } from './binaries';
import { childOptions, type OsUser } from './os-user';

/** The one role of our own cluster, and the name of its database. */
export const clusterUser = 'procoder';
export const clusterDatabase = 'procoder';

/** Where the password of our own cluster is kept. */
export const passwordFile = (dataDir: string): string => path.join(dataDir, 'postgres-password');

/** The password of our own cluster: 256 random bits in a file that only we can read, made on first use. */
export async function clusterPassword(dataDir: string, clusterExists: boolean): Promise<string> {
	const file = passwordFile(dataDir);
	try {
		if (existsSync(file)) return (await readFile(file, 'utf8')).trim();
		if (clusterExists) {
			throw new StartError(
				`${file} is gone, and without it the database beside it cannot be opened. Put it back from a backup.`
			);
		}
		const password = randomBytes(32).toString('base64url');
		await writeFile(file, `${password}\n`, { mode: 0o600, flag: 'wx', flush: true });
		return password;
	} catch (error) {
		throw explainFileError(error, file);
	}
}

/** Whether there is a finished cluster. */
export const clusterExists = (cluster: string): boolean => existsSync(path.join(cluster, 'PG_VERSION'));

/** Throws a StartError where another major version of Postgres made the cluster: it would refuse, less clearly. */
export async function checkVersion(cluster: string, binaries: Binaries): Promise<void> {
	const made = (await readFile(path.join(cluster, 'PG_VERSION'), 'utf8')).trim();
	if (made === String(binaries.major)) return;
	throw new StartError(
		`${cluster} was made by Postgres ${made}, and this ProCoder brings ${binaries.major}. Go back to the ProCoder that made it, or set DATA_DIR to another folder.`
	);
}

/**
 * Creates the cluster under another name and renames it when it is whole, so that a start that was cut off leaves nothing
 * that looks finished. Bare machines have no locales: the built-in C.UTF-8 needs none.
 */
export async function initCluster(
	cluster: string,
	password: string,
	binaries: Binaries,
	user: OsUser
): Promise<void> {
	const home = path.dirname(cluster);
	await removeUnfinished(home);
	const unfinished = path.join(home, `${unfinishedPrefix}${process.pid}`);
	const handedOver = `${unfinished}.password`;
	try {
		await mkdir(unfinished, { mode: 0o700 });
		await writeFile(handedOver, password, { mode: 0o600 });
		if (user !== undefined) {
			await chown(unfinished, user.uid, user.gid);
			await chown(handedOver, user.uid, user.gid);
		}
		await runInitdb(binaries.initdb, unfinished, handedOver, user);
		await rename(unfinished, cluster);
	} catch (error) {
		throw explainFileError(error, cluster);
	} finally {
		await rm(handedOver, { force: true });
	}
}

const unfinishedPrefix = 'postgres.unfinished-';

async function removeUnfinished(home: string): Promise<void> {
	const names = await readdir(home);
	const old = names.filter((name) => name.startsWith(unfinishedPrefix));
	await Promise.all(old.map((name) => rm(path.join(home, name), { recursive: true, force: true })));
}

function runInitdb(initdb: string, folder: string, handedOver: string, user: OsUser): Promise<void> {
	const flags = [
		`--pgdata=${folder}`,
		`--username=${clusterUser}`,
		`--pwfile=${handedOver}`,
		'--auth=scram-sha-256',
		'--encoding=UTF8',
		'--locale=C',
		'--locale-provider=builtin',
		'--builtin-locale=C.UTF-8',
		'--data-checksums'
	];
	return new Promise((resolve, reject) => {
		const child = spawn(initdb, flags, {
			...childOptions(user),
			stdio: ['ignore', 'pipe', 'pipe'],
			timeout: 120_000
		});
		let output = '';
		const keep = (chunk: Buffer): void => {
			output = (output + chunk.toString()).slice(-2_000);
		};
		child.stdout.on('data', keep);
		child.stderr.on('data', keep);
		child.on('error', reject);
		child.on('close', (code, signal) => {
			if (code === 0) return resolve();
			const full = /No space left on device|Disk quota exceeded/.test(output);
			const message = full
				? `The disk is full: the database needs about 100 MB in ${path.dirname(folder)}.`
				: `The database could not be created in ${folder} (initdb ended with ${signal ?? code}):\n${output.trim()}`;
			reject(new StartError(message));
		});
	});
}
