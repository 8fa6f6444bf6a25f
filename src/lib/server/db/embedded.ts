import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { findBinaries } from './postgres/binaries';
import { checkVersion, clusterExists, clusterPassword, clusterUser, initCluster } from './postgres/cluster';
import { clusterHome } from './postgres/home';
import { postgresUser } from './postgres/os-user';
import { claimOwnership } from './postgres/owner';
import { adopt, isRunning, launch, shutDown, type Cluster, type Postmaster } from './postgres/postmaster';

export type Say = (text: string) => void;

export type EmbeddedPostgres = {
	readonly host: string;
	readonly port: number;
	readonly user: string;
	readonly password: string;
	/** The server's process; it changes where the server died and was started again. */
	pid(): number;
	/** Stops the server cleanly and lets go of the folder. Safe to call twice. */
	stop(): Promise<void>;
};

/** Milliseconds that a clean stop may take before we leave it to finish by itself. */
const stopPatienceMs = 7_000;
/** Milliseconds for which a start is tried again where what is in its way goes by itself. */
const startPatienceMs = 10_000;

/**
 * Our own Postgres, as a child process that we look after: makes the cluster on first use, takes over one that an earlier
 * ProCoder left running, starts it otherwise, and starts it again should it die. `say` gets a line for each thing that
 * takes time. Throws a StartError when it cannot be had, with the reason and what to do.
 */
export async function startEmbedded(
	dataDir: string,
	projectRoot: string,
	say: Say
): Promise<EmbeddedPostgres> {
	const user = postgresUser();
	const binaries = await findBinaries(user, projectRoot, say);
	const home = await clusterHome(dataDir, user, say);
	const release = await claimOwnership(home);
	try {
		const folder = path.join(home, 'postgres');
		const password = await clusterPassword(dataDir, clusterExists(folder));
		const cluster: Cluster = {
			folder,
			postgres: binaries.postgres,
			password,
			user,
			logFile: path.join(dataDir, 'postgres.log')
		};
		if (!clusterExists(folder)) {
			say(
				`Creating the database in ${folder}${user === undefined ? '' : ' (Postgres runs as "nobody", not as root)'} …`
			);
			await initCluster(folder, password, binaries, user);
		}
		await checkVersion(folder, binaries);
		const postmaster = await obtain(cluster, say);
		return supervise(cluster, postmaster, release, say);
	} catch (error) {
		await release();
		throw error;
	}
}

async function obtain(cluster: Cluster, say: Say): Promise<Postmaster> {
	const running = await adopt(cluster);
	if (running !== undefined) {
		say(`Found the database of an earlier ProCoder still running (process ${running.pid}): using it.`);
		return running;
	}
	say('Starting the database …');
	const deadline = Date.now() + startPatienceMs;
	for (;;) {
		try {
			return await launch(cluster, undefined);
		} catch (error) {
			// The free port may be gone by now, and after a crash old sessions may hold shared memory for a moment.
			if (Date.now() > deadline || !mayPass(error)) throw error;
			await sleep(200);
		}
	}
}

/** What Postgres says when it may do better a moment later. */
const mayPass = (error: unknown): boolean =>
	error instanceof Error && /Address already in use|still in use|already exists/.test(error.message);

function supervise(
	cluster: Cluster,
	first: Postmaster,
	release: () => Promise<void>,
	say: Say
): EmbeddedPostgres {
	let current = first;
	let stopped: Promise<void> | undefined;
	let restarting: Promise<void> | undefined;

	const look = setInterval(() => {
		if (stopped === undefined && restarting === undefined && !isRunning(cluster, current)) {
			restarting = restart().finally(() => (restarting = undefined));
		}
	}, 500);
	look.unref();

	async function restart(): Promise<void> {
		say(`The database (process ${current.pid}) ended unexpectedly; starting it again.`);
		for (let wait = 200; stopped === undefined; wait = Math.min(wait * 2, 5_000)) {
			try {
				// The same port: the pool's connections are made to it.
				current = (await adopt(cluster)) ?? (await launch(cluster, current.port));
				say('The database is back.');
				return;
			} catch (error) {
				say(`The database did not start: ${error instanceof Error ? error.message : String(error)}`);
				await sleep(wait);
			}
		}
	}

	async function stop(): Promise<void> {
		clearInterval(look);
		await restarting;
		const clean = await shutDown(cluster, current, stopPatienceMs);
		if (!clean)
			say(`The database (process ${current.pid}) is still shutting down; it will finish by itself.`);
		await release();
	}

	return {
		host: '127.0.0.1',
		port: first.port,
		user: clusterUser,
		password: cluster.password,
		pid: () => current.pid,
		stop: () => (stopped ??= stop())
	};
}
