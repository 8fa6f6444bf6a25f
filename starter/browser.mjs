import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { runCommand } from './processes.mjs';
import { canWrite, home, toolEnvironment } from './project.mjs';

/** @import { Environment, Project } from './project.mjs' */

/**
 * A Chromium that was seen to start. `sandbox` says whether its own sandbox can be used here: not as root, and not in
 * containers without user namespaces.
 * @typedef {{ path: string, from: string, version: string, sandbox: boolean }} Browser
 */

const names = ['google-chrome', 'google-chrome-stable', 'chromium', 'chromium-browser', 'chrome'];
const macPlaces = [
	'/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
	'/Applications/Chromium.app/Contents/MacOS/Chromium'
];

/** What nobody needs while testing, and what would otherwise knock on Google's doors at every start. */
export const quietFlags = [
	'--disable-gpu',
	'--disable-quic',
	'--no-first-run',
	'--disable-background-networking',
	'--disable-component-update',
	'--disable-sync'
];

/**
 * An installed Chrome or Chromium, else Playwright's own, else Debian's package when we may install it.
 * @param {Project} project @param {Environment} env @param {(text: string) => void} note
 * @returns {Promise<{ browser: Browser } | { missing: string, lines: string[] }>}
 *   `missing` says what to run to get one.
 */
export async function findBrowser(project, env, note) {
	const named = env['CHROMIUM_PATH'];
	if (named !== undefined && named !== '') {
		const browser = await tryBrowser(project, named, 'CHROMIUM_PATH', env);
		if (browser !== undefined) return { browser };
		return {
			missing: `CHROMIUM_PATH is ${named}, and that does not start. Name a Chrome or Chromium that does, or unset it.`,
			lines: []
		};
	}
	const installed = await findInstalled(project, env);
	if (installed !== undefined) return { browser: installed };

	const browsers = playwrightEnvironment(project, env);
	const own = await playwrightsOwn(project, browsers);
	if (own !== undefined) return { browser: own };

	note("no Chrome or Chromium is installed; trying Playwright's own");
	const download = await runCommand('playwright', ['install', 'chromium'], {
		cwd: project.root,
		env: browsers,
		log: path.join(project.results, 'logs', 'browser-playwright.log'),
		onLine: note,
		limitMs: 8 * 60_000,
		// Where the download is not allowed it may hang instead of failing.
		silenceMs: 60_000
	});
	const downloaded = await playwrightsOwn(project, browsers);
	if (downloaded !== undefined) return { browser: downloaded };

	if (process.getuid?.() === 0 && (await has(project, 'apt-get', env))) {
		note("Playwright's own cannot be had; installing Debian's package chromium");
		const lines = await installDebians(project, env, note);
		const debians = await findInstalled(project, env);
		if (debians !== undefined)
			return { browser: { ...debians, from: `${debians.from}, installed just now` } };
		return { missing: howToGetOne(true), lines };
	}
	return { missing: howToGetOne(await has(project, 'apt-get', env)), lines: download.lines.slice(-10) };
}

/** @param {boolean} apt */
function howToGetOne(apt) {
	return apt
		? 'No Chromium could be had. Get one with: sudo apt-get install chromium'
		: 'No Chromium could be had. Get one with: npx playwright install --with-deps chromium (or install Google Chrome)';
}

/** @param {Project} project @param {Environment} env @returns {Promise<Browser | undefined>} */
export async function findInstalled(project, env) {
	const folders = (env['PATH'] ?? '').split(path.delimiter).filter((folder) => folder !== '');
	const places = names.flatMap((name) => folders.map((folder) => path.join(folder, name)));
	for (const place of [...places, ...(process.platform === 'darwin' ? macPlaces : [])]) {
		if (!existsSync(place)) continue;
		const browser = await tryBrowser(project, place, place, env);
		if (browser !== undefined) return browser;
	}
	return undefined;
}

/**
 * Starts it twice: for its version (stand-ins that only say how to install the real one fail there), and for an empty page,
 * which shows whether it can use its sandbox here.
 * @param {Project} project @param {string} place @param {string} from @param {Environment} env
 * @returns {Promise<Browser | undefined>}
 */
async function tryBrowser(project, place, from, env) {
	const options = { cwd: project.root, env, limitMs: 20_000 };
	const asked = await runCommand(place, ['--version'], options);
	const version = asked.lines.find((line) => /chrom/i.test(line) && /\d+\.\d+/.test(line));
	if (asked.code !== 0 || version === undefined) return undefined;
	for (const sandbox of process.getuid?.() === 0 ? [false] : [true, false]) {
		const profile = await mkdtemp(path.join(tmpdir(), 'procoder-browser-'));
		const flags = [...quietFlags, ...(sandbox ? [] : ['--no-sandbox']), `--user-data-dir=${profile}`];
		const opened = await runCommand(place, ['--headless', ...flags, '--dump-dom', 'about:blank'], options);
		await rm(profile, { recursive: true, force: true }).catch(() => undefined);
		if (opened.code === 0 && opened.lines.some((line) => line.includes('<html>'))) {
			return { path: place, from, version, sandbox };
		}
	}
	return undefined;
}

/** @param {Project} project @param {Environment} env */
async function playwrightsOwn(project, env) {
	const asked = await runCommand(
		project.node,
		['-p', "require('playwright-core').chromium.executablePath()"],
		{ cwd: project.root, env }
	);
	const place = asked.lines.at(-1);
	if (asked.code !== 0 || place === undefined || !existsSync(place)) return undefined;
	return tryBrowser(project, place, "Playwright's own", env);
}

/** Playwright keeps its browsers in the home folder; where that cannot be written, ours is used. @param {Project} project @param {Environment} env */
function playwrightEnvironment(project, env) {
	const result = toolEnvironment(project, env);
	if (result['PLAYWRIGHT_BROWSERS_PATH'] === undefined && !canWrite(path.join(home(env), '.cache'))) {
		result['PLAYWRIGHT_BROWSERS_PATH'] = path.join(project.state, 'browsers');
	}
	return result;
}

/** @param {Project} project @param {string} command @param {Environment} env */
async function has(project, command, env) {
	return (await runCommand(command, ['--version'], { cwd: project.root, env, limitMs: 10_000 })).code === 0;
}

/** @param {Project} project @param {Environment} env @param {(text: string) => void} note */
async function installDebians(project, env, note) {
	const options = {
		cwd: project.root,
		env: { ...env, DEBIAN_FRONTEND: 'noninteractive' },
		onLine: note,
		limitMs: 8 * 60_000
	};
	await runCommand('apt-get', ['update'], {
		...options,
		log: path.join(project.results, 'logs', 'browser-apt-update.log')
	});
	const ended = await runCommand('apt-get', ['install', '-y', '--no-install-recommends', 'chromium'], {
		...options,
		log: path.join(project.results, 'logs', 'browser-apt-install.log')
	});
	return ended.lines.slice(-10);
}
