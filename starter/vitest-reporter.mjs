import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** @import { Reporter, TestModule, TestSpecification } from 'vitest/node' */

/**
 * One entry for each test, skips with their reasons: Vitest's own JSON report leaves the reasons out. The report goes to
 * the file named by PROCODER_VITEST_REPORT; every finished file is one line of progress.
 * @implements {Reporter}
 */
export default class CountingReporter {
	#files = 0;
	#done = 0;

	/** @param {ReadonlyArray<TestSpecification>} specifications */
	onTestRunStart(specifications) {
		this.#files = specifications.length;
	}

	/** @param {TestModule} module */
	onTestModuleEnd(module) {
		this.#done += 1;
		console.log(
			`${this.#done} of ${this.#files} files: ${module.project.name} ${module.relativeModuleId} ${module.state()}`
		);
	}

	/** @param {ReadonlyArray<TestModule>} modules @param {ReadonlyArray<{ message?: string }>} errors */
	onTestRunEnd(modules, errors) {
		const tests = modules.flatMap((module) => {
			const where = `${module.project.name} ${module.relativeModuleId}`;
			const found = [...module.children.allTests()].map((test) => {
				const result = test.result();
				const name = `${where} › ${test.fullName}`;
				if (result.state === 'passed')
					return { name, status: 'passed', retried: test.diagnostic()?.flaky === true };
				if (result.state === 'skipped') {
					const todo = test.options.mode === 'todo' ? 'to be written' : undefined;
					return { name, status: 'skipped', reason: result.note ?? todo };
				}
				return { name, status: 'failed' };
			});
			// A file that breaks while it loads, or whose hook breaks, may have no failed test.
			const broken =
				[...module.errors(), ...[...module.children.allSuites()].flatMap((suite) => suite.errors())].length >
				0;
			const quiet = module.state() === 'failed' && !found.some((test) => test.status === 'failed');
			return broken || quiet ? [...found, { name: `${where} (the file itself)`, status: 'failed' }] : found;
		});
		for (const error of errors)
			tests.push({ name: `outside every test: ${error.message ?? 'an error'}`, status: 'failed' });
		const target = process.env['PROCODER_VITEST_REPORT'];
		if (target === undefined) return;
		mkdirSync(path.dirname(target), { recursive: true });
		writeFileSync(target, JSON.stringify({ tests }));
	}
}
