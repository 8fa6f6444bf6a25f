import { rmSync } from 'node:fs';
import path from 'node:path';
import { findBrowser } from './browser.mjs';
import { build } from './build.mjs';
import { countPlaywright, countTests, nothing, oneCheck, settled, sum } from './counts.mjs';
import { readJson } from './fingerprint.mjs';
import { checkMigrations } from './migrations.mjs';
import { runScript } from './npm.mjs';
import { runCommand } from './processes.mjs';
import { toolEnvironment, without } from './project.mjs';
import { findPythons } from './pythons.mjs';
import { Stop } from './say.mjs';

/** @import { Counts } from './counts.mjs' */
/** @import { Project } from './project.mjs' */

/**
 * One kind of check. `run` says what it came to, for a failure the lines worth reading, and in `remark` what it ran in.
 * @typedef {{ counts: Counts, lines: string[], remark?: string }} LaneResult
 * @typedef {{ project: Project, log: string, note: (text: string) => void, long: boolean }} LaneTools
 * @typedef {{ name: string, title: string, run: (tools: LaneTools) => Promise<LaneResult> }} Lane
 */

const minute = 60_000;

/**
 * A script of package.json that either passes or does not.
 * @param {string} name @param {string} title @param {string} script
 * @returns {Lane}
 */
function check(name, title, script) {
	return {
		name,
		title,
		async run({ project, log, note }) {
			const ended = await runScript(project, script, { log, onLine: note, limitMs: 5 * minute });
			return { counts: oneCheck(`${name}: npm run ${script}`, ended.code === 0), lines: ended.lines };
		}
	};
}

/**
 * The batches come one after the other: the build before the tests that start it. What is in one batch takes one core each, and
 * goes on side by side, the longest first; the last two use both cores themselves. @type {Lane[][]}
 */
export const batches = [
	[{ name: 'build', title: 'Build', run: runBuild }, check('format', 'Format', 'format:check')],
	[
		check('lint', 'Lint', 'lint'),
		{ name: 'kernel', title: 'The kernel in CPython', run: runKernelTests },
		check('types', 'Types', 'check'),
		check('unused', 'Unused code', 'unused'),
		check('imports', 'Import rules', 'deps'),
		{ name: 'migrations', title: 'Migrations fit the schema', run: runMigrations }
	],
	[{ name: 'unit', title: 'Unit and server tests', run: runVitest }],
	[{ name: 'e2e', title: 'In the browser', run: runPlaywright }]
];

/** @param {LaneTools} tools @returns {Promise<LaneResult>} */
async function runVitest({ project, log, note, long }) {
	// Some of them start the built server. They say so themselves where there is none.
	await runBuild({ project, log, note, long });
	const report = path.join(project.results, 'vitest.json');
	rmSync(report, { force: true });
	const reporter = path.join(project.root, 'starter', 'vitest-reporter.mjs');
	const args = ['run', '--allowOnly=false', '--reporter=default', `--reporter=${reporter}`];
	const ended = await runCommand('vitest', args, {
		cwd: project.root,
		env: { ...testEnvironment(project, long), PROCODER_VITEST_REPORT: report },
		log,
		onLine: note,
		limitMs: (long ? 40 : 15) * minute
	});
	return { counts: settled('unit', countTests(readJson(report)), ended.code), lines: ended.lines };
}

