import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, chown, mkdir, mkdtemp, readdir, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { cookieSecret } from '$lib/server/auth/secret';
import { createDatabase } from '$lib/server/db/create-database';
import { startEmbedded } from '$lib/server/db/embedded';
import { migrateDatabase, migrationLock } from '$lib/server/db/migrate';
import { canEnter } from '$lib/server/db/postgres/os-user';
import type { Check } from '../../src/cli/doctor/check';
import { diagnose } from '../../src/cli/doctor/diagnose';
import { asJson, asText, exitCode } from '../../src/cli/doctor/report';
import { thisMachine, type Surroundings } from '../../src/cli/doctor/surroundings';
import { bundle } from './bundle';
import { databaseForTest } from './database';
import { startOwner } from './start-owner';
import { stopPostgres } from './stop-postgres';

vi.setConfig({ testTimeout: 120_000 });

const isRoot = process.getuid?.() === 0;
const nobody = { uid: 65_534, gid: 65_534 };
const root = process.cwd();

async function folderForTest(): Promise<string> {
	const folder = await mkdtemp(path.join(tmpdir(), 'procoder-doctor-'));
	await chmod(folder, 0o711);
	onTestFinished(async () => {
		await stopPostgres(path.join(folder, 'data'));
		await rm(folder, { recursive: true, force: true });
	});
	return folder;
}

/** This machine with plenty of everything, no browsers, and nobody at the port: a test changes what it is about. */
function surroundings(env: Record<string, string>, changes: Partial<Surroundings> = {}): Surroundings {
	return {
		...thisMachine(root),
		env,
		disk: () => Promise.resolve({ free: 50e9, total: 100e9, device: 1 }),
		memory: () => ({ available: 8e9, total: 16e9 }),
		ask: (program) => Promise.resolve(program === 'npm' ? '11.19.1' : undefined),
		startPython: () => Promise.resolve({ ok: false, message: 'This test starts none.' }),
		knock: () => Promise.resolve('nobody'),
		...changes
	};
}

const lines = (checks: readonly Check[], section: Check['section']): string[] =>
	checks
		.filter((check) => check.section === section)
		.map(({ name, state, text }) => `${state} ${name}: ${text}`);
const find = (checks: readonly Check[], name: string): Check | undefined =>
	checks.find((check) => check.name === name);
const troubles = (checks: readonly Check[]): Check[] => checks.filter((check) => check.state !== 'ok');

