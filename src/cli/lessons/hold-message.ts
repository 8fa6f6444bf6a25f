import type { CheckReport } from '$lib/domain/exercise-check';
import type { Exercise, Mistake } from '$lib/domain/lesson';
import type { Tell } from './finding';
import { failureOf, saidOf } from './said-by-checks';
import { checkOf, isCheckable, numbersIn, toldIn } from './told-values';

/** Holds what the message of a mistake says of the learner's code to what its sample does. */
export async function holdMessage(
	ask: (code: string, checks: readonly string[]) => Promise<CheckReport>,
	{ checks, solution }: Exercise,
	{ id, message, sample, detector = '' }: Mistake,
	report: CheckReport,
	{ starter, line }: { starter: string; line: number },
	tell: Tell
): Promise<void> {
	const { told, numbers } = toldIn(message);
	const raised = raisedIn(report);
	const says = (said: string, got: string): void =>
		tell(line, `The message of the mistake “${id}” says something else than what its sample does.`, {
			expected: `${got}, or “With \`name\` 3, …” where the name is to have that value`,
			got: said
		});
	for (const one of told)
		if (!isCheckable(one) && !raised.includes(one.said)) says(one.said, raised[0] ?? 'no error');
	const statements = told.filter(isCheckable);
	let shown = '';
	if (statements.length + numbers.length > 0) {
		const code = report.status === 'error' ? upToItsError(sample) : sample;
		const held = await ask(code, [...statements.map(checkOf), everything]);
		const outcomes = held.status === 'ran' ? held.checks : [];
		for (const [index, { said, ...about }] of statements.entries()) {
			const outcome = outcomes[index];
			const so = outcome === undefined ? saidOf(held) : outcome.ok ? undefined : failureOf(outcome);
			if (so !== undefined) says('code' in about ? `${about.code}: ${said}` : said, so);
		}
		const last = outcomes.at(-1);
		if (last?.ok === false) shown = failureOf(last);
	}
	const around = [
		sample,
		detector,
		solution.code,
		starter,
		...checks.map(({ code }) => code),
		JSON.stringify(report),
		shown
	];
	const strange = numbers.filter((number) => !around.some((text) => numbersIn(text).includes(number)));
	if (strange.length > 0) {
		tell(line, `The message of the mistake “${id}” has a number that is not in its exercise.`, {
			kind: 'note',
			expected: 'numbers of the task, of the sample, or of what the sample gives',
			got: strange.join(', ')
		});
	}
}

/** Checks see nothing of code that ends with an error: this ends without, and its names are as far as they came. */
const upToItsError = (sample: string): string =>
	['try:', ...sample.split('\n').map((line) => `    ${line}`), 'except Exception:', '    pass'].join('\n');

/** A check that fails with what the sample printed and what its names hold. */
const everything = [
	'_values = [value for value in student.names.values() if isinstance(value, (int, float, str, list, tuple, dict))]',
	'raise AssertionError(student.output[:200] + repr(_values))'
].join('\n');

/** The errors that ended the answer, or what a check asked of it. */
function raisedIn(report: CheckReport): string[] {
	if (report.status === 'error') return [report.error.type];
	if (report.status !== 'ran') return [];
	return report.checks.flatMap((check) => (check.ok || check.error === undefined ? [] : [check.error.type]));
}
