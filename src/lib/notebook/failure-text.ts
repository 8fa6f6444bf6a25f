import type { ApiFailure } from '$lib/api/request';
import { t } from '$lib/i18n/translate';

/** Why a request failed, to stand after a colon. Where the server is away, the request is made again by itself. */
export const failureText = ({ code }: ApiFailure): string => t(`problem.${code}`);

/** The same of a request that nothing makes again by itself. */
export const unrepeatedText = (failure: ApiFailure): string =>
	failure.code === 'offline' || failure.code === 'unavailable'
		? t('mydata.unanswered')
		: failureText(failure);
