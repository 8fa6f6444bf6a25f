import {
	inspect,
	type Inside,
	type Look,
	type Obstacle,
	type OwnDatabase,
	type Unreachable
} from '$lib/server/app';
import { bad, ok, size, warning, type Check } from './check';

const section = 'database';
const at = (name: string) => ({ section, name }) as const;

/** Our own Postgres in `dataDir`, or the one at `url`, of which only `shown` may be printed. */
export async function checkDatabase(
	{ dataDir, databaseUrl }: { readonly dataDir: string; readonly databaseUrl: string | undefined },
	shown: string,
	projectRoot: string
): Promise<Check[]> {
	if (databaseUrl === undefined) return describeOwn(await inspect.ownDatabase(dataDir, projectRoot));
	const look = await inspect.databaseAt(databaseUrl, projectRoot);
	return look.ok
		? [ok(at('reachable'), `The Postgres at ${shown} answers.`), ...describeInside(look.inside)]
		: [unreachable(look.why, `The Postgres at ${shown}`, 'DATABASE_URL')];
}

function describeOwn(own: OwnDatabase): Check[] {
	if (own.obstacles.length > 0) return own.obstacles.map((obstacle) => describeObstacle(obstacle));
	return [place(own), ...holder(own), ...running(own)];
}

function place({ folder, elsewhere, made, bytes, bundled }: OwnDatabase): Check {
	const version = bundled ?? 'unknown';
	const facts = { folder, made, bytes: bytes ?? null, bundled: version };
	return made
		? ok(
				at('place'),
				`The database lies in ${folder} (${size(bytes ?? 0)} on disk); ProCoder brings Postgres ${version}.`,
				facts
			)
		: ok(
				at('place'),
				`There is no database yet: the first npm start makes it ${elsewhere ? 'under /var/lib/procoder (Postgres may not run as root, and DATA_DIR is closed to other users)' : `in ${folder}`}, with Postgres ${version}.`,
				facts
			);
}

function holder({ holder: found, server }: OwnDatabase): Check[] {
	if (found === undefined) return [];
	const facts = { pid: found.pid, alive: found.alive };
	if (found.alive) return [ok(at('holder'), `ProCoder (process ${found.pid}) is using it.`, facts)];
	if (server !== undefined) return [];
	return [
		ok(
			at('holder'),
			`A ProCoder that is gone (process ${found.pid}) was the last to use it; the next start takes over.`,
			facts
		)
	];
}

function running({ made, holder: found, server, look }: OwnDatabase): Check[] {
	if (server === undefined || look === undefined) {
		if (!made) return [];
		if (found?.alive === true) {
			return [
				warning(
					at('running'),
					`Postgres is not running, though ProCoder (process ${found.pid}) is: it may be starting.`,
					'Look again in a minute. If it stays so, see postgres.log in DATA_DIR, and start ProCoder again.'
				)
			];
		}
		return [
			ok(
				at('running'),
				'Postgres is not running; npm start starts it, and applies migrations that are pending.',
				{ running: false }
			)
		];
	}
	const facts = { running: true, pid: server.pid, port: server.port };
	const text = `Postgres (process ${server.pid}) is running on 127.0.0.1:${server.port}`;
	const state =
		found?.alive === true
			? ok(at('running'), `${text}.`, facts)
			: warning(
					at('running'),
					`${text}, left by a ProCoder that was killed.`,
					`npm start goes on with it. To stop it instead: kill -INT ${server.pid}`,
					facts
				);
	if (look.ok) return [state, ...describeInside(look.inside)];
	// A first start that was cut off between two steps: the next one makes it.
	if (look.why === 'no-database')
		return [state, ok(at('migrations'), 'Its database is still to be made; npm start does that.')];
	return [state, unreachable(look.why, 'It', `what is in DATA_DIR (postgres-password, postgres.log)`)];
}

function describeInside({ version, unsuitable, bytes, migrations, migrating }: Inside): Check[] {
	const found: Check[] = [
		unsuitable === undefined
			? ok(at('server'), `It is Postgres ${version}, and holds ${size(bytes)}.`, { version, bytes })
			: bad(
					at('server'),
					unsuitable,
					'Change that in its postgresql.conf, or choose another server with DATABASE_URL.',
					{
						version,
						bytes
					}
				)
	];
	if (migrating !== undefined) {
		found.push(
			warning(
				at('lock'),
				`Its process ${migrating.pid} (${migrating.application || 'without a name'}) holds the lock of migrations.`,
				`A start waits two minutes for it. If nothing is migrating: select pg_terminate_backend(${migrating.pid})`,
				{ pid: migrating.pid }
			)
		);
	}
	return [...found, describeMigrations(migrations)];
}

