import type { CheckReport, FailedCheck } from '$lib/domain/exercise-check';
import type { PyError } from '$lib/domain/run';
import { t } from '$lib/i18n/translate';

/** What is shown of a checked answer: one thing to go on with, never a list of all that is wrong. */
export type CheckView = {
	isPassed: boolean;
	title: string;
	/** What to do, where nothing else is shown. */
	words?: string;
	/** The first check that does not hold. */
	failed?: FailedCheck;
	/** The answer itself ended with this. */
	error?: PyError;
};

/** `isForeseen`: the lesson has a word of its own for this answer, which is shown in the place of a failing check. */
export function checkView(report: CheckReport, isForeseen: boolean): CheckView {
	switch (report.status) {
		case 'endless':
			return { isPassed: false, title: t('check.endless'), words: t('check.endless.do') };
		case 'tampered':
			return { isPassed: false, title: t('check.tampered'), words: t('check.tampered.do') };
		case 'broken':
			return {
				isPassed: false,
				title: t('check.broken'),
				words: t('check.broken.do', { message: report.message })
			};
		case 'error':
			return { isPassed: false, title: t('check.error'), ...(isForeseen ? {} : { error: report.error }) };
		case 'ran': {
			const failed = report.checks.flatMap((check) => (check.ok ? [] : [check]));
			const all = report.checks.length;
			const [first] = failed;
			if (first === undefined) return { isPassed: true, title: t('check.passed', { count: all }) };
			const bad = failed.find((check) => check.bad !== undefined);
			if (bad !== undefined) {
				return {
					isPassed: false,
					title: t('check.broken'),
					words: t('check.broken.do', { message: bad.bad ?? '' })
				};
			}
			const title =
				all === 1 ? t('check.failed.only') : t('check.failed', { passed: all - failed.length, all });
			return { isPassed: false, title, ...(isForeseen ? {} : { failed: first }) };
		}
	}
}