describe('our own database', () => {
	it('that is still to be made stays unmade', async () => {
		const dataDir = path.join(await folderForTest(), 'data');
		const checks = await diagnose(surroundings({ DATA_DIR: dataDir }));
		expect(lines(checks, 'database')).toEqual([
			expect.stringMatching(
				/^ok place: There is no database yet: the first npm start makes it in .*\/data\/postgres, with Postgres 18/
			)
		]);
		expect(existsSync(dataDir)).toBe(false);
	});

	it('is described through its life: empty, behind, up to date, being migrated, ahead', async () => {
		const dataDir = path.join(await folderForTest(), 'data');
		const server = await startEmbedded(dataDir, root, () => undefined);
		onTestFinished(() => server.stop());
		const place = surroundings({ DATA_DIR: dataDir });
		const { host, port, user, password } = server;
		const seen = async (): Promise<Check[]> =>
			(await diagnose(place)).filter((check) => check.section === 'database');

		const empty = await seen();
		expect(find(empty, 'holder')?.text).toBe(`ProCoder (process ${process.pid}) is using it.`);
		expect(find(empty, 'running')).toMatchObject({
			state: 'ok',
			facts: { running: true, pid: server.pid(), port }
		});
		expect(find(empty, 'migrations')?.text).toBe('Its database is still to be made; npm start does that.');
		expect(find(empty, 'place')?.facts).toMatchObject({ made: true, folder: path.join(dataDir, 'postgres') });
		expect(find(empty, 'place')?.facts?.['bytes']).toBeGreaterThan(1e6);

		await createDatabase({ host, port, user, password, database: 'postgres' }, 'procoder');
		expect(find(await seen(), 'migrations')).toMatchObject({ state: 'warning', facts: { applied: 0 } });
		const target = { host, port, user, password, database: 'procoder' };
		await migrateDatabase(target, root);
		const current = await seen();
		expect(find(current, 'migrations')).toMatchObject({ state: 'ok', facts: { pending: 0, unknown: 0 } });
		expect(find(current, 'server')?.text).toMatch(/^It is Postgres 18\.\d+, and holds \d+ MB\.$/);
		expect(troubles(current)).toEqual([]);

		const other = new pg.Client(target);
		await other.connect();
		await other.query('select pg_advisory_lock($1)', [migrationLock]);
		expect(find(await seen(), 'lock')?.text).toMatch(/^Its process \d+ .* holds the lock of migrations\.$/);
		await other.query('select pg_advisory_unlock_all()');
		await other.query(
			"insert into drizzle.__drizzle_migrations (hash, created_at) values ('x', 9000000000000)"
		);
		await other.end();
		expect(find(await seen(), 'migrations')).toMatchObject({ state: 'problem', facts: { unknown: 1 } });

		// Two looks later nothing of ours has changed.
		expect((await readdir(dataDir)).toSorted()).toEqual([
			'owner.json',
			'postgres',
			'postgres-password',
			'postgres.log'
		]);
		expect(JSON.stringify(await seen())).not.toContain(password);
	});

	it('names the process that uses it, then the Postgres that this one left, then nobody', async () => {
		const dataDir = path.join(await folderForTest(), 'data');
		const place = surroundings({ DATA_DIR: dataDir });
		const owner = await startOwner({ DATA_DIR: dataDir });
		const held = await diagnose(place);
		expect(find(held, 'holder')).toMatchObject({
			state: 'ok',
			text: `ProCoder (process ${owner.child.pid}) is using it.`
		});
		expect(find(held, 'running')).toMatchObject({ state: 'ok', facts: { pid: owner.postgres } });

		owner.child.kill('SIGKILL');
		await owner.gone;
		const left = await diagnose(place);
		expect(find(left, 'running')).toMatchObject({
			state: 'warning',
			advice: `npm start goes on with it. To stop it instead: kill -INT ${owner.postgres}`
		});

		await stopPostgres(dataDir);
		const stopped = await diagnose(place);
		expect(find(stopped, 'running')).toMatchObject({ state: 'ok', facts: { running: false } });
		expect(find(stopped, 'holder')?.text).toMatch(/^A ProCoder that is gone/);
		expect(exitCode(stopped, false)).toBe(0);
	});

	it.each<[string, (dataDir: string) => Promise<unknown>, RegExp]>([
		[
			'a file in its place',
			(dataDir) => writeFile(dataDir, ''),
			/^problem place: .*\/data is not a folder\.$/
		],
		[
			'another version',
			async (dataDir) => {
				await mkdir(path.join(dataDir, 'postgres'), { recursive: true });
				await writeFile(path.join(dataDir, 'postgres', 'PG_VERSION'), '12\n');
				await writeFile(path.join(dataDir, 'postgres-password'), 'x', { mode: 0o600 });
			},
			/^problem place: .* was made by Postgres 12, and this ProCoder brings 18/
		],
		[
			'no password',
			async (dataDir) => {
				await mkdir(path.join(dataDir, 'postgres'), { recursive: true });
				await writeFile(path.join(dataDir, 'postgres', 'PG_VERSION'), '18\n');
			},
			/^problem place: .*postgres-password is gone/
		],
		[
			'a folder elsewhere that is gone',
			async (dataDir) => {
				await mkdir(dataDir);
				await writeFile(path.join(dataDir, 'postgres-is-at'), path.join(dataDir, 'nowhere'));
			},
			/^problem place: The database should be in .*nowhere, but that folder is gone/
		]
	])('finds %s', async (_what, prepare, expected) => {
		const dataDir = path.join(await folderForTest(), 'data');
		await prepare(dataDir);
		if (isRoot && existsSync(path.join(dataDir, 'postgres'))) await chmod(dataDir, 0o711);
		const checks = await diagnose(surroundings({ DATA_DIR: dataDir }));
		expect(lines(checks, 'database')).toEqual([expect.stringMatching(expected)]);
		expect(exitCode(checks, false)).toBe(1);
	});
});

