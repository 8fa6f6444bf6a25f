import { existsSync, realpathSync } from 'node:fs';
import path from 'node:path';
import { ok, warning, type Check } from './check';
import type { Surroundings } from './surroundings';

const section = 'python';

/** The engines, by what their browsers say to `--version`. */
const engines = {
	chrome: { title: 'Chrome, Chromium, Edge', says: /(?:Chrome|Chromium|Edge)\D*(\d+)/ },
	firefox: { title: 'Firefox', says: /Firefox\D*(\d+)/ },
	safari: { title: 'Safari', says: /Safari\D*(\d+)/ }
} as const;
export type Engine = keyof typeof engines;

/** From which version on something works. `without` says what is different before that. */
export type Need = {
	readonly name: string;
	readonly what: string;
	readonly since: Readonly<Record<Engine, number>>;
	readonly without: string;
};

export const needs: readonly Need[] = [
	{
		name: 'pages',
		// What Tailwind's CSS and the bundle's target ask for.
		what: 'the pages, and Python in them',
		since: { chrome: 111, firefox: 128, safari: 16.4 },
		without: 'ProCoder does not work in it'
	},
	{
		name: 'shared-memory',
		what: 'Stop without a restart: shared memory, only on https or localhost',
		since: { chrome: 92, firefox: 79, safari: 15.2 },
		without: 'a cell that hangs is stopped by restarting Python, which loses its variables'
	},
	{
		name: 'jspi',
		what: 'input() and sleep that wait without blocking Python (JSPI)',
		since: { chrome: 137, firefox: 153, safari: 27 },
		without:
			'input() and sleep wait through shared memory, and on plain http a cell with input() is run again for each answer'
	}
];

const commands = [
	'google-chrome',
	'google-chrome-stable',
	'chromium',
	'chromium-browser',
	'microsoft-edge',
	'firefox',
	'firefox-esr'
];
const macApplications = [
	'/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
	'/Applications/Chromium.app/Contents/MacOS/Chromium',
	'/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge',
	'/Applications/Firefox.app/Contents/MacOS/firefox'
];

/** A line for each browser that is found here. None is no fault: learners bring their own. */
export async function checkBrowsers(place: Surroundings): Promise<Check[]> {
	const found = await Promise.all(
		programs(place).map(async (program) => ({ program, said: await place.ask(program, ['--version']) }))
	);
	// A browser may lie there under several names.
	const known = new Map(
		found.toReversed().flatMap(({ program, said }) => {
			const browser = recognise(said ?? '');
			return browser === undefined ? [] : [[browser.said, describe(program, browser)] as const];
		})
	);
	const checks = [...known.values()].toReversed();
	if (checks.length > 0) return checks;
	return [
		ok(
			{ section, name: 'browser' },
			'No Chrome, Chromium, Edge or Firefox is installed here; the table below says which ones work.'
		)
	];
}

function programs({ env, platform }: Surroundings): string[] {
	const folders = (env['PATH'] ?? '').split(path.delimiter).filter((folder) => folder !== '');
	const named = env['CHROMIUM_PATH'];
	const places = [
		...(named === undefined || named === '' ? [] : [named]),
		...commands.flatMap((command) => folders.map((folder) => path.join(folder, command))),
		...(platform === 'darwin' ? macApplications : [])
	].filter((program) => existsSync(program));
	// /bin is /usr/bin on many systems.
	return [
		...new Map(places.toReversed().map((program) => [realpathSync(program), program])).values()
	].toReversed();
}

type Known = { readonly engine: Engine; readonly major: number; readonly said: string };

function recognise(said: string): Known | undefined {
	// Programs print warnings before their version.
	for (const line of said.split('\n').toReversed()) {
		for (const engine of ['chrome', 'firefox', 'safari'] as const) {
			const major = engines[engine].says.exec(line)?.[1];
			if (major !== undefined) return { engine, major: Number(major), said: line.trim() };
		}
	}
	return undefined;
}

function describe(program: string, { engine, major, said }: Known): Check {
	const named = { section, name: 'browser' } as const;
	const facts = { program, engine, major };
	const lacking = needs.filter((need) => major < need.since[engine]);
	if (lacking.length === 0) return ok(named, `${said} (${program}) has all that Python needs.`, facts);
	const newest = Math.max(...lacking.map((need) => need.since[engine]));
	return warning(
		named,
		`${said} (${program}) is older than ${newest}: ${lacking[0]?.without ?? ''}.`,
		`Update it to ${newest} or newer.`,
		{ ...facts, lacking: lacking.map((need) => need.name).join(' ') }
	);
}

/** What works from which version on, as lines of equal columns. */
export function browserTable(): string[] {
	const head = ['', ...Object.values(engines).map((engine) => engine.title)];
	const rows = needs.map((need) => [
		need.what,
		...(['chrome', 'firefox', 'safari'] as const).map((engine) => `${need.since[engine]}+`)
	]);
	const widths = head.map((_title, column) =>
		Math.max(...[head, ...rows].map((row) => row[column]?.length ?? 0))
	);
	return [head, ...rows].map((row) =>
		row
			.map((cell, column) => cell.padEnd(widths[column] ?? 0))
			.join('  ')
			.trimEnd()
	);
}
