import { spawnSync, type SpawnOptions } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { StartError } from '../start-error';

/**
 * Who Postgres runs as. It refuses to be root, and its uid needs an entry in the user list ("could not look up effective
 * user ID" otherwise), so root hands it to `nobody`, who always exists. An ordinary user runs it as themselves.
 */
export type OsUser = { readonly uid: number; readonly gid: number } | undefined;

export function postgresUser(): OsUser {
	if (process.getuid?.() !== 0) return undefined;
	const entry = readFileSync('/etc/passwd', 'utf8')
		.split('\n')
		.map((line) => line.split(':'))
		.find(([name]) => name === 'nobody');
	const [uid, gid] = [Number(entry?.[2]), Number(entry?.[3])];
	if (!Number.isInteger(uid) || !Number.isInteger(gid) || uid === 0) {
		throw new StartError(
			'Postgres refuses to run as root, and there is no user "nobody" to run it as. Start ProCoder as an ordinary user, or set DATABASE_URL.'
		);
	}
	return { uid, gid };
}

/** What a child process gets: that user, and none of our environment, where a stray PGPORT would change what Postgres does. */
export function childOptions(user: OsUser): SpawnOptions & { env: NodeJS.ProcessEnv } {
	return {
		env: { PATH: process.env['PATH'] ?? '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' },
		cwd: '/',
		...(user ?? {})
	};
}

/** Whether the user can step into `folder`: asked of the system, because permissions are more than mode bits. */
export function canEnter(user: OsUser, folder: string): boolean {
	return (
		spawnSync('/bin/sh', ['-c', 'cd "$1"', 'sh', folder], { ...childOptions(user), stdio: 'ignore' })
			.status === 0
	);
}

/** Whether the user can run a program, its libraries included. */
export function canRun(user: OsUser, program: string): boolean {
	return spawnSync(program, ['--version'], { ...childOptions(user), stdio: 'ignore' }).status === 0;
}