describe('another database', () => {
	const look = async (url: string): Promise<Check[]> => {
		const checks = await diagnose(
			surroundings({ DATABASE_URL: url, DATA_DIR: path.join(await folderForTest(), 'data') })
		);
		return checks.filter((check) => check.section === 'database' || check.section === 'configuration');
	};

	it('is asked', async () => {
		const { url, target } = await databaseForTest();
		const checks = await look(url);
		expect(find(checks, 'reachable')).toMatchObject({
			state: 'ok',
			text: `The Postgres at postgres://•••@${target.host}:${target.port}/${target.database} answers.`
		});
		expect(find(checks, 'migrations')).toMatchObject({ state: 'ok' });
		expect(troubles(checks)).toEqual([]);
		const empty = await databaseForTest(false);
		expect(find(await look(empty.url), 'migrations')).toMatchObject({
			state: 'warning',
			facts: { applied: 0 }
		});
	});

	it('that would lose commits is told as such', async () => {
		const { url, client, target } = await databaseForTest();
		await client.db.execute(`alter database ${target.database} set synchronous_commit = off`);
		expect(find(await look(url), 'server')).toMatchObject({ state: 'problem' });
	});

	it('is wrong in a way that is named, and its password in none of them', async () => {
		const { target } = await databaseForTest();
		const { host, port, user, password, database } = target;
		const silent = createServer(() => undefined).listen(0, '127.0.0.1');
		await new Promise((resolve) => silent.once('listening', resolve));
		const free = createServer().listen(0, '127.0.0.1');
		await new Promise((resolve) => free.once('listening', resolve));
		const { port: refused } = free.address() as AddressInfo;
		await new Promise((resolve) => free.close(resolve));
		const wrong: [string, string][] = [
			[`postgres://${user}:hunter2@${host}:${port}/${database}`, 'password'],
			[`postgres://hunter2@${host}:${port}/${database}`, 'password'],
			[`postgres://${user}:${password}@${host}:${port}/nosuch`, 'no-database'],
			[`postgres://${user}:hunter2@127.0.0.1:${refused}/${database}`, 'refused'],
			[`postgres://${user}:hunter2@no-such-host.invalid/${database}`, 'unknown-host'],
			[
				`postgres://${user}:hunter2@127.0.0.1:${(silent.address() as AddressInfo).port}/${database}`,
				'timeout'
			],
			[`postgres://${user}:hunter2@${host}:${port}/${database}?sslrootcert=/nowhere.pem`, 'address'],
			[`postgres://${user}:${password}@${host}:${port}/${database}?sslmode=verify-full`, 'no-encryption']
		];
		for (const [url, reason] of wrong) {
			const checks = await look(url);
			expect([url, find(checks, 'reachable')?.facts]).toEqual([url, { reason }]);
			expect(exitCode(checks, false)).toBe(1);
			for (const text of [asJson(checks), asText(checks, false).join('\n')]) {
				expect(text).not.toContain('hunter2');
				expect(text).not.toContain(password);
			}
		}
		silent.close();
	});

	it('at an address that is none is not looked for in DATA_DIR', async () => {
		const checks = await look('u:hunter2@h/d');
		expect(find(checks, 'database-url')).toMatchObject({ state: 'problem' });
		expect(lines(checks, 'database')).toEqual([]);
		expect(asJson(checks)).not.toContain('hunter2');
	});
});

