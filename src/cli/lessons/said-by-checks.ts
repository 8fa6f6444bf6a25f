import type { CheckOutcome, CheckRecord, CheckReport, FailedCheck } from '$lib/domain/exercise-check';

/** What comes first of what the checks say, in one line. */
export function saidOf(report: CheckRecord | CheckReport): string {
	switch (report.status) {
		case 'ran': {
			const failed = report.checks.find((check) => !check.ok);
			return failed === undefined ? 'every check passes' : failureOf(failed);
		}
		case 'error':
			return `${report.error.type}: ${report.error.message}`;
		case 'endless':
			return 'it did not come to an end';
		case 'tampered':
			return 'it changed what checks it';
		case 'broken':
			return report.message;
	}
}

/** A failed check in one line. */
export function failureOf({ call, got, message, error, bad }: FailedCheck): string {
	const said = got ?? (error === undefined ? undefined : `${error.type}: ${error.message}`) ?? message ?? bad;
	return [call, said].filter((part) => part !== undefined).join(' → ') || 'it fails';
}

/** Everything that the checks say, for the record: each word of it on a line that begins with what it is. */
export function toldOf(report: CheckReport): string[] {
	const mistake = 'mistake' in report && report.mistake !== undefined ? [`mistake: ${report.mistake}`] : [];
	if (report.status !== 'ran') return [saidOf(report), ...mistake];
	return [...report.checks.flatMap(outcomeLines), ...mistake];
}

function outcomeLines(outcome: CheckOutcome, index: number): string[] {
	const name = `check ${index + 1}`;
	if (outcome.ok) return [`${name} passes`];
	const { call, expected, got, message, error, mistake, bad } = outcome;
	const raised = error === undefined ? undefined : `${error.type}: ${error.message}`;
	const parts = { call, expected, got, error: raised, message, names: mistake, bad };
	return [
		`${name} fails`,
		...Object.entries(parts).flatMap(([what, text]) =>
			text === undefined ? [] : text.split('\n').map((line) => `${name} ${what}: ${line}`)
		)
	];
}
