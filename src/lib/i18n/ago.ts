import { locale, t } from './translate';

const units = [
	['day', 86_400],
	['hour', 3_600],
	['minute', 60]
] as const;
const relative = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' });

/** How long ago something was, in words. What seems to lie ahead is a matter of two clocks, and has just been. */
export function ago(ms: number): string {
	const seconds = ms / 1_000;
	for (const [unit, size] of units) {
		// Half a unit more than there was is what people say.
		if (Math.round(seconds / size) >= 1 && seconds >= size * 0.75)
			return relative.format(-Math.round(seconds / size), unit);
	}
	return t('time.just-now');
}

const moment = new Intl.DateTimeFormat(locale, { dateStyle: 'long', timeStyle: 'medium' });

/** The same moment on the reader's calendar. */
export const exactTime = (iso: string): string => moment.format(new Date(iso));