describe('the machine', () => {
	const withDisk = async (free: number): Promise<Check | undefined> => {
		const dataDir = path.join(await folderForTest(), 'not', 'made', 'yet');
		const disk = () => Promise.resolve({ free, total: 100e9, device: 1 });
		return find(await diagnose(surroundings({ DATA_DIR: dataDir }, { disk })), 'disk-data');
	};

	it('has a disk: 2 GB are a warning, 200 MB a problem', async () => {
		expect((await withDisk(2e9))?.state).toBe('ok');
		expect(await withDisk(2e9 - 1)).toMatchObject({ state: 'warning', advice: 'Free some space soon.' });
		expect((await withDisk(200e6))?.state).toBe('warning');
		expect(await withDisk(200e6 - 1)).toMatchObject({ state: 'problem' });
		expect((await withDisk(0))?.text).toMatch(/^0 kB of 100\.0 GB are free where data lies \(\/.*\)\.$/);
	});

	it('is asked for real, the folder above it where there is none yet', async () => {
		const folder = await folderForTest();
		const { disk, memory } = thisMachine(root);
		const checks = await diagnose(surroundings({ DATA_DIR: path.join(folder, 'a', 'b') }, { disk, memory }));
		const facts = find(checks, 'disk-data')?.facts;
		expect(facts?.['folder']).toBe(folder);
		expect(facts?.['free']).toBeGreaterThan(0);
		expect(facts?.['total']).toBeGreaterThanOrEqual(Number(facts?.['free']));
		const all = find(checks, 'memory')?.facts;
		expect(all?.['available']).toBeGreaterThan(1e6);
		expect(all?.['total']).toBeLessThan(1e14);
	});

	it('names each disk once', async () => {
		const dataDir = path.join(await folderForTest(), 'data');
		const disk = (folder: string) =>
			Promise.resolve({ free: 3e9, total: 4e9, device: folder === tmpdir() ? 2 : 1 });
		const checks = await diagnose(surroundings({ DATA_DIR: dataDir }, { disk }));
		expect(checks.filter(({ name }) => name.startsWith('disk')).map(({ name }) => name)).toEqual([
			'disk-data',
			'disk-temporary'
		]);
	});

	it('has memory: less than 2 GB are a warning', async () => {
		const memory = () => ({ available: 1.9e9, total: 4e9 });
		const env = { DATA_DIR: path.join(await folderForTest(), 'data') };
		expect(find(await diagnose(surroundings(env, { memory })), 'memory')).toMatchObject({ state: 'warning' });
	});
});

describe('configuration', () => {
	it('goes on with the rest where a setting is wrong', async () => {
		const env = { PORT: 'x', DATA_DIR: path.join(await folderForTest(), 'data'), LESSONS_DIR: 'a\0b' };
		const checks = await diagnose(surroundings(env));
		expect(
			troubles(checks.filter((check) => check.section === 'configuration')).map(({ name }) => name)
		).toEqual(['port', 'lessons-dir']);
		expect(lines(checks, 'lessons')).toEqual([]);
		expect(lines(checks, 'database')).toHaveLength(1);
		// A path with a NUL may reach no terminal as it is.
		expect(asText(checks, false).join('\n')).not.toContain('\0');
	});

	it.each(['nobody', 'ours', 'ill', 'stranger'] as const)('says who listens: %s', async (answer) => {
		const env = { DATA_DIR: path.join(await folderForTest(), 'data'), HOST: '0.0.0.0', PORT: '8123' };
		const asked: string[] = [];
		const knock = (address: string) => {
			asked.push(address);
			return Promise.resolve(answer);
		};
		const checks = await diagnose(surroundings(env, { knock }));
		expect(asked).toEqual(['http://127.0.0.1:8123']);
		expect(find(checks, 'address')?.state).toBe(answer === 'ill' || answer === 'stranger' ? 'warning' : 'ok');
		expect(find(checks, 'network')?.state).toBe('warning');
	});

	it('knows a stranger from nobody', async () => {
		const server = createServer((socket) => socket.resume().end('220 mail\r\n')).listen(0, '127.0.0.1');
		await new Promise((resolve) => server.once('listening', resolve));
		const { port } = server.address() as AddressInfo;
		const { knock } = thisMachine(root);
		expect(await knock(`http://127.0.0.1:${port}`)).toBe('stranger');
		await new Promise((resolve) => server.close(resolve));
		expect(await knock(`http://127.0.0.1:${port}`)).toBe('nobody');
	});

	it('wants keys that only their owner can read', async () => {
		const dataDir = path.join(await folderForTest(), 'data');
		await cookieSecret(dataDir);
		const place = surroundings({ DATA_DIR: dataDir });
		expect(find(await diagnose(place), 'secrets')?.state).toBe('ok');
		await chmod(path.join(dataDir, 'cookie-secret'), 0o644);
		expect(find(await diagnose(place), 'secrets')).toMatchObject({
			state: 'problem',
			advice: `Close it: chmod 600 '${path.join(dataDir, 'cookie-secret')}'`
		});
		expect((await stat(path.join(dataDir, 'cookie-secret'))).mode & 0o777).toBe(0o644);
	});
});

