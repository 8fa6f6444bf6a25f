import { browserTable, needs } from './browsers';
import { sections, type Check, type Section } from './check';

const count = (checks: readonly Check[], state: Check['state']): number =>
	checks.filter((check) => check.state === state).length;

/** 0 where nothing is wrong, 1 where something is; with `strict` a warning counts too. */
export const exitCode = (checks: readonly Check[], strict: boolean): 0 | 1 =>
	count(checks, 'problem') > 0 || (strict && count(checks, 'warning') > 0) ? 1 : 0;

/** The report for a program: one object. */
export function asJson(checks: readonly Check[]): string {
	const report = {
		ok: count(checks, 'problem') === 0,
		problems: count(checks, 'problem'),
		warnings: count(checks, 'warning'),
		checks,
		browsers: needs
	};
	return JSON.stringify(report, null, 2);
}

const marks = { ok: '✓', warning: '!', problem: '✗' } as const;
const colours = { ok: '32', warning: '33', problem: '31' } as const;

/** The report for a person, as lines. */
export function asText(checks: readonly Check[], colour: boolean): string[] {
	const paint = (code: string, text: string): string => (colour ? `\x1b[${code}m${text}\x1b[0m` : text);
	const lines: string[] = [];
	for (const section of Object.keys(sections) as Section[]) {
		const here = checks.filter((check) => check.section === section);
		if (here.length === 0) continue;
		lines.push(paint('1', sections[section]));
		for (const { state, text, advice } of here) {
			lines.push(`  ${paint(colours[state], marks[state])} ${indented(text)}`);
			if (advice !== undefined) lines.push(`    → ${indented(advice)}`);
		}
		if (section === 'python') lines.push('', ...browserTable().map((line) => `    ${line}`));
		lines.push('');
	}
	return [...lines, summary(checks)];
}

/** A message of several lines stays under its mark. Control characters, in a path say, do not reach the terminal. */
const indented = (text: string): string =>
	// eslint-disable-next-line no-control-regex -- they are what is looked for
	text.replace(/[\x00-\x09\x0b-\x1f\x7f-\x9f]/g, '?').replaceAll('\n', '\n      ');

function summary(checks: readonly Check[]): string {
	const [problems, warnings] = [count(checks, 'problem'), count(checks, 'warning')];
	if (problems === 0 && warnings === 0) return 'All is well.';
	const parts = [
		...(problems > 0 ? [`${problems} ${problems === 1 ? 'problem' : 'problems'}`] : []),
		...(warnings > 0 ? [`${warnings} ${warnings === 1 ? 'warning' : 'warnings'}`] : [])
	];
	return `${parts.join(', ')}. What to do stands behind the arrows.`;
}
