import { mkdir, writeFile } from 'node:fs/promises';
import { loadavg } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { thisProject } from '../../starter/project.mjs';
import { Lab } from './lab.ts';
import { outcomeOf, type Row } from './measure.ts';
import { machineOf, reportOf, tableOf, type Measured } from './report.ts';
import { killRow } from './rows/kill.ts';
import { lighthouseRow } from './rows/lighthouse.ts';
import { memoryRow } from './rows/memory.ts';
import { nodeRow } from './rows/node.ts';
import { outputRow } from './rows/output.ts';
import { paintRow, scriptRow, typingRow } from './rows/page.ts';
import { bootRow, bytesRow, firstRow } from './rows/start.ts';
import { stopRow } from './rows/stop.ts';
import { tripRow } from './rows/trip.ts';

/**
 * `npm run bench -- [--only ROW,ROW] [--rounds N]`: measures the runner and the page in a real Chromium, each figure against another one of the
 * same run. Prints a table, writes it to data/bench, and ends with 1 where a limit is missed or a row fails.
 */
async function run(): Promise<number> {
	const lab = new Lab();
	const { only, rounds } = readArguments();
	const all: Row[] = [
		bootRow(lab, rounds ?? 5),
		firstRow(lab, rounds ?? 5),
		killRow(lab, rounds ?? 5),
		stopRow(lab, rounds ?? 2),
		tripRow(lab, rounds ?? 10),
		outputRow(lab, rounds ?? 5),
		memoryRow(lab),
		bytesRow(lab),
		typingRow(lab, rounds ?? 5),
		paintRow(lab, rounds ?? 3),
		scriptRow(lab),
		nodeRow(rounds ?? 5),
		lighthouseRow(lab, rounds ?? 3)
	];
	const unknown = only?.find((name) => !all.some((row) => row.name === name));
	if (unknown !== undefined)
		throw new Error(`There is no row ${unknown}. The rows are ${all.map(({ name }) => name).join(', ')}.`);
	const before = loadNow();
	const measured: Measured[] = [];
	const failed: string[] = [];
	try {
		for (const row of all.filter(({ name }) => only?.includes(name) ?? true)) {
			say(`${row.title} (${row.name})`);
			const heart = setInterval(() => say(`  ${row.name}: still at it`), 8_000);
			try {
				const comparisons = await row.measure((text) => {
					heart.refresh();
					say(`  ${text}`);
				});
				measured.push(...comparisons.map((comparison) => ({ row: row.name, comparison })));
			} catch (error) {
				failed.push(row.name);
				say(`  ${row.name} failed: ${error instanceof Error ? error.message : String(error)}`);
			} finally {
				clearInterval(heart);
			}
		}
	} finally {
		await lab.close();
	}
	const date = new Date().toISOString();
	const machine = machineOf(lab.browserVersion);
	const load = { before, after: loadNow() };
	const folder = path.join(thisProject.root, 'data', 'bench');
	const file = path.join(folder, `${date.slice(0, 19).replaceAll(':', '')}.json`);
	await mkdir(folder, { recursive: true });
	await writeFile(
		file,
		`${JSON.stringify({ ...reportOf(measured, machine, date), failed, load }, null, '\t')}\n`
	);
	const missed = measured.filter(({ comparison }) => outcomeOf(comparison) === 'missed').length;
	say(`\n${tableOf(measured)}\n`);
	say(
		[
			machine.browser,
			`Node ${machine.node}`,
			`${machine.cores} × ${machine.processor}`,
			`${machine.memoryGb} GB`,
			`load ${load.before} before, ${load.after} after`,
			date
		]
			.filter((part) => part !== '')
			.join(', ')
	);
	say(`All of it is in ${path.relative(thisProject.root, file)}.`);
	if (failed.length > 0) say(`Could not be measured: ${failed.join(', ')}.`);
	say(missed === 0 ? 'Every limit that was measured is met.' : `${missed} limits are missed.`);
	return missed + failed.length > 0 ? 1 : 0;
}

/** How many processes want a core, over the last minute. */
const loadNow = (): number => Number((loadavg()[0] ?? 0).toFixed(1));

function readArguments(): { only: string[] | undefined; rounds: number | undefined } {
	const { values } = parseArgs({ options: { only: { type: 'string' }, rounds: { type: 'string' } } });
	const rounds = values.rounds === undefined ? undefined : Number(values.rounds);
	if (rounds !== undefined && !(Number.isInteger(rounds) && rounds > 0))
		throw new Error(`--rounds is a number of rounds, not ${String(values.rounds)}.`);
	return { only: values.only?.split(',').map((name) => name.trim()), rounds };
}

function say(text: string): void {
	process.stdout.write(`${text}\n`);
}

process.exitCode = await run();
