import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { buildState } from './build.mjs';
import { thisProject } from './project.mjs';

/** @import { Project } from './project.mjs' */

/**
 * Hands over to the built command. Without a build there is none, and Python has nothing to start from.
 * @param {string[]} args `new` or `check`, and what follows
 * @param {Project} [project]
 */
export async function runLessons(args, project = thisProject) {
	const file = path.join(project.root, 'build', 'lessons.js');
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
		child.on('error', (error) => {
			console.error(
				`${project.node} could not be started: ${error.message}\nInstall the packages again: npm ci`
			);
			resolve(1);
		});
		child.on('close', (code) => resolve(code ?? 1));
	});
}
