import { assertNever } from '$lib/domain/assert-never';
import { pyTextOf, type Claim } from '$lib/domain/claim';
import type { Actual } from '$lib/domain/verdict';
import { t } from '$lib/i18n/translate';
import type { ClaimStatus } from './explanation';

/** What is run for a claim, as code: its set-up lines and its call; `undefined` where the whole cell is run. */
export function probeCode(claim: Claim): string | undefined {
	const lines = [...(claim.probe.setup ?? []), ...(claim.probe.call === undefined ? [] : [claim.probe.call])];
	return lines.length === 0 ? undefined : lines.join('\n');
}

/** What is claimed, as the value alone: for a slot in a sentence and for the right side of a row. */
export function claimedValue(claim: Claim): string {
	switch (claim.kind) {
		case 'returns':
		case 'value':
			return pyTextOf(claim.expect);
		case 'raises':
			return claim.expect.type;
		case 'prints':
			return claim.expect;
		case 'count':
			return t('claim.count.times', { count: claim.expect });
		case 'executed':
			return t(claim.expect ? 'claim.executed' : 'claim.not-executed', { line: claim.line });
		default:
			return assertNever(claim);
	}
}

/** What really happened, as the value alone, where there is one. */
export function actualValue(actual: Actual): string | undefined {
	switch (actual.kind) {
		case 'value':
			return pyTextOf(actual.value);
		case 'raised':
			return actual.type;
		case 'printed':
			return actual.text;
		case 'count':
			return t('claim.count.times', { count: actual.count });
		case 'executed':
		case 'absent':
			return undefined;
		default:
			return assertNever(actual);
	}
}

function actualSentence(actual: Actual): string {
	switch (actual.kind) {
		case 'value':
			return t('actual.value', { value: pyTextOf(actual.value) });
		case 'raised':
			return raisedSentence(actual);
		case 'printed':
			return actual.text === ''
				? t('actual.printed.nothing')
				: t('actual.printed', { text: JSON.stringify(actual.text) });
		case 'count':
			return t('actual.count', { count: actual.count });
		case 'executed':
			return t(actual.executed ? 'actual.executed' : 'actual.not-executed');
		case 'absent':
			return t('actual.absent');
		default:
			return assertNever(actual);
	}
}

function raisedSentence(error: { type: string; message: string }): string {
	return error.message === ''
		? t('actual.raised.bare', { type: error.type })
		: t('actual.raised', { type: error.type, message: error.message });
}

/** The sentence under a claim that says what its verdict means; nothing where the verdict says it all. */
export function verdictSentence(status: ClaimStatus): string | undefined {
	switch (status.kind) {
		case 'confirmed':
		case 'checking':
		case 'not-checked':
			return undefined;
		case 'contradicted':
			return actualSentence(status.actual);
		case 'raised':
			return raisedSentence(status.error);
		case 'timed-out':
			return t('actual.timed-out');
		case 'non-deterministic': {
			const [first, second] = status.seen.map((actual) => actualValue(actual) ?? actualSentence(actual));
			return t('actual.varies', { first: first ?? '', second: second ?? '' });
		}
		case 'not-checkable':
			return t(`why.${status.why}`);
		default:
			return assertNever(status);
	}
}
