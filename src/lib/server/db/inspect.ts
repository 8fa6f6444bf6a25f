import { existsSync } from 'node:fs';
import { lstat, readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import pg from 'pg';
import { checkServer, connection, type PostgresTarget } from './client';
import { migrationLock, ownMigrations } from './migrate';
import { bundledVersion } from './postgres/binaries';
import { clusterDatabase, clusterExists, clusterUser, passwordFile } from './postgres/cluster';
import { isForeign, noteFile, recordedHome } from './postgres/home';
import { canEnter, postgresUser } from './postgres/os-user';
import { currentOwner } from './postgres/owner';
import { runningIn } from './postgres/postmaster';
import { StartError } from './start-error';

/** Why a server gave no answer that helps, as a tag; nothing in it comes from the address, which holds a password. */
export type Unreachable =
	| 'refused'
	| 'unknown-host'
	| 'timeout'
	| 'password'
	| 'no-database'
	| 'starting'
	| 'too-many'
	| 'address'
	| 'no-encryption'
	| 'other';

/** What a running database says about itself. Sizes are bytes. */
export type Inside = {
	readonly version: string;
	/** A sentence about why ProCoder would not start on it. */
	readonly unsuitable: string | undefined;
	readonly bytes: number;
	/** How many migrations it has, how many it lacks, and how many it has that this ProCoder does not know. */
	readonly migrations: { readonly applied: number; readonly pending: number; readonly unknown: number };
	/** Who holds the lock that a migration takes. */
	readonly migrating: { readonly pid: number; readonly application: string } | undefined;
};
export type Look =
	{ readonly ok: true; readonly inside: Inside } | { readonly ok: false; readonly why: Unreachable };

/** What keeps our own Postgres from starting. */
export type Obstacle =
	| { readonly kind: 'cannot-run'; readonly message: string }
	| { readonly kind: 'closed'; readonly place: string; readonly code: string }
	| { readonly kind: 'no-folder'; readonly place: string }
	| { readonly kind: 'foreign'; readonly place: string }
	| { readonly kind: 'home-gone'; readonly place: string; readonly note: string }
	| { readonly kind: 'no-passage'; readonly place: string }
	| { readonly kind: 'password-gone'; readonly place: string }
	| {
			readonly kind: 'other-version';
			readonly place: string;
			readonly made: string;
			readonly bundled: string;
	  };

/** Our own Postgres, as far as it can be known without starting, making or changing anything. */
export type OwnDatabase = {
	/** The folder of the cluster; it may not be there yet. */
	readonly folder: string;
	/** Whether it is to be made under /var/lib/procoder instead, because Postgres's user cannot reach DATA_DIR. */
	readonly elsewhere: boolean;
	/** Whether it has been made. */
	readonly made: boolean;
	/** What ProCoder brings along, such as `18.4`. */
	readonly bundled: string | undefined;
	/** Bytes on disk. */
	readonly bytes: number | undefined;
	/** The ProCoder that uses it by its own note, and whether that one is still there. */
	readonly holder: { readonly pid: number; readonly alive: boolean } | undefined;
	readonly server: { readonly pid: number; readonly port: number } | undefined;
	/** Undefined where it does not run. */
	readonly look: Look | undefined;
	readonly obstacles: readonly Obstacle[];
};

/** Our own Postgres in `dataDir`. Never throws for what a file system or a server may do. */
export async function inspectOwn(dataDir: string, projectRoot: string): Promise<OwnDatabase> {
	const obstacles: Obstacle[] = [];
	let bundled: string | undefined;
	try {
		bundled = bundledVersion(projectRoot);
	} catch (error) {
		obstacles.push({ kind: 'cannot-run', message: error instanceof Error ? error.message : String(error) });
	}
	const recorded = await recordedHome(dataDir);
	const home = recorded ?? dataDir;
	const folder = path.join(home, 'postgres');
	const closed = await whyClosed(dataDir);
	if (closed !== undefined) {
		obstacles.push(closed);
		return {
			folder,
			elsewhere: false,
			made: false,
			bundled,
			bytes: undefined,
			holder: undefined,
			server: undefined,
			look: undefined,
			obstacles
		};
	}
	if (recorded !== undefined && !existsSync(recorded)) {
		obstacles.push({ kind: 'home-gone', place: recorded, note: noteFile(dataDir) });
	}
	const made = clusterExists(folder);
	const unreachable = recorded === undefined && !(await canReach(dataDir, folder, obstacles));
	if (unreachable && made) obstacles.push({ kind: 'no-passage', place: dataDir });
	if (made) obstacles.push(...(await clusterObstacles(dataDir, folder, bundled)));
	const server = runningIn(folder);
	return {
		folder,
		elsewhere: unreachable && !made,
		made,
		bundled,
		bytes: made ? await folderBytes(folder) : undefined,
		holder: await currentOwner(home),
		server,
		look: server === undefined ? undefined : await inspectOwnServer(dataDir, server.port, projectRoot),
		obstacles
	};
}

/** Whether the user that Postgres runs as gets to DATA_DIR, or to where it will be. */
async function canReach(dataDir: string, folder: string, obstacles: Obstacle[]): Promise<boolean> {
	try {
		const user = postgresUser();
		if (user === undefined) {
			if (await isForeign(folder)) obstacles.push({ kind: 'foreign', place: folder });
			return true;
		}
		let place = dataDir;
		while (!existsSync(place) && path.dirname(place) !== place) place = path.dirname(place);
		return canEnter(user, place);
	} catch (error) {
		obstacles.push({ kind: 'cannot-run', message: error instanceof Error ? error.message : String(error) });
		return true;
	}
}

async function clusterObstacles(
	dataDir: string,
	folder: string,
	bundled: string | undefined
): Promise<Obstacle[]> {
	const found: Obstacle[] = [];
	const made = await readFile(path.join(folder, 'PG_VERSION'), 'utf8').then(
		(text) => text.trim(),
		() => undefined
	);
	if (made !== undefined && bundled !== undefined && made !== String(Number.parseInt(bundled, 10))) {
		found.push({ kind: 'other-version', place: folder, made, bundled });
	}
	if (!existsSync(passwordFile(dataDir))) found.push({ kind: 'password-gone', place: passwordFile(dataDir) });
	return found;
}

async function inspectOwnServer(dataDir: string, port: number, projectRoot: string): Promise<Look> {
	const password = await readFile(passwordFile(dataDir), 'utf8').catch(() => '');
	return inspectServer(
		{ host: '127.0.0.1', port, user: clusterUser, password: password.trim(), database: clusterDatabase },
		projectRoot
	);
}

/** Asks a server about itself, in ten seconds at most. It only reads. */
export async function inspectServer(target: PostgresTarget, projectRoot: string): Promise<Look> {
	let client: pg.Client;
	try {
		client = new pg.Client({
			...connection(target),
			application_name: 'procoder-doctor',
			connectionTimeoutMillis: 5_000,
			query_timeout: 5_000
		});
	} catch {
		return { ok: false, why: 'address' };
	}
	client.on('error', () => undefined);
	try {
		await client.connect();
		return { ok: true, inside: await inspectInside(client, projectRoot) };
	} catch (error) {
		return { ok: false, why: whyUnreachable(error) };
	} finally {
		await client.end().catch(() => undefined);
	}
}

async function inspectInside(client: pg.Client, projectRoot: string): Promise<Inside> {
	const unsuitable = await checkServer(client).then(
		() => undefined,
		(error: unknown) => {
			if (error instanceof StartError) return error.message;
			throw error;
		}
	);
	const about = await client.query<{ version: string; bytes: string }>(
		"select current_setting('server_version') as version, pg_database_size(current_database()) as bytes"
	);
	const locks = await client.query<{ pid: number; application: string }>(
		`select a.pid, coalesce(a.application_name, '') as application
		   from pg_locks l join pg_stat_activity a using (pid)
		  where l.locktype = 'advisory' and l.granted and l.objsubid = 1
		    and l.database = (select oid from pg_database where datname = current_database())
		    and (l.classid::bigint << 32 | l.objid::bigint) = $1`,
		[migrationLock]
	);
	return {
		version: (about.rows[0]?.version ?? '').split(' ')[0] ?? '',
		unsuitable,
		bytes: Number(about.rows[0]?.bytes ?? 0),
		migrations: await compareMigrations(client, projectRoot),
		migrating: locks.rows[0]
	};
}

/** As Drizzle does it: what is later than the last one applied is pending. */
async function compareMigrations(client: pg.Client, projectRoot: string): Promise<Inside['migrations']> {
	const own = await ownMigrations(projectRoot);
	const table = await client.query<{ there: boolean }>(
		"select to_regclass('drizzle.__drizzle_migrations') is not null as there"
	);
	const rows =
		table.rows[0]?.there === true
			? (await client.query<{ at: string }>('select created_at as at from drizzle.__drizzle_migrations')).rows
			: [];
	const applied = rows.map((row) => Number(row.at));
	const last = Math.max(0, ...applied);
	return {
		applied: applied.length,
		pending: own.filter((migration) => migration.when > last).length,
		unknown: applied.filter((at) => !own.some((migration) => migration.when === at)).length
	};
}

function whyUnreachable(error: unknown): Unreachable {
	if (error instanceof AggregateError) return whyUnreachable(error.errors[0]);
	if (!(error instanceof Error)) return 'other';
	const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
	if (code === 'ECONNREFUSED') return 'refused';
	if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return 'unknown-host';
	if (['ETIMEDOUT', 'EHOSTUNREACH', 'ENETUNREACH'].includes(code) || /timeout/i.test(error.message))
		return 'timeout';
	if (code === '28P01' || code === '28000' || /password/i.test(error.message)) return 'password';
	if (code === '3D000') return 'no-database';
	if (code === '57P03') return 'starting';
	if (code === '53300') return 'too-many';
	if (error instanceof URIError || code === 'ERR_INVALID_URL') return 'address';
	if (/SSL/.test(error.message)) return 'no-encryption';
	return 'other';
}

/** Why nothing can be kept in DATA_DIR; undefined where it can, or where it is still to be made. */
async function whyClosed(dataDir: string): Promise<Obstacle | undefined> {
	try {
		if (!(await stat(dataDir)).isDirectory()) return { kind: 'no-folder', place: dataDir };
		await readdir(dataDir);
		return undefined;
	} catch (error) {
		const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
		if (code === 'ENOENT') return undefined;
		return code === 'ENOTDIR'
			? { kind: 'no-folder', place: dataDir }
			: { kind: 'closed', place: dataDir, code };
	}
}

/** What the files of a folder take, in bytes. A server that runs may remove some meanwhile. */
async function folderBytes(folder: string): Promise<number> {
	const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
	let bytes = 0;
	for (const entry of entries) {
		if (!entry.isFile()) continue;
		bytes += await lstat(path.join(entry.parentPath, entry.name)).then(
			(found) => found.size,
			() => 0
		);
	}
	return bytes;
}
