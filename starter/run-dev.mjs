import path from 'node:path';
import { endWithUs } from './processes.mjs';
import { thisProject, toolEnvironment } from './project.mjs';
import { prepare, supervise } from './run-start.mjs';
import { createTeller, sayFailure } from './say.mjs';

/** The development server, on the address that `npm start` would use. */
export async function runDev() {
	try {
		const leaveSignals = endWithUs();
		await prepare(thisProject, createTeller());
		leaveSignals();
		const vite = path.join(thisProject.root, 'node_modules', 'vite', 'bin', 'vite.js');
		const { HOST = '127.0.0.1', PORT = '3000' } = process.env;
		process.exitCode = await supervise(
			thisProject.node,
			[vite, 'dev', '--host', HOST, '--port', PORT, '--strictPort'],
			{
				cwd: thisProject.root,
				env: { ...toolEnvironment(thisProject), NO_COLOR: process.env['NO_COLOR'] }
			}
		);
	} catch (error) {
		sayFailure(error);
	}
}
