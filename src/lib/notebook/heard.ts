import { textOfPart, type OutputPart, type PyError } from '$lib/domain/run';
import { t } from '$lib/i18n/translate';

/** Nobody listens to more than this without asking for it. */
const mostChars = 200;

/** What a run printed, shown and failed with, as short as somebody says it; empty where there is nothing. */
export function heardOf(
	outputs: readonly OutputPart[],
	error: Pick<PyError, 'type' | 'message'> | undefined
): string {
	const text = outputs.map(textOfPart).join('').trim();
	const count = text.split('\n').length;
	const short = text.length > mostChars ? `${text.slice(0, mostChars)}…` : text;
	const output =
		text === ''
			? []
			: [short === text ? t('cell.heard', { text }) : t('cell.heard.long', { count, text: short })];
	const [message = ''] = error?.message.split('\n') ?? [];
	return [...output, ...(error === undefined ? [] : [`${error.type}: ${message.slice(0, mostChars)}`])].join(
		'. '
	);
}