it('says which lessons do not parse, and where', async () => {
	const folder = await folderForTest();
	const lessons = path.join(folder, 'lessons');
	await mkdir(path.join(lessons, '01-good'), { recursive: true });
	await mkdir(path.join(lessons, '02-bad'));
	await writeFile(path.join(lessons, '01-good', 'index.md'), '---\ntitle: T\nsummary: S\n---\n\nWords.\n');
	await writeFile(path.join(lessons, '02-bad', 'index.md'), '---\ntitle: T\n---\n\nWords.\n');
	await symlink('/etc/passwd', path.join(lessons, '01-good', 'passwd.txt'));
	const env = { DATA_DIR: path.join(folder, 'data'), LESSONS_DIR: lessons };
	const broken = await diagnose(surroundings(env));
	expect(lines(broken, 'lessons')).toEqual([
		`ok lessons: 0 lessons in ${lessons}.`,
		'problem lesson: 01-good/passwd.txt:1: This is a link that leads out of the lesson’s folder.',
		'problem lesson: 02-bad/index.md:1: The front matter has no `summary`.'
	]);
	await rm(path.join(lessons, '01-good', 'passwd.txt'));
	await rm(path.join(lessons, '02-bad'), { recursive: true });
	expect(lines(await diagnose(surroundings(env)), 'lessons')).toEqual([
		`ok lessons: 1 lesson in ${lessons}.`
	]);
	await rm(path.join(lessons, '01-good'), { recursive: true });
	expect(lines(await diagnose(surroundings(env)), 'lessons')[0]).toMatch(
		/^problem lessons: There is no lesson in/
	);
	const none = await diagnose(surroundings({ ...env, LESSONS_DIR: path.join(folder, 'none') }));
	expect(find(none, 'lesson')?.text).toBe('.:1: There is no such file or folder.');
});

describe('Python on the server', () => {
	it('is started where the build has the files for it, and not looked for where there are none', async () => {
		const folder = await folderForTest();
		for (const name of ['node_modules', 'drizzle', 'lessons', 'package.json'])
			await symlink(path.join(root, name), path.join(folder, name));
		const asked: string[] = [];
		const place = surroundings(
			{ DATA_DIR: path.join(folder, 'data') },
			{
				projectRoot: folder,
				startPython(from) {
					asked.push(from);
					return Promise.resolve({ ok: false, message: 'Not here.' });
				}
			}
		);
		expect(lines(await diagnose(place), 'server-python')).toEqual([]);
		const runner = path.join(folder, 'build', 'runner');
		await mkdir(runner, { recursive: true });
		const index = {
			kernelHash: 'c'.repeat(64),
			child: 'child.mjs',
			wasm: 'pyodide.wasm',
			stdlib: 'stdlib.zip',
			lock: 'lock.json',
			archive: 'kernel.zip',
			packages: [],
			snapshots: { usual: 'one.bin', other: 'two.bin' }
		};
		await writeFile(path.join(runner, 'runner.json'), JSON.stringify(index));
		await writeFile(path.join(runner, 'one.bin'), 'memory');
		expect(lines(await diagnose(place), 'server-python')).toEqual([
			'warning fences: Python does not start on the server: Not here.'
		]);
		expect(asked).toEqual([runner]);
	});
});

