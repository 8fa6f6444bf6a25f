import { existsSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { closingLine, oneCheck, sum } from './counts.mjs';
import { filesBelow, fingerprint } from './fingerprint.mjs';
import { batches } from './lanes.mjs';
import { endWithUs, runCommand } from './processes.mjs';
import { thisProject, toolEnvironment } from './project.mjs';
import { prepare } from './run-start.mjs';
import { createTeller, sayFailure, Stop } from './say.mjs';

/** @import { Counts } from './counts.mjs' */
/** @import { Lane, LaneResult } from './lanes.mjs' */
/** @import { Project } from './project.mjs' */
/** @import { Teller } from './say.mjs' */

/** How many lanes of a batch go on at once: the cores that the smallest machine has. */
const abreast = 2;

/** How much of a failed lane's output is shown; all of it is in its log. */
const shownLines = 60;

/**
 * Runs the lanes, batch after batch, and closes with the counts over all of them.
 * @param {string[]} args
 */
export async function runTest(args) {
	try {
		const { chosen, long } = readArguments(args);
		const teller = createTeller();
		endWithUs();
		await prepare(thisProject, teller);
		mkdirSync(path.join(thisProject.results, 'logs'), { recursive: true });
		await syncKit(teller);
		// The lanes' environments are made from ours.
		const seed = (process.env['PROCODER_SEED'] ??= String(seedOf(thisProject)));
		teller.line(
			`  Of what is large, PROCODER_SEED=${seed} chooses a part (npm run test:long runs all of it)`
		);
		const counts = [];
		for (const batch of chosen) counts.push(...(await runBatch(batch, teller, long)));
		process.exitCode = report(sum(counts));
	} catch (error) {
		sayFailure(error);
		// CI reads the last line; a run that could not begin has failed, too.
		console.log(`\n${closingLine(oneCheck('starting', false))}`);
	}
}

/**
 * `--only unit,e2e` takes some lanes, `--long` adds the tests that take long.
 * @param {string[]} args
 * @returns {{ chosen: Lane[][], long: boolean }}
 */
export function readArguments(args) {
	const lanes = batches.flat();
	const known = `The lanes are ${lanes.map((lane) => lane.name).join(', ')}.`;
	/** @type {{ only?: string | undefined, long?: boolean | undefined }} */
	let values;
	try {
		({ values } = parseArgs({ args, options: { only: { type: 'string' }, long: { type: 'boolean' } } }));
	} catch (error) {
		throw new Stop(
			`${error instanceof Error ? error.message : String(error)}\nUse: npm test -- [--only LANE,LANE] [--long]. ${known}`
		);
	}
	const names = values.only
		?.split(',')
		.map((name) => name.trim())
		.filter((name) => name !== '');
	const unknown = names?.find((name) => !lanes.some((lane) => lane.name === name));
	if (unknown !== undefined || names?.length === 0)
		throw new Stop(`There is no lane named "${unknown ?? ''}". ${known}`);
	const chosen = batches
		.map((batch) => batch.filter((lane) => names?.includes(lane.name) ?? true))
		.filter((batch) => batch.length > 0);
	return { chosen, long: values.long === true };
}

/**
 * Follows from the files, so that who tests a commit again tests the same, and another commit gets another choice.
 * @param {Project} project
 */
export function seedOf({ root }) {
	const files = filesBelow(root, ['src', 'tests', 'lessons', 'drizzle', 'starter'], isWritten);
	return parseInt(fingerprint(root, files).slice(0, 8), 16);
}

/** What Python leaves beside its files differs from machine to machine. @param {string} file */
const isWritten = (file) => !/\/__pycache__\/|\.pyc$/.test(file);

/** Lint, types and tests read the types that SvelteKit derives from the routes. @param {Teller} teller */
async function syncKit(teller) {
	await teller.step("Deriving the routes' types", async (note) => {
		const ended = await runCommand('svelte-kit', ['sync'], {
			cwd: thisProject.root,
			env: toolEnvironment(thisProject),
			log: path.join(thisProject.results, 'logs', 'sync.log'),
			onLine: note
		});
		if (ended.code !== 0)
			throw new Stop('`svelte-kit sync` failed; no test was run.', ended.lines.slice(-20));
	});
}

/** @param {Lane[]} batch @param {Teller} teller @param {boolean} long @returns {Promise<Counts[]>} */
async function runBatch(batch, teller, long) {
	const waiting = [...batch];
	/** @type {Counts[]} */
	const counts = [];
	const work = async () => {
		for (let lane = waiting.shift(); lane !== undefined; lane = waiting.shift())
			counts.push(await runLane(lane, teller, long));
	};
	await Promise.all(Array.from({ length: abreast }, work));
	return counts;
}

/** @param {Lane} lane @param {Teller} teller @param {boolean} long @returns {Promise<Counts>} */
async function runLane(lane, teller, long) {
	const log = path.join(thisProject.results, 'logs', `${lane.name}.log`);
	const { counts, lines, remark } = await teller.step(
		lane.title,
		async (note) => {
			try {
				return await lane.run({ project: thisProject, log, note, long });
			} catch (error) {
				return crashed(lane, error);
			}
		},
		({ counts }) => ({ ok: counts.failures.length === 0, text: closingLine(counts).replace(/, 0 \w+/g, '') })
	);
	if (remark !== undefined) teller.line(`    ${remark}`);
	if (counts.failures.length > 0) {
		for (const line of lines.slice(-shownLines)) teller.line(`    ${line}`);
		if (existsSync(log)) teller.line(`    (all of it: ${path.relative(thisProject.root, log)})`);
	}
	return counts;
}

/** @param {Lane} lane @param {unknown} error @returns {LaneResult} */
function crashed(lane, error) {
	const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
	return { counts: oneCheck(`${lane.name}: crashed`, false), lines: text.split('\n') };
}

/** @param {Counts} counts @returns {number} the exit code */
function report(counts) {
	const { passed, failures, skips, retried } = counts;
	if (retried.length > 0) {
		const title =
			'Passed on the second try only (a busy machine, or a fault that comes and goes: the logs tell):';
		console.log(['', title, ...retried.map((name) => `  ${name}`)].join('\n'));
	}
	if (skips.length > 0)
		console.log(['', 'Skipped:', ...skips.map(({ name, reason }) => `  ${name}: ${reason}`)].join('\n'));
	if (failures.length > 0) console.log(['', 'Failed:', ...failures.map((name) => `  ${name}`)].join('\n'));
	console.log(`\n${closingLine(counts)}`);
	return failures.length > 0 || passed === 0 ? 1 : 0;
}
