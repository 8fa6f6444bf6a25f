import { spawn } from 'node:child_process';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { build, serverFile } from './build.mjs';
import { install } from './install.mjs';
import { endWithUs } from './processes.mjs';
import { platformNote, thisMachine, thisProject, toolEnvironment } from './project.mjs';
import { createTeller, sayFailure, Stop } from './say.mjs';

/** @import { Project } from './project.mjs' */
/** @import { Teller } from './say.mjs' */

/** Installs, builds, serves: each only as far as it is needed. */
export async function runStart() {
	try {
		const teller = createTeller();
		const leaveSignals = endWithUs();
		await prepare(thisProject, teller);
		await build(thisProject, teller);
		leaveSignals();
		teller.line('· Starting the server');
		process.exitCode = await serve(thisProject);
	} catch (error) {
		sayFailure(error);
	}
}

/**
 * What every command needs first: a machine that can do it, and the packages.
 * @param {Project} project @param {Teller} teller
 */
export async function prepare(project, teller) {
	const note = platformNote(thisMachine());
	if (note?.stop) throw new Stop(note.text);
	if (note !== undefined) teller.line(note.text);
	await install(project, teller);
}

/**
 * Runs the server until it ends; the answer is its exit code.
 * @param {Project} project @returns {Promise<number>}
 */
function serve(project) {
	const tether = pathToFileURL(path.join(project.root, 'starter', 'tether.mjs')).href;
	return supervise(project.node, ['--import', tether, serverFile(project)], {
		cwd: project.root,
		// The server's own output goes to the terminal as it is, colours included.
		env: { ...toolEnvironment(project), NO_COLOR: process.env['NO_COLOR'], NODE_ENV: 'production' }
	});
}

/**
 * Runs a long-lived command on our terminal. Its process group is its own: Ctrl-C would otherwise reach it two or three
 * times (from the terminal, from npm and from us), and a second signal means "now" to many programs.
 * @param {string} command @param {string[]} args
 * @param {{ cwd: string, env: Record<string, string | undefined> }} options
 * @returns {Promise<number>}
 */
export function supervise(command, args, { cwd, env }) {
	return new Promise((resolve) => {
		const child = spawn(command, args, { cwd, env, stdio: 'inherit', detached: true });
		/** @type {number[]} When the person asked for the end; repeats within a second are echoes of one key press. */
		const asked = [];
		/** @param {NodeJS.Signals} signal */
		const onSignal = (signal) => {
			const now = Date.now();
			if (now - (asked.at(-1) ?? 0) < 1000) return;
			asked.push(now);
			if (asked.length === 1) child.kill(signal === 'SIGHUP' ? 'SIGTERM' : signal);
			else if (asked.length === 2) console.error('Still stopping. Once more ends it at once.');
			else child.kill('SIGKILL');
		};
		for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) process.on(signal, onSignal);
		child.on('error', (error) => {
			console.error(`${command} could not be started: ${error.message}`);
			resolve(1);
		});
		child.on('close', (code, signal) => {
			if (code === null && asked.length === 0)
				console.error(`The server was ended by ${signal ?? 'a signal'}.`);
			resolve(code ?? 1);
		});
	});
}
