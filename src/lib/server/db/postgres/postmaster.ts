import { spawn, type ChildProcess } from 'node:child_process';
import {
	closeSync,
	fstatSync,
	ftruncateSync,
	openSync,
	readFileSync,
	readlinkSync,
	realpathSync,
	rmSync
} from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { explainFileError, StartError } from '../start-error';
import { clusterUser } from './cluster';
import { childOptions, type OsUser } from './os-user';
import { startedAt } from './owner';

/** A cluster on disk, and what is needed to run it and to talk to it. */
export type Cluster = {
	readonly folder: string;
	readonly postgres: string;
	readonly password: string;
	readonly user: OsUser;
	readonly logFile: string;
};

/** A running server. `child` is absent where it was started by an earlier ProCoder. */
export type Postmaster = {
	readonly pid: number;
	readonly port: number;
	readonly child: ChildProcess | undefined;
};

const logLimitBytes = 10_000_000;

/** What postmaster.pid says: line 1 the process, line 4 the port. */
export function readPidFile(folder: string): { pid: number; port: number } | undefined {
	let lines: string[];
	try {
		lines = readFileSync(path.join(folder, 'postmaster.pid'), 'utf8').split('\n');
	} catch {
		return undefined;
	}
	const [pid, port] = [Number(lines[0]), Number(lines[3])];
	return Number.isInteger(pid) && pid > 0 ? { pid, port: Number.isInteger(port) ? port : 0 } : undefined;
}

/** The server that works in this folder now, by the file that it keeps there. */
export function runningIn(folder: string): { pid: number; port: number } | undefined {
	const found = readPidFile(folder);
	return found !== undefined && servesFolder(found.pid, folder) ? found : undefined;
}

/** Whether a process is a Postgres that works in this folder: a pid from before a reboot may be anything by now. */
function servesFolder(pid: number, folder: string): boolean {
	if (startedAt(pid) === undefined) return false;
	if (process.platform !== 'linux') return true;
	try {
		return readlinkSync(`/proc/${pid}/cwd`) === realpathSync(folder);
	} catch {
		return false;
	}
}

/** Whether the server on that port is ours: it knows our password and works in our folder. */
async function answers(cluster: Cluster, port: number): Promise<boolean> {
	const client = new pg.Client({
		host: '127.0.0.1',
		port,
		user: clusterUser,
		password: cluster.password,
		database: 'postgres',
		connectionTimeoutMillis: 2_000,
		query_timeout: 2_000
	});
	client.on('error', () => undefined);
	try {
		await client.connect();
		const result = await client.query<{ data_directory: string }>('show data_directory');
		const folder = result.rows[0]?.data_directory;
		return folder !== undefined && realpathSync(folder) === realpathSync(cluster.folder);
	} catch {
		return false;
	} finally {
		await client.end().catch(() => undefined);
	}
}

/**
 * The server that an earlier ProCoder left running in this folder, if there is one. A file that names a process which is gone
 * is removed. Throws a StartError where a server runs that does not answer to our password.
 */
export async function adopt(cluster: Cluster): Promise<Postmaster | undefined> {
	const deadline = Date.now() + 30_000;
	for (;;) {
		const found = readPidFile(cluster.folder);
		if (found === undefined) return undefined;
		if (!servesFolder(found.pid, cluster.folder)) {
			rmSync(path.join(cluster.folder, 'postmaster.pid'), { force: true });
			return undefined;
		}
		if (await answers(cluster, found.port)) return { ...found, child: undefined };
		// It may be starting, recovering, or on its way out.
		if (Date.now() > deadline) {
			throw new StartError(
				`A Postgres (process ${found.pid}) is running on ${cluster.folder} but does not answer. Stop it (kill -INT ${found.pid}), then start again.`
			);
		}
		await sleep(200);
	}
}

/**
 * Starts the server and waits until it answers. It is the leader of its own process group, so that Ctrl-C in the terminal
 * reaches us and not it: we close our connections first. It does not keep Node alive.
 */
