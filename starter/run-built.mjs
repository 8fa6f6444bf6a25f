import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { buildState } from './build.mjs';

/** @import { Project } from './project.mjs' */

/**
 * Hands over to a command of the build, and ends as it ends. Without a build there is none, and Python has nothing to start from.
 * @param {string} name @param {string[]} args @param {Project} project
 */
export async function runBuilt(name, args, project) {
	const file = path.join(project.root, 'build', `${name}.js`);
	if (!existsSync(file)) {
		console.error('There is no build here yet. Run npm start once: it installs, builds and starts.');
		process.exitCode = 1;
		return;
	}
	// Said beside the report, which may go into a file.
	if (buildState(project) === 'older')
		console.error('The build is older than the sources: npm start builds them anew.');
	process.exitCode = await new Promise((resolve) => {
		const child = spawn(project.node, [file, ...args], { cwd: project.root, stdio: 'inherit' });
		/** Ctrl-C goes to the command too, which may have to finish a line of a file; then this ends with it. */
		const wait = () => undefined;
		/** A signal to this process alone, by `kill` say, would leave the command running. */
		const pass = () => child.kill('SIGTERM');
		process.on('SIGINT', wait).on('SIGTERM', pass);
		const settle = (/** @type {number} */ code) => {
			process.off('SIGINT', wait).off('SIGTERM', pass);
			resolve(code);
		};
		child.on('error', (error) => {
			console.error(
				`${project.node} could not be started: ${error.message}\nInstall the packages again: npm ci`
			);
			settle(1);
		});
		child.on('close', (code) => settle(code ?? 1));
	});
}