/** @param {LaneTools} tools @returns {Promise<LaneResult>} */
async function runKernelTests({ project, log, note, long }) {
	const env = { ...testEnvironment(project, long), PYTHONDONTWRITEBYTECODE: '1' };
	const pythons = await findPythons(project, env);
	if (pythons.length === 0) {
		const reason = 'no python3 of 3.11 or newer is installed (the kernel was tested inside Pyodide only)';
		return { counts: { ...nothing(), skips: [{ name: 'kernel: CPython', reason }] }, lines: [] };
	}
	const kernel = path.join(project.root, 'src', 'lib', 'runner', 'kernel');
	rmSync(log, { force: true });
	/** @type {LaneResult[]} */
	const results = [];
	for (const { command, version } of pythons) {
		note(`CPython ${version}`);
		const report = path.join(project.results, `kernel-${version}.json`);
		rmSync(report, { force: true });
		const runner = path.join(project.root, 'tests', 'kernel', 'run_unittest.py');
		const ended = await runCommand(command, [runner, path.join(kernel, 'tests'), kernel, report], {
			cwd: project.root,
			env,
			log,
			append: true,
			onLine: note,
			limitMs: 5 * minute
		});
		const counts = settled('kernel', countTests(readJson(report)), ended.code);
		const label = `CPython ${version}: `;
		results.push({
			counts: {
				...counts,
				failures: counts.failures.map((name) => label + name),
				skips: counts.skips.map((skip) => ({ ...skip, name: label + skip.name }))
			},
			lines: counts.failures.length > 0 ? ended.lines : []
		});
	}
	return {
		counts: sum(results.map((result) => result.counts)),
		lines: results.flatMap((result) => result.lines),
		remark: `in CPython ${pythons.map((python) => python.version).join(' and ')}`
	};
}

/** @param {LaneTools} tools @returns {Promise<LaneResult>} */
async function runMigrations({ project, log, note }) {
	const { changed, code, lines } = await checkMigrations(project, { log, onLine: note, limitMs: 2 * minute });
	const advice =
		changed.length > 0
			? [
					`Generating the migrations again changes ${changed.join(', ')}: run \`npm run db:generate\` and commit them.`
				]
			: [];
	return {
		counts: oneCheck('migrations: drizzle-kit generate changes nothing', code === 0 && changed.length === 0),
		lines: [...lines, ...advice]
	};
}

/** @param {LaneTools} tools @returns {Promise<LaneResult>} */
async function runBuild({ project, note }) {
	try {
		await build(project, { line: note, step: (_title, work) => work(note) });
		return { counts: oneCheck('build', true), lines: [] };
	} catch (error) {
		if (!(error instanceof Stop)) throw error;
		return { counts: oneCheck('build: npm run build', false), lines: error.message.split('\n') };
	}
}

/** @param {LaneTools} tools @returns {Promise<LaneResult>} */
async function runPlaywright({ project, log, note, long }) {
	const built = await runBuild({ project, log, note, long });
	if (built.counts.failures.length > 0) {
		return { counts: oneCheck('e2e: there is no build to test', false), lines: built.lines };
	}
	const found = await findBrowser(project, process.env, note);
	if ('missing' in found) return { counts: oneCheck(`e2e: ${found.missing}`, false), lines: found.lines };
	const { browser } = found;
	note(`${browser.version} (${browser.from})`);
	const report = path.join(project.results, 'e2e.json');
	rmSync(report, { force: true });
	const ended = await runCommand('playwright', ['test', '--forbid-only'], {
		cwd: project.root,
		env: {
			...testEnvironment(project, long),
			CHROMIUM_PATH: browser.path,
			PROCODER_CHROMIUM_SANDBOX: browser.sandbox ? 'on' : 'off'
		},
		log,
		onLine: note,
		limitMs: (long ? 120 : 30) * minute
	});
	return {
		counts: settled('e2e', countPlaywright(readJson(report)), ended.code),
		lines: ended.lines,
		remark: `in ${browser.version}, from ${browser.from}`
	};
}

/**
 * A person's own settings must not steer the tests: with their DATABASE_URL the tests would write into their database.
 * Long tests (`npm run test:long`) are told by PROCODER_LONG.
 * @param {Project} project @param {boolean} long
 */
function testEnvironment(project, long) {
	const env = without(toolEnvironment(project), [
		'HOST',
		'PORT',
		'DATA_DIR',
		'DATABASE_URL',
		'LESSONS_DIR',
		'PROCODER_LONG'
	]);
	return long ? { ...env, PROCODER_LONG: '1' } : env;
}
