import type { Checked, Finding } from './finding';

export type Report = { readonly lessons: readonly Checked[]; readonly findings: readonly Finding[] };

export const problemsOf = ({ findings }: Report): Finding[] =>
	findings.filter(({ kind }) => kind === 'problem');

/** The report for a program: one object, the same for the same lessons. */
export function asJson(report: Report): string {
	const lessons = report.lessons.map(({ lesson, cells, exercises, minutes, grade }) => ({
		lesson,
		cells,
		exercises,
		minutes,
		...(grade === undefined ? {} : { grade })
	}));
	return JSON.stringify({ ok: problemsOf(report).length === 0, lessons, findings: report.findings }, null, 2);
}

/** The report for a person, as lines: each finding where an editor can jump to it. */
export function asText(report: Report, colour: boolean): string[] {
	const paint = (code: string, text: string): string => (colour ? `\x1b[${code}m${text}\x1b[0m` : text);
	const lines = report.findings.flatMap(({ path, line, column, kind, what, expected, got }) => [
		`${paint('1', `${path}:${line}${column === undefined ? '' : `:${column}`}`)} ${kind === 'problem' ? paint('31', '✗') : '·'} ${plain(what)}`,
		...(got !== undefined && expected !== undefined && (got + expected).includes('\n')
			? [
					...marked(expected, '-', (text) => paint('31', text)),
					...marked(got, '+', (text) => paint('32', text))
				]
			: [
					...(expected === undefined ? [] : [`    expected: ${plain(expected)}`]),
					...(got === undefined ? [] : [`    got:      ${plain(got)}`])
				])
	]);
	const problems = problemsOf(report).length;
	const [cells, exercises] = [sum(report, 'cells'), sum(report, 'exercises')];
	const seen = `${count(report.lessons.length, 'lesson')}, ${count(cells, 'cell')} run, ${count(exercises, 'exercise')}`;
	return [
		...lines,
		`${seen}: ${problems === 0 ? paint('32', 'all is well') : paint('31', count(problems, 'problem'))}.`
	];
}

const sum = ({ lessons }: Report, key: 'cells' | 'exercises'): number =>
	lessons.reduce((total, lesson) => total + lesson[key], 0);

const count = (number: number, name: string): string => `${number} ${name}${number === 1 ? '' : 's'}`;

const marked = (text: string, mark: string, paint: (text: string) => string): string[] =>
	text.split('\n').map((line) => `    ${paint(`${mark} ${plain(line)}`)}`);

/** Control characters, from a lesson's output say, do not reach the terminal. */
const plain = (text: string): string =>
	// eslint-disable-next-line no-control-regex -- they are what is looked for
	text.replace(/[\x00-\x1f\x7f-\x9f]/g, '?');
