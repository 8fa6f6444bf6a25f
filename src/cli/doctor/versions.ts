import { readFile } from 'node:fs/promises';
import path from 'node:path';
import * as v from 'valibot';
import { bad, ok, warning, type Check } from './check';
import type { Surroundings } from './surroundings';

const section = 'versions';
const Package = v.object({ version: v.string() });
const OurPackage = v.object({
	version: v.string(),
	dependencies: v.object({ node: v.string(), pyodide: v.string() })
});
const PyodideLock = v.object({ info: v.object({ python: v.string() }) });

async function read<T>(file: string, schema: v.GenericSchema<unknown, T>): Promise<T | undefined> {
	try {
		const json: unknown = JSON.parse(await readFile(file, 'utf8'));
		const parsed = v.safeParse(schema, json);
		return parsed.success ? parsed.output : undefined;
	} catch {
		return undefined;
	}
}

export type Pyodide = { readonly version: string; readonly python: string };

/** The Pyodide in node_modules; undefined where there is none, or half of one. */
export async function installedPyodide(root: string): Promise<Pyodide | undefined> {
	const folder = path.join(root, 'node_modules', 'pyodide');
	const own = await read(path.join(folder, 'package.json'), Package);
	const lock = await read(path.join(folder, 'pyodide-lock.json'), PyodideLock);
	return own === undefined || lock === undefined
		? undefined
		: { version: own.version, python: lock.info.python };
}

export async function checkVersions(place: Surroundings, pyodide: Pyodide | undefined): Promise<Check[]> {
	const own = await read(path.join(place.projectRoot, 'package.json'), OurPackage);
	if (own === undefined) {
		return [
			bad(
				{ section, name: 'procoder' },
				`There is no package.json of ProCoder in ${place.projectRoot}.`,
				'Run the doctor in ProCoder’s own folder.'
			)
		];
	}
	const { version, dependencies } = own;
	return [
		procoder(version, place.env['PROCODER_BUILD']),
		node(place.nodeVersion, dependencies.node),
		await npm(place),
		python(pyodide, dependencies.pyodide)
	];
}

/** `build` is what the starter found out about the build: see starter/run-doctor.mjs. */
function procoder(version: string, build: string | undefined): Check {
	const named = { section, name: 'procoder' } as const;
	if (build === 'older') {
		return warning(
			named,
			`ProCoder ${version}; its build was made from other sources than those that lie here.`,
			'Run npm start, which builds what has changed (or npm run build).',
			{ version, build }
		);
	}
	return ok(named, `ProCoder ${version}.`, { version, build: build ?? 'unknown' });
}

function node(running: string, wanted: string): Check {
	const named = { section, name: 'node' } as const;
	const facts = { running, wanted };
	if (running === wanted) return ok(named, `Node ${running} runs this, as wanted.`, facts);
	const advice = 'Run npm ci, then npm run doctor: it takes the Node in node_modules.';
	return running.split('.')[0] === wanted.split('.')[0]
		? warning(named, `Node ${running} runs this; ProCoder is tested on ${wanted}.`, advice, facts)
		: bad(named, `Node ${running} runs this; ProCoder needs ${wanted}.`, advice, facts);
}

async function npm({ env, ask }: Surroundings): Promise<Check> {
	const named = { section, name: 'npm' } as const;
	const said =
		/^npm\/(\S+)/.exec(env['npm_config_user_agent'] ?? '')?.[1] ?? (await ask('npm', ['--version']));
	// npm prints warnings about settings before the version.
	const version = /\d+\.\d+\.\d+\S*$/.exec(said ?? '')?.[0];
	if (version !== undefined) return ok(named, `npm ${version}.`, { version });
	return warning(
		named,
		'npm was not found.',
		'Install it with Node, from nodejs.org or your package manager: npm start needs it.'
	);
}

function python(installed: Pyodide | undefined, wanted: string): Check {
	const named = { section, name: 'pyodide' } as const;
	if (installed === undefined) {
		return bad(
			named,
			'Pyodide, the Python that runs cells, is not installed whole.',
			'Run npm ci, then npm start.',
			{
				installed: null,
				wanted
			}
		);
	}
	const facts = { installed: installed.version, wanted, python: installed.python };
	const text = `Pyodide ${installed.version} with Python ${installed.python}`;
	return installed.version === wanted
		? ok(named, `${text} runs cells.`, facts)
		: bad(named, `${text} is installed, but ${wanted} is wanted.`, 'Run npm ci, then npm start.', facts);
}
