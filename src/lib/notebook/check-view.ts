import type { AttemptResult } from '$lib/domain/attempt';
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
			const title = failedTitle(all - failed.length, all);
			return { isPassed: false, title, ...(isForeseen ? {} : { failed: first }) };
		}
	}
}

/** What the server's word adds to an answer that passes in the page. `isPassed`: it may be shown as passed. */
export type ServerView = {
	isPassed: boolean;
	/** In the place of the page's own, which counts fewer checks. */
	title?: string;
	words: string | undefined;
};

/**
 * `onServer`: how many checks the server alone makes. Where there are none, an answer that passes in the page is shown as passed
 * before the server has said so: it makes the same checks again, for the record.
 */
export function serverView(
	server: AttemptResult | { kind: 'unheard' } | undefined,
	onServer: number
): ServerView {
	if (server === undefined) {
		return {
			isPassed: onServer === 0,
			words: onServer === 0 ? undefined : t('check.server.waits', { count: onServer })
		};
	}
	switch (server.kind) {
		case 'claimed':
			return { isPassed: true, words: undefined };
		case 'unheard':
		case 'unchecked':
			return { isPassed: onServer === 0, words: t('check.server.unchecked') };
		case 'judged': {
			const { result, passed, all } = server.outcome;
			if (result === 'passed') {
				const words = onServer === 0 ? undefined : t('check.server.passed', { count: onServer });
				return { isPassed: true, title: t('check.passed', { count: all }), words };
			}
			const said = server.checks.find(({ ok }) => !ok)?.message;
			const title = failedTitle(passed, all);
			return { isPassed: false, title, words: said ?? t('check.server.failed') };
		}
	}
}

const failedTitle = (passed: number, all: number): string =>
	all === 1 ? t('check.failed.only') : t('check.failed', { passed, all });
