import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import * as v from 'valibot';
import { findBrowser, quietFlags } from '../../../starter/browser.mjs';
import { thisProject } from '../../../starter/project.mjs';
import type { Lab } from '../lab.ts';
import { median, type Comparison, type Row } from '../measure.ts';

/** Of a hundred; what the issue asks for. */
const wanted = 95;
const categories = ['performance', 'accessibility', 'best-practices'] as const;
const pages = [
	{ name: 'a lesson', path: 'lessons/first-functions' },
	{ name: 'the course', path: '' },
	{ name: 'my data', path: 'my-data' }
];
const devices = ['mobile', 'desktop'] as const;

const Category = v.object({
	score: v.nullable(v.number()),
	auditRefs: v.array(v.object({ id: v.string(), weight: v.number() }))
});
const Report = v.object({
	lighthouseVersion: v.string(),
	categories: v.object({ performance: Category, accessibility: Category, 'best-practices': Category }),
	audits: v.record(
		v.string(),
		v.object({ title: v.string(), score: v.nullable(v.number()), displayValue: v.optional(v.string(), '') })
	)
});
type Report = v.InferOutput<typeof Report>;

/**
 * Lighthouse on the program as it is shipped. It is no dependency, because it brings more than a hundred packages: the row is
 * run where `LIGHTHOUSE_PATH` names its folder or where it has been installed beside the others.
 */
export function lighthouseRow(lab: Lab, rounds: number): Row {
	return {
		name: 'lighthouse',
		title: 'Lighthouse',
		async measure(tell) {
			const command = findCommand();
			if (command === undefined) {
				tell(
					'not run: Lighthouse is not installed. Install it outside of the project, and name its folder: LIGHTHOUSE_PATH=…/node_modules/lighthouse'
				);
				return [];
			}
			const { address } = await lab.app(tell);
			const comparisons: Comparison[] = [];
			for (const device of devices)
				for (const page of pages) {
					const reports: Report[] = [];
					for (let round = 1; round <= rounds; round++) {
						tell(`${page.name}, ${device}, ${round} of ${rounds}`);
						const once = (): Promise<Report> => audit(command, `${address}${page.path}`, device, tell);
						// On a busy machine the browser may not say when the page began; that is no fault of the page.
						reports.push(await once().catch(once));
					}
					for (const category of categories) {
						const lost = reports.map((report) =>
							Math.round(100 - 100 * (report.categories[category].score ?? 0))
						);
						comparisons.push({
							what: `${page.name}, ${device}: points lost for ${category.replace('-', ' ')}`,
							ours: { name: 'lost', unit: 'cases', values: lost },
							base: { name: 'allowed', unit: 'cases', values: [100 - wanted] },
							limit: 1
						});
						if (median(lost) > 0)
							tell(`  ${category} ${100 - median(lost)}: ${reasonsOf(reports.at(-1), category)}`);
					}
				}
			return comparisons;
		}
	};
}

/** The audits that cost something, the dearest first. */
function reasonsOf(report: Report | undefined, category: (typeof categories)[number]): string {
	const cost = ({ id, weight }: { id: string; weight: number }): number =>
		weight * (1 - (report?.audits[id]?.score ?? 1));
	const refs = report?.categories[category].auditRefs.filter((ref) => cost(ref) > 0) ?? [];
	return refs
		.sort((a, b) => cost(b) - cost(a))
		.slice(0, 4)
		.map(({ id }) => `${id} ${report?.audits[id]?.displayValue ?? ''}`.trim())
		.join(', ');
}

function findCommand(): string | undefined {
	const within = 'cli/index.js';
	const named = process.env['LIGHTHOUSE_PATH'];
	if (named !== undefined) return path.join(named, within);
	const folders = createRequire(import.meta.url).resolve.paths('lighthouse') ?? [];
	return folders.map((folder) => path.join(folder, 'lighthouse', within)).find((file) => existsSync(file));
}

async function audit(
	command: string,
	url: string,
	device: (typeof devices)[number],
	tell: (text: string) => void
): Promise<Report> {
	const found = await findBrowser(thisProject, process.env, tell);
	if ('missing' in found) throw new Error(found.missing);
	const { path: browser, sandbox } = found.browser;
	const flags = ['--headless=new', ...quietFlags, ...(sandbox ? [] : ['--no-sandbox'])];
	const folder = await mkdtemp(path.join(tmpdir(), 'procoder-lighthouse-'));
	const output = path.join(folder, 'report.json');
	try {
		await promisify(execFile)(
			process.execPath,
			[
				command,
				url,
				`--only-categories=${categories.join(',')}`,
				`--chrome-flags=${flags.join(' ')}`,
				'--output=json',
				`--output-path=${output}`,
				'--no-enable-error-reporting',
				'--quiet',
				...(device === 'desktop' ? ['--preset=desktop'] : [])
			],
			{ env: { ...process.env, CHROME_PATH: browser }, timeout: 240_000, maxBuffer: 1e8 }
		);
		return v.parse(Report, JSON.parse(await readFile(output, 'utf8')));
	} finally {
		await rm(folder, { recursive: true, force: true });
	}
}
