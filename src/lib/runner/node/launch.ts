import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import type { OpenFiles } from './files';
import { codeFd, firstFileFd, type ToChild } from './wire';

/**
 * The fences around a child process, from the outside in. Each is tested by itself, because no single one is a wall:
 * 1. where the system allows it, namespaces of its own: no network but a dead loopback, no process but its own;
 * 2. a user of its own, where we are root;
 * 3. limits: no file can be written, no core dumped, memory ends at 2 GB;
 * 4. Node's permissions: nothing may be read, written, spawned or connected to (what it needs are open files), and no code is made
 *    out of text;
 * 5. inside, no `process` and none of Node's modules (`bare-realm.ts`).
 */
export type Fences = {
	/** What children run as, one after the other; undefined: as ourselves. */
	readonly users: readonly number[] | undefined;
	/** Whether the system itself cuts the network; otherwise Node's permissions do. */
	readonly namespaces: boolean;
	/** Node's own program, as a child of that user finds it. */
	readonly program: string;
	/** Held open for children that cannot reach the program by its path. */
	readonly programFd: number | undefined;
};

const programUnderFd = 5;
const namespaces = ['unshare', '--user', '--net', '--ipc', '--pid', '--fork', '--kill-child=SIGKILL'];

/** The first Node whose permissions cover the network. */
const oldestMajor = 25;

/** Finds out what this system offers. Throws where children cannot be fenced in at all. */
export async function findFences(): Promise<Fences> {
	if (process.platform === 'win32') throw new Error('Python does not run on the server under Windows.');
	if (Number(process.versions.node.split('.')[0]) < oldestMajor) {
		throw new Error(
			`Python does not run on the server under Node ${process.versions.node}: its permissions leave the network open.`
		);
	}
	const users = unprivilegedUsers();
	const user = users?.[0];
	let program = process.execPath;
	let programFd: number | undefined;
	if ((await statusOf(user, [program, '--version'])) !== 0) {
		// The way to it is closed to that user (a clone in root's home); the open file is not.
		programFd = openSync(program, 'r');
		program = `/proc/self/fd/${programUnderFd}`;
		if ((await statusOf(user, [program, '--version'], programFd)) !== 0) {
			closeSync(programFd);
			throw new Error(
				`Another user than root cannot run ${process.execPath}. Start ProCoder as an ordinary user.`
			);
		}
	}
	const apart = (await statusOf(user, [...namespaces, program, '--version'], programFd)) === 0;
	return { users, namespaces: apart, program, programFd };
}

/**
 * Root hands each child to a user that nobody is: not `nobody`, who runs the database, and whose processes could then be signalled.
 * The numbers lie between those that systemd gives out and `nobody`, and are in every container's range. Children that run at the same
 * time have different ones, unless there are more of them.
 */
const strangers = Array.from({ length: 14 }, (_, index) => 65_520 + index);

/** An ordinary user has nobody else to hand children to. */
function unprivilegedUsers(): number[] | undefined {
	if (process.getuid?.() !== 0) return undefined;
	const taken = new Set(
		['/etc/passwd', '/etc/group'].flatMap((file) =>
			readFileSync(file, 'utf8')
				.split('\n')
				.map((line) => Number(line.split(':')[2]))
		)
	);
	const free = strangers.filter((id) => !taken.has(id));
	if (free.length === 0)
		throw new Error('Python may not run as root, and every user it could run as exists.');
	return free;
}

/** Nothing of our environment: NODE_OPTIONS would change what Node allows, and the rest is nobody's business. */
const surroundings = (user: number | undefined) => ({
	cwd: '/',
	env: { PATH: '/usr/local/bin:/usr/bin:/bin', LC_ALL: 'C.UTF-8', TZ: 'UTC' },
	...(user === undefined ? {} : { uid: user, gid: user })
});

function statusOf(user: number | undefined, command: string[], programFd?: number): Promise<number | null> {
	return new Promise((resolve) => {
		const [name = '', ...rest] = command;
		const child = spawn(name, rest, {
			...surroundings(user),
			stdio: ['ignore', 'ignore', 'ignore', 'ignore', 'ignore', programFd ?? 'ignore'],
			timeout: 20_000,
			killSignal: 'SIGKILL'
		});
		child.once('error', () => resolve(null));
		child.once('close', resolve);
	});
}

const oldSpaceMb = 256;
/** Writable memory in KiB: Python's 512 MB, what Node needs beside it, and a snapshot while it is copied. */
const dataLimitKb = 2 * 1024 * 1024;

/**
 * A shell that starts the child and waits on file 3, on which nothing is ever said: when its other end is closed, because the parent
 * has no more use for the child or has died, however it died, the child is killed. It could not do that by itself: its only thread may
 * be busy for ever. The shell also buries it, because a container's first process may bury nobody.
 */
const lifeline = `ulimit -c 0; ulimit -f 0; ulimit -d ${dataLimitKb}
exec 4<&0
"$@" <&4 3<&- 4<&- &
exec 0<&- 1>&- 2>&- 4<&-
read -r nothing <&3
kill -9 $!
wait`;

/** Node allows modules from files only, and this child may read none: its code comes from an open one. */
const loader = `import fs from 'node:fs';
import { registerHooks } from 'node:module';
const source = new Uint8Array(fs.fstatSync(${codeFd}).size);
for (let at = 0; at < source.length; ) at += fs.readSync(${codeFd}, source, at, source.length - at, at);
fs.closeSync(${codeFd});
registerHooks({
	resolve: (name, context, next) => name === 'runner:child' ? { url: name, format: 'module', shortCircuit: true } : next(name, context),
	load: (url, context, next) => url === 'runner:child' ? { format: 'module', source, shortCircuit: true } : next(url, context)
});
await import('runner:child');`;

const nodeOptions = [
	'--permission',
	'--disallow-code-generation-from-strings',
	`--max-old-space-size=${oldSpaceMb}`,
	'--no-addons',
	'--disable-sigusr1',
	'--no-experimental-websocket',
	'--no-experimental-sqlite',
	'--no-warnings',
	'--input-type=module',
	'--eval',
	loader
];

/** Starts a child, and says what its first message must be. It leads a process group of its own. `turn` counts the children. */
export function launch(
	fences: Fences,
	files: OpenFiles,
	turn: number
): { child: ChildProcess; boot: Extract<ToChild, { type: 'boot' }> } {
	const handed: number[] = [];
	const hand = (fd: number): number => firstFileFd + handed.push(fd) - 1;
	const boot = {
		type: 'boot' as const,
		files: {
			wasm: hand(files.wasm),
			stdlib: hand(files.stdlib),
			lock: hand(files.lock),
			archive: hand(files.archive),
			snapshot: files.snapshot === undefined ? undefined : hand(files.snapshot)
		},
		wheels: Object.fromEntries(files.wheels.map(({ file, fd }) => [file, hand(fd)])),
		packages: files.packages
	};
	const command = [...(fences.namespaces ? namespaces : []), '/bin/sh', '-c', lifeline, 'sh'];
	const [name = '', ...args] = [...command, fences.program, ...nodeOptions];
	const child = spawn(name, args, {
		...surroundings(fences.users?.[turn % fences.users.length]),
		detached: true,
		stdio: ['pipe', 'pipe', 'pipe', 'pipe', 'ignore', fences.programFd ?? 'ignore', files.code, ...handed]
	});
	return { child, boot };
}
