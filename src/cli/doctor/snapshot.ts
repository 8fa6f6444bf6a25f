import { readFile } from 'node:fs/promises';
import path from 'node:path';
import * as v from 'valibot';
import { ok, size, warning, type Check } from './check';
import type { Pyodide } from './versions';

const named = { section: 'python', name: 'snapshot' } as const;

/** What the build writes down about the memory snapshots that it made; build/runner/snapshot.json. */
const Manifest = v.object({
	/** The versions that the memory is of. */
	pyodide: v.string(),
	python: v.string(),
	buildId: v.optional(v.string()),
	kernelHash: v.optional(v.string()),
	bytes: v.number()
});

/** Whether Python starts from memory that fits what is installed; where it does not it starts the slow way. */
export async function checkSnapshot(projectRoot: string, installed: Pyodide | undefined): Promise<Check> {
	const file = path.join(projectRoot, 'build', 'runner', 'snapshot.json');
	const slow = 'Python starts the plain way, which is slow';
	const again = 'Build again: npm run build.';
	let text: string;
	try {
		text = await readFile(file, 'utf8');
	} catch {
		return warning(named, `The build has no memory snapshot (${file} is missing): ${slow}.`, again, {
			found: false
		});
	}
	const manifest = read(text);
	if (manifest === undefined) {
		return warning(
			named,
			`${file} cannot be understood, so it is not known whether the snapshot fits.`,
			again,
			{ found: true }
		);
	}
	const { pyodide, python, bytes } = manifest;
	const facts = {
		found: true,
		pyodide,
		python,
		bytes,
		kernel: manifest.kernelHash ?? null,
		build: manifest.buildId ?? null
	};
	if (installed !== undefined && (pyodide !== installed.version || python !== installed.python)) {
		return warning(
			named,
			`The memory snapshot is of Pyodide ${pyodide} (Python ${python}), but ${installed.version} (Python ${installed.python}) is installed: ${slow}.`,
			again,
			facts
		);
	}
	return ok(
		named,
		`The memory snapshot (${size(bytes)}) fits Pyodide ${pyodide}: Python starts from it.`,
		facts
	);
}

function read(text: string): v.InferOutput<typeof Manifest> | undefined {
	try {
		const json: unknown = JSON.parse(text);
		const parsed = v.safeParse(Manifest, json);
		return parsed.success ? parsed.output : undefined;
	} catch {
		return undefined;
	}
}