export async function launch(cluster: Cluster, wantedPort: number | undefined): Promise<Postmaster> {
	const port = wantedPort ?? (await freePort());
	const log = openLog(cluster.logFile);
	const child = spawn(
		cluster.postgres,
		[
			`-D${cluster.folder}`,
			`-p${port}`,
			'-clisten_addresses=127.0.0.1',
			'-cunix_socket_directories=',
			'-cmax_connections=60',
			'-cfsync=on',
			'-cfull_page_writes=on',
			'-csynchronous_commit=on',
			'-clogging_collector=off',
			'-clog_destination=stderr',
			'-clog_timezone=UTC',
			'-clog_statement=none',
			'-clog_min_error_statement=panic',
			'-clog_parameter_max_length_on_error=0'
		],
		{ ...childOptions(cluster.user), detached: true, stdio: ['ignore', log, log] }
	);
	closeSync(log);
	child.unref();
	const pid = await spawned(child, cluster);
	const deadline = Date.now() + 120_000;
	while (!(await answers(cluster, port))) {
		if (child.exitCode !== null || child.signalCode !== null) throw new StartError(explainLog(cluster));
		if (Date.now() > deadline)
			throw new StartError(`Postgres did not get ready in two minutes. ${explainLog(cluster)}`);
		await sleep(50);
	}
	return { pid, port, child };
}

function spawned(child: ChildProcess, cluster: Cluster): Promise<number> {
	return new Promise((resolve, reject) => {
		child.once('error', (error) =>
			reject(new StartError(`Postgres could not be started from ${cluster.postgres}: ${error.message}.`))
		);
		child.once('spawn', () => resolve(child.pid ?? 0));
	});
}

/** Asks the server to end its sessions and stop, and waits until it has; false where it needs longer than `patienceMs`. */
export async function shutDown(
	cluster: Cluster,
	postmaster: Postmaster,
	patienceMs: number
): Promise<boolean> {
	signal(postmaster.pid, 'SIGINT');
	const deadline = Date.now() + patienceMs;
	while (isRunning(cluster, postmaster)) {
		if (Date.now() > deadline) return false;
		await sleep(20);
	}
	return true;
}

/** Whether the server still runs. */
export function isRunning(cluster: Cluster, postmaster: Postmaster): boolean {
	const { child } = postmaster;
	if (child !== undefined) return child.exitCode === null && child.signalCode === null;
	return servesFolder(postmaster.pid, cluster.folder);
}

function signal(pid: number, name: NodeJS.Signals): void {
	try {
		process.kill(pid, name);
	} catch {
		// It ended by itself between our look and our signal.
	}
}

/** A port that is free now. Someone may take it before Postgres does: then the start fails and is tried again. */
function freePort(): Promise<number> {
	return new Promise((resolve, reject) => {
		const server = createServer();
		server.once('error', reject);
		server.listen(0, '127.0.0.1', () => {
			const address = server.address();
			server.close(() =>
				address instanceof Object ? resolve(address.port) : reject(new Error('No port was given.'))
			);
		});
	});
}

function openLog(file: string): number {
	try {
		const log = openSync(file, 'a', 0o600);
		if (fstatSync(log).size > logLimitBytes) ftruncateSync(log);
		return log;
	} catch (error) {
		throw explainFileError(error, file);
	}
}

function explainLog(cluster: Cluster): string {
	let tail = '';
	try {
		tail = readFileSync(cluster.logFile, 'utf8').trim().split('\n').slice(-8).join('\n');
	} catch {
		// The message below says where to look.
	}
	if (/No space left on device|Disk quota exceeded/.test(tail)) {
		return `The disk is full: Postgres cannot write to ${cluster.folder}. Free some space, then start again.`;
	}
	return `Postgres did not start. The end of ${cluster.logFile}:\n${tail}`;
}