describe('the command', () => {
	let program: string;
	beforeAll(async () => {
		program = await bundle('src/cli/doctor.ts');
	});
	const doctor = (args: string[], env: Record<string, string>, user?: { uid: number; gid: number }) =>
		new Promise<{ code: number | null; out: string; err: string }>((resolve) => {
			const child = spawn(process.execPath, [program, ...args], {
				// No browsers there: starting each for its version takes seconds.
				env: { PATH: '/nowhere', PORT: '0', ...env },
				...(user ?? {})
			});
			const said = { out: '', err: '' };
			child.stdout.on('data', (part: Buffer) => (said.out += part.toString()));
			child.stderr.on('data', (part: Buffer) => (said.err += part.toString()));
			child.on('close', (code) => resolve({ code, ...said }));
		});

	it('ends with 0, with 1 for a problem, with 1 for a warning where that is asked, and with 2 for a wrong option', async () => {
		const DATA_DIR = path.join(await folderForTest(), 'data');
		const fine = await doctor(['--json'], { DATA_DIR });
		const report = JSON.parse(fine.out) as {
			ok: boolean;
			problems: number;
			warnings: number;
			checks: Check[];
		};
		expect(report).toMatchObject({ ok: true, problems: 0 });
		expect(fine.code).toBe(0);
		expect(troubles(report.checks).filter((check) => check.advice === undefined)).toEqual([]);
		expect([exitCode([], true), exitCode(report.checks, false), exitCode(report.checks, true)]).toEqual([
			0, 0, 1
		]);
		expect((await doctor(['--strict'], { DATA_DIR, HOST: '0.0.0.0' })).code).toBe(1);
		expect((await doctor([], { DATA_DIR, HOST: '0.0.0.0' })).code).toBe(0);
		const broken = await doctor([], { DATA_DIR, DATABASE_URL: 'mysql://u:hunter2@h/d' });
		expect(broken.code).toBe(1);
		expect(broken.out).toContain('✗ DATABASE_URL is "mysql://•••@h/d" (from the environment)');
		expect(broken.out + broken.err).not.toContain('hunter2');
		expect(broken.out).not.toContain('\x1b');
		expect(await doctor(['--jsno'], { DATA_DIR })).toMatchObject({ code: 2, out: '' });
		expect(await doctor(['--help'], { DATA_DIR })).toMatchObject({ code: 0, err: '' });
	});

	it('says what to do about a folder that it may not read', async (context) => {
		context.skip(
			isRoot && !canEnter(nobody, root),
			'this checkout is closed to the user that the test would run as'
		);
		const folder = await folderForTest();
		const DATA_DIR = path.join(folder, 'data');
		await mkdir(DATA_DIR, { mode: 0o000 });
		if (isRoot) await chown(folder, nobody.uid, nobody.gid);
		const ended = await doctor(['--json'], { DATA_DIR, HOME: folder }, isRoot ? nobody : undefined);
		await chmod(DATA_DIR, 0o700);
		expect(ended.code).toBe(1);
		const { checks } = JSON.parse(ended.out) as { checks: Check[] };
		expect(find(checks, 'place')).toMatchObject({
			state: 'problem',
			text: `${DATA_DIR} cannot be read (EACCES).`,
			advice: 'Give this user access to it (as its owner: chmod u+rwx), or set DATA_DIR to another folder.'
		});
		expect(find(checks, 'writable')?.state).toBe('problem');
	});
});
