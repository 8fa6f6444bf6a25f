/**
 * What one lane of the tests came to.
 * `retried` passed on their second try: they count as passed and are named, so that one that
 * wobbles does not hide.
 * @typedef {{ passed: number, failures: string[], skips: Skip[], retried: string[] }} Counts
 * @typedef {{ name: string, reason: string }} Skip
 */

const noReason = 'no reason given';

/** @returns {Counts} */
export function nothing() {
	return { passed: 0, failures: [], skips: [], retried: [] };
}

/** A check that either holds or does not counts as one test. @param {string} name @param {boolean} holds @returns {Counts} */
export function oneCheck(name, holds) {
	return { ...nothing(), passed: holds ? 1 : 0, failures: holds ? [] : [name] };
}

/** @param {Counts[]} all @returns {Counts} */
export function sum(all) {
	return {
		passed: all.reduce((total, counts) => total + counts.passed, 0),
		failures: all.flatMap((counts) => counts.failures),
		skips: all.flatMap((counts) => counts.skips),
		retried: all.flatMap((counts) => counts.retried)
	};
}

/** The line that closes a run; CI reads it. @param {Counts} counts */
export function closingLine({ passed, failures, skips }) {
	return `${passed} passed, ${failures.length} failed, ${skips.length} skipped`;
}

/**
 * A runner that ended badly without naming a failed test, or that ran none, has failed all the same.
 * @param {string} name @param {Counts | undefined} counts @param {number} code
 * @returns {Counts}
 */
export function settled(name, counts, code) {
	if (counts === undefined)
		return { ...nothing(), failures: [`${name}: ended with code ${code} and left no report`] };
	if (counts.failures.length > 0) return counts;
	if (code !== 0) return { ...counts, failures: [`${name}: ended with code ${code} though no test failed`] };
	if (counts.passed + counts.skips.length === 0) return { ...counts, failures: [`${name}: no test ran`] };
	return counts;
}

/**
 * The report of our own runners (`vitest-reporter.mjs`, `run_unittest.py`): one entry for each test.
 * @param {unknown} report
 * @returns {Counts | undefined}
 */
export function countTests(report) {
	const tests = field(report, 'tests');
	if (!Array.isArray(tests)) return undefined;
	const counts = nothing();
	for (const test of tests) {
		const name = text(field(test, 'name'), 'a test');
		const status = field(test, 'status');
		if (status === 'passed') {
			counts.passed += 1;
			if (field(test, 'retried') === true) counts.retried.push(name);
		} else if (status === 'skipped')
			counts.skips.push({ name, reason: text(field(test, 'reason'), noReason) });
		else counts.failures.push(name);
	}
	return counts;
}

/**
 * Playwright's JSON report. What it calls flaky passed on its second try.
 * @param {unknown} report
 * @returns {Counts | undefined}
 */
export function countPlaywright(report) {
	const suites = field(report, 'suites');
	if (!Array.isArray(suites)) return undefined;
	const counts = nothing();
	/** @param {unknown} suite @param {string[]} above */
	const visit = (suite, above) => {
		const here = [...above, text(field(suite, 'title'), '')].filter((title) => title !== '');
		for (const inner of list(field(suite, 'suites'))) visit(inner, here);
		for (const spec of list(field(suite, 'specs'))) {
			const name = [...here, text(field(spec, 'title'), 'a test')].join(' › ');
			for (const test of list(field(spec, 'tests'))) addPlaywrightTest(counts, name, test);
		}
	};
	for (const suite of suites) visit(suite, []);
	// What breaks outside every test: a file that does not load, a server that does not start.
	for (const error of list(field(report, 'errors'))) {
		counts.failures.push(text(field(error, 'message'), 'an error outside every test').split('\n')[0] ?? '');
	}
	return counts;
}

/** @param {Counts} counts @param {string} name @param {unknown} test */
function addPlaywrightTest(counts, name, test) {
	const status = field(test, 'status');
	if (status === 'expected' || status === 'flaky') {
		counts.passed += 1;
		if (status === 'flaky') counts.retried.push(name);
	} else if (status === 'skipped') {
		const reasons = list(field(test, 'annotations'))
			.filter((note) => ['skip', 'fixme'].includes(text(field(note, 'type'), '')))
			.map((note) => text(field(note, 'description'), ''));
		counts.skips.push({ name, reason: reasons.find((reason) => reason !== '') ?? noReason });
	} else {
		counts.failures.push(name);
	}
}

/** @param {unknown} value @param {string} key @returns {unknown} */
function field(value, key) {
	return typeof value === 'object' && value !== null
		? /** @type {Record<string, unknown>} */ (value)[key]
		: undefined;
}

/** @param {unknown} value @returns {unknown[]} */
function list(value) {
	return Array.isArray(value) ? value : [];
}

/** @param {unknown} value @param {string} otherwise */
function text(value, otherwise) {
	return typeof value === 'string' && value.trim() !== '' ? value.trim() : otherwise;
}