function describeMigrations({ applied, pending, unknown }: Inside['migrations']): Check {
	const facts = { applied, pending, unknown };
	if (unknown > 0) {
		return bad(
			at('migrations'),
			`The database has ${count(unknown, 'migration')} that this ProCoder does not know: a newer one has used it.`,
			'Go back to the newer ProCoder, or choose another database (DATA_DIR or DATABASE_URL).',
			facts
		);
	}
	if (pending > 0) {
		return warning(
			at('migrations'),
			`${count(pending, 'migration')} ${pending === 1 ? 'is' : 'are'} still to be applied (${applied} ${applied === 1 ? 'is' : 'are'} there).`,
			'Start ProCoder: npm start applies them first. Make a backup before that if the database holds work.',
			facts
		);
	}
	return ok(at('migrations'), `Its tables are up to date (${count(applied, 'migration')}).`, facts);
}

const count = (number: number, what: string): string => `${number} ${what}${number === 1 ? '' : 's'}`;

const reasons: Readonly<Record<Unreachable, { says: string; advice: string }>> = {
	refused: {
		says: 'refuses connections: nothing listens there',
		advice: 'Start it, and check host and port in'
	},
	'unknown-host': { says: 'has a host name that nobody knows', advice: 'Check the host in' },
	timeout: {
		says: 'did not answer in time',
		advice: 'Check the network, a firewall on the way, and host and port in'
	},
	password: { says: 'does not accept the user or the password', advice: 'Check user and password in' },
	'no-database': {
		says: 'has no database of that name',
		advice: 'Create it (createdb), or check the name at the end of'
	},
	starting: {
		says: 'is just starting or stopping',
		advice: 'Try again in a minute; if it stays so, see its log, and check'
	},
	'too-many': {
		says: 'has no connection left',
		advice: 'Raise max_connections there, close other clients, or check'
	},
	address: {
		says: 'has an address that cannot be read',
		advice: 'Write special characters as %XX, and check the files that are named, in'
	},
	'no-encryption': { says: 'and this side do not agree about encryption', advice: 'Check sslmode in' },
	other: { says: 'does not answer as a Postgres does', advice: 'See its log, and check' }
};

function unreachable(why: Extract<Look, { ok: false }>['why'], what: string, where: string): Check {
	const { says, advice } = reasons[why];
	return bad(at('reachable'), `${what} ${says}.`, `${advice} ${where}.`, { reason: why });
}

function describeObstacle(obstacle: Obstacle): Check {
	const other = 'set DATA_DIR to another folder';
	switch (obstacle.kind) {
		case 'cannot-run':
			return bad(
				at('program'),
				obstacle.message,
				'Run npm ci, or set DATABASE_URL to another Postgres of version 16 or newer.'
			);
		case 'closed':
			return bad(
				at('place'),
				`${obstacle.place} cannot be read (${obstacle.code}).`,
				`Give this user access to it (as its owner: chmod u+rwx), or ${other}.`
			);
		case 'no-folder':
			return bad(at('place'), `${obstacle.place} is not a folder.`, `Move it away, or ${other}.`);
		case 'foreign':
			return bad(
				at('place'),
				`${obstacle.place} belongs to another user: root used this DATA_DIR before.`,
				`Start ProCoder as root, or ${other}.`
			);
		case 'home-gone':
			return bad(
				at('place'),
				`The database should be in ${obstacle.place}, but that folder is gone or closed to this user.`,
				`Put it back, or delete ${obstacle.note} to start with an empty database.`
			);
		case 'no-passage':
			return bad(
				at('place'),
				`Postgres runs as "nobody" here, who cannot reach ${obstacle.place}.`,
				`Open the folders above it for others to pass (chmod o+x), or ${other}.`
			);
		case 'password-gone':
			return bad(
				at('place'),
				`${obstacle.place} is gone, and without it the database beside it cannot be opened.`,
				`Put it back from a backup, or ${other}.`
			);
		case 'other-version':
			return bad(
				at('place'),
				`${obstacle.place} was made by Postgres ${obstacle.made}, and this ProCoder brings ${obstacle.bundled}.`,
				`Go back to the ProCoder that made it, or ${other}.`
			);
	}
}
