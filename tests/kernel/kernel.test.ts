import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadKernel, writeFile } from './pyodide';

/**
 * The kernel's own unit tests, inside the Python that learners use. `npm test` runs the same suite in every CPython it
 * finds: what differs between the two is a finding.
 */
type Report = {
	python: string;
	tests: { name: string; status: 'passed' | 'failed' | 'skipped'; reason?: string }[];
};

const runner = readFileSync(path.join(import.meta.dirname, 'run_unittest.py'), 'utf8');
const report = await runInPyodide();
console.log(`Pyodide's Python is ${report.python}; ${report.tests.length} tests of the kernel`);

describe(`the kernel in Pyodide (Python ${report.python})`, () => {
	it('has tests', () => {
		expect(report.tests.length).toBeGreaterThan(0);
	});
	for (const test of report.tests) {
		it(test.name, (context) => {
			if (test.status === 'skipped') context.skip(test.reason);
			expect(test.status, test.reason).toBe('passed');
		});
	}
});

async function runInPyodide(): Promise<Report> {
	const pyodide = await loadKernel();
	writeFile(pyodide, '/run_unittest.py', runner);
	// Entered as a cell is, so that a test can wait.
	const json: unknown = await pyodide.runPythonAsync(`
import json, sys
sys.path.insert(0, "/")
import run_unittest
json.dumps(run_unittest.run("/kernel/tests", "/kernel"))
`);
	return JSON.parse(String(json)) as Report;
}
