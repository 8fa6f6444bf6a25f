import { readdir, readFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { chromium, type BrowserContext, type Page } from '@playwright/test';
import { findBrowser, quietFlags } from '../../starter/browser.mjs';
import { thisProject } from '../../starter/project.mjs';

/**
 * A Chromium with a profile of its own on disk: in the profiles without a name that tests use, the cache is in memory and too small
 * for a snapshot.
 */
export type Browser = {
	readonly version: string;
	newPage(): Promise<Page>;
	/** Megabytes of memory of all its processes, what they share divided among them; undefined where the system does not tell. */
	memory(): Promise<number | undefined>;
	close(): Promise<void>;
};

/** Throws, with what to install, where there is no browser. */
export async function openBrowser(tell: (text: string) => void): Promise<Browser> {
	const found = await findBrowser(thisProject, process.env, tell);
	if ('missing' in found) throw new Error([found.missing, ...found.lines].join('\n'));
	const { path: executablePath, sandbox, version } = found.browser;
	const profile = await mkdtemp(path.join(tmpdir(), 'procoder-bench-'));
	const context = await chromium.launchPersistentContext(profile, {
		executablePath,
		chromiumSandbox: sandbox,
		args: quietFlags,
		viewport: { width: 1280, height: 900 },
		reducedMotion: 'reduce'
	});
	return {
		version,
		newPage: () => newPage(context),
		memory: () => memoryOf(profile),
		async close() {
			await context.close();
			await rm(profile, { recursive: true, force: true });
		}
	};
}

async function newPage(context: BrowserContext): Promise<Page> {
	const page = await context.newPage();
	page.setDefaultTimeout(90_000);
	return page;
}

type Process = { id: number; parent: number };

async function memoryOf(profile: string): Promise<number | undefined> {
	const processes = await allProcesses();
	if (processes === undefined) return undefined;
	const ids = new Set<number>();
	for (const { id } of processes) {
		const command = await readFile(`/proc/${id}/cmdline`, 'utf8').catch(() => '');
		if (command.includes(`--user-data-dir=${profile}`) && !command.includes('--type=')) ids.add(id);
	}
	// Children of children: until no more are found.
	for (let before = 0; before !== ids.size;) {
		before = ids.size;
		for (const { id, parent } of processes) if (ids.has(parent)) ids.add(id);
	}
	const kilobytes = await Promise.all([...ids].map(proportionalKilobytes));
	const sum = kilobytes.reduce((all, one) => all + one, 0);
	return sum === 0 ? undefined : sum / 1024;
}

async function allProcesses(): Promise<Process[] | undefined> {
	const names = await readdir('/proc').catch(() => undefined);
	if (names === undefined) return undefined;
	const found = await Promise.all(
		names
			.filter((name) => /^\d+$/.test(name))
			.map(async (name) => {
				const stat = await readFile(`/proc/${name}/stat`, 'utf8').catch(() => '');
				// The name in brackets may itself hold brackets and blanks.
				const [, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
				return { id: Number(name), parent: Number(parent) };
			})
	);
	return found.filter(({ parent }) => Number.isInteger(parent));
}

/** 0 for a process that is gone, or that we may not look into. */
async function proportionalKilobytes(id: number): Promise<number> {
	const text = await readFile(`/proc/${id}/smaps_rollup`, 'utf8').catch(() => '');
	return Number(/^Pss:\s+(\d+) kB/m.exec(text)?.[1] ?? 0);
}
