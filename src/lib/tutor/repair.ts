import * as v from 'valibot';
import { pyTextOf, Claim } from '$lib/domain/claim';
import type { ClaimId } from '$lib/domain/ids';
import type { Prompt } from '$lib/domain/prompt';
import { isRefuted, type Actual, type Outcome } from '$lib/domain/verdict';
import { dataLines } from './data-block';
import { jsonSchemaOf } from './json-schema';
import { claimFrom } from './loose-claim';
import { looseReader, type LooseJson } from './loose-json';

/** A claim that a run has shown to be false, with what the run gave. */
export type Refuted = { readonly claim: Claim; readonly outcome: Outcome };

/** More than these are not sent: what is left is replaced without asking. */
const maxRefuted = 8;

/** What the answer to a repair looks like, for `format` and `response_format`. */
export const repairSchema = jsonSchemaOf(
	v.strictObject({ claims: v.pipe(v.array(Claim), v.maxLength(maxRefuted)) }),
	{
		chars: 300,
		items: 8
	}
);

const request = `Running the code showed that claims in your answer are wrong. Each line says what you claimed and what the code really
gives. Answer with one JSON object and nothing else: {"claims": [...]}. For each of them give a claim with the same id that
is true and shows the same thing.`;

/**
 * The question to the model once more, with what the code really does. It begins with the first prompt and the answer word for word, so
 * that a server has most of it in its cache.
 */
export function repairPrompt(first: Prompt, answer: string, refuted: readonly Refuted[]): Prompt {
	const evidence = refuted.slice(0, maxRefuted).map(({ claim, outcome }) => {
		const { id, ...rest } = claim;
		return `${id}: you claimed ${JSON.stringify(rest)}. ${really(outcome)}`;
	});
	// Values and messages come out of the student's code.
	const asked = `## Evidence\n${dataLines({ text: evidence.map((line) => line.replace(/\s+/g, ' ')).join('\n') }).join('\n')}\n\n${request}`;
	if (first.kind === 'completion') {
		return { ...first, text: `${first.text}${answer}\n\n${asked}\n\n## Answer\n` };
	}
	return {
		...first,
		messages: [...first.messages, { role: 'assistant', content: answer }, { role: 'user', content: asked }]
	};
}

function really(outcome: Outcome): string {
	if (outcome.kind === 'raised') return `The code raises ${outcome.error.type}: ${outcome.error.message}`;
	return outcome.kind === 'contradicted' ? `The code ${gives(outcome.actual)}` : 'It could not be run';
}

function gives(actual: Actual): string {
	switch (actual.kind) {
		case 'value':
			return `gives ${pyTextOf(actual.value)}`;
		case 'raised':
			return `raises ${actual.type}: ${actual.message}`;
		case 'printed':
			return `prints ${JSON.stringify(actual.text)}`;
		case 'count':
			return `runs that line ${actual.count} times`;
		case 'executed':
			return actual.executed ? 'runs that line' : 'never runs that line';
		case 'absent':
			return 'never gets there, or has no such name then';
	}
}

/** The claims in the answer to a repair, one for each refuted claim at most. One that says the same as before is none. */
export function repairedClaims(answer: string, refuted: readonly Refuted[]): Claim[] {
	const repaired = new Map<ClaimId, Claim>();
	const take = (loose: LooseJson): void => {
		const read = claimFrom(loose, new Set());
		if (!read.ok || repaired.has(read.claim.id)) return;
		const before = refuted.find(({ claim }) => claim.id === read.claim.id)?.claim;
		if (before !== undefined && !isSame(before, read.claim)) repaired.set(read.claim.id, read.claim);
	};
	const reader = looseReader({
		isFirstKey: (key) => key === 'claims',
		text: () => undefined,
		value: (path, value) => {
			if (path.length === 2 && path[0] === 'claims') take(value);
		}
	});
	reader.push(answer);
	reader.end();
	return Array.from(repaired.values());
}

/** What stands in the place of a refuted claim, which itself stays, folded. */
export type Standing = {
	readonly refuted: ClaimId;
	/** `nobody`: there is nothing true to put there, and the place says so. */
	readonly by: 'model' | 'built-in' | 'nobody';
	readonly claim?: Claim;
};

/**
 * One round of repair, judged: the model's second claim where a run confirmed it, else one of the built-in explainer's that asks the same
 * or a like question, each of them once; else nothing. `repaired` are claims with the ids of refuted ones, and what
 * running them gave.
 */
export function standingFor(
	refuted: readonly Refuted[],
	repaired: readonly { readonly claim: Claim; readonly outcome: Outcome }[],
	builtIn: readonly Claim[]
): Standing[] {
	const confirmed = repaired.filter(({ outcome }) => outcome.kind === 'confirmed');
	const unused = [...builtIn];
	return refuted
		.filter(({ outcome }) => isRefuted(outcome))
		.map(({ claim: { id, kind, probe } }): Standing => {
			const better = confirmed.find(({ claim }) => claim.id === id);
			if (better !== undefined) return { refuted: id, by: 'model', claim: better.claim };
			const at = [
				unused.findIndex((claim) => claim.kind === kind && isSame(claim.probe, probe)),
				unused.findIndex((claim) => isSame(claim.probe, probe)),
				unused.findIndex((claim) => claim.kind === kind)
			].find((index) => index >= 0);
			const [own] = at === undefined ? [] : unused.splice(at, 1);
			return own === undefined ? { refuted: id, by: 'nobody' } : { refuted: id, by: 'built-in', claim: own };
		});
}

const isSame = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other);
