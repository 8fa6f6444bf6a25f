import { spawn } from 'node:child_process';
import { existsSync, statfsSync } from 'node:fs';
import path from 'node:path';
import { buildState } from './build.mjs';
import { isComplete, missingScripts } from './install.mjs';
import { canWrite, platformNote, thisMachine, thisProject } from './project.mjs';

/** @import { Project } from './project.mjs' */

/**
 * A line of the report, in the form of src/cli/doctor/check.ts.
 * @typedef {{ section: string, name: string, state: 'ok' | 'warning' | 'problem', text: string, advice?: string }} Check
 */

/**
 * Hands over to the built command, which knows everything. Without packages or without a build it says what can be said
 * with Node alone, and how to go on; the exit code is then 1.
 * @param {string[]} args @param {Project} [project]
 */
export async function runDoctor(args, project = thisProject) {
	const missing = whatIsMissing(project);
	if (missing !== undefined) {
		const checks = [...bareChecks(project), missing];
		console.log(args.includes('--json') ? asJson(checks) : asText(checks));
		process.exitCode = 1;
		return;
	}
	process.exitCode = await new Promise((resolve) => {
		const child = spawn(project.node, [commandFile(project), ...args], {
			cwd: project.root,
			stdio: 'inherit',
			env: { ...process.env, PROCODER_BUILD: buildState(project) }
		});
		child.on('error', (error) => {
			console.error(
				`${project.node} could not be started: ${error.message}\nInstall the packages again: npm ci`
			);
			resolve(1);
		});
		child.on('close', (code) => resolve(code ?? 1));
	});
}

/** @param {Project} project */
const commandFile = (project) => path.join(project.root, 'build', 'doctor.js');

/** Why the built command cannot run here. @param {Project} project @returns {Check | undefined} */
function whatIsMissing(project) {
	const packages = { section: 'versions', name: 'packages', state: /** @type {const} */ ('problem') };
	const advice = 'Run npm start: it installs, builds and starts (npm ci installs only).';
	if (!existsSync(path.join(project.root, 'node_modules')))
		return { ...packages, text: 'The packages are not installed: there is no node_modules here.', advice };
	if (!isComplete(project))
		return {
			...packages,
			text: 'The packages are not those of package-lock.json, or not all of them.',
			advice
		};
	const scripts = missingScripts(project);
	if (scripts.length > 0) {
		return {
			...packages,
			text: `npm did not run the install scripts of ${scripts.join(' and ')}.`,
			advice: `Run npm start, or: npm rebuild ${scripts.join(' ')}`
		};
	}
	if (existsSync(commandFile(project))) return undefined;
	return {
		section: 'versions',
		name: 'build',
		state: 'problem',
		text: `There is no ${existsSync(path.join(project.root, 'build')) ? 'whole ' : ''}build here, and the rest of the doctor is part of it.`,
		advice: 'Run npm run build, or npm start, which builds and starts; then npm run doctor again.'
	};
}

/** What Node alone can tell. @param {Project} project @returns {Check[]} */
function bareChecks(project) {
	/** @type {Check[]} */
	const checks = [
		{
			section: 'versions',
			name: 'starter',
			state: 'ok',
			text: `Node ${process.versions.node} can install and start ProCoder.`
		}
	];
	const note = platformNote(thisMachine());
	if (note !== undefined) {
		checks.push({
			section: 'versions',
			name: 'system',
			state: note.stop ? 'problem' : 'warning',
			text: note.text,
			advice: 'Use Linux or macOS, on x64 or arm64.'
		});
	}
	const { bavail, bsize } = statfsSync(project.root);
	const free = bavail * bsize;
	const enough = free > 2e9;
	checks.push({
		section: 'machine',
		name: 'disk-packages',
		state: enough ? 'ok' : 'problem',
		text: `${(free / 1e9).toFixed(1)} GB are free in ${project.root}.`,
		...(enough ? {} : { advice: 'Free some space: packages, build and database need about 2 GB.' })
	});
	if (!canWrite(project.root)) {
		checks.push({
			section: 'machine',
			name: 'writable',
			state: 'problem',
			text: `${project.root} cannot be written by this user.`,
			advice: 'Change its owner, or clone ProCoder into a folder of your own.'
		});
	}
	return checks;
}

/** @param {Check[]} checks */
function asJson(checks) {
	const problems = checks.filter((check) => check.state === 'problem').length;
	const warnings = checks.filter((check) => check.state === 'warning').length;
	return JSON.stringify({ ok: problems === 0, problems, warnings, checks }, null, 2);
}

/** @param {Check[]} checks */
function asText(checks) {
	const marks = { ok: '✓', warning: '!', problem: '✗' };
	return checks
		.flatMap(({ state, text, advice }) => [
			`  ${marks[state]} ${text}`,
			...(advice === undefined ? [] : [`    → ${advice}`])
		])
		.join('\n');
}
