import { assertNever } from '$lib/domain/assert-never';
import type { Claim, PyText } from '$lib/domain/claim';
import type { Explanation } from '$lib/domain/explanation';

export type Lies = {
	/** The share of claims, and of sentences, that are false. */
	readonly claims: number;
	readonly sentences: number;
	readonly seed: number;
};

/**
 * The explanation as a model tells it that lies in so many of its claims and its sentences, always the same for the same seed.
 * Every lie is of a kind that a run, or a look at the words, can find; that none is shown as true is what is measured.
 */
export function withLies(explanation: Explanation, lies: Lies): Explanation {
	const chance = chances(lies.seed);
	const claim = (told: Claim): Claim => (chance() < lies.claims ? falsified(told) : told);
	const text = (told: string): string =>
		told
			.split(/(?<=[.!?]\s)/)
			.map((sentence) => (chance() < lies.sentences ? `${falsehood(chance)} ` : sentence))
			.join('');
	return {
		...explanation,
		purpose: { text: text(explanation.purpose.text), claims: explanation.purpose.claims.map(claim) },
		steps: explanation.steps.map((step) => ({
			...step,
			text: text(step.text),
			claims: step.claims.map(claim)
		})),
		examples: explanation.examples.map(claim),
		edgeCases: explanation.edgeCases.map(({ claim: told, why }) => ({ claim: claim(told), why }))
	};
}

const falsehoods: readonly ((number: number) => string)[] = [
	(number) => `It always gives ${number}.`,
	(number) => `The result is "${number} apples".`,
	(number) => `At the end the list is [${number}, ${number + 1}].`,
	() => 'It returns `False` whatever it is given.',
	() => 'The loop runs seventeen times.',
	(number) => `The total is \`${number}.5\` here.`,
	() => "The function gives back the text 'nothing'."
];

function falsehood(chance: () => number): string {
	const make = falsehoods[Math.floor(chance() * falsehoods.length)];
	return make === undefined ? '' : make(1_000 + Math.floor(chance() * 9_000));
}

function falsified(claim: Claim): Claim {
	switch (claim.kind) {
		case 'returns':
		case 'value':
			return { ...claim, expect: otherValue(claim.expect) };
		case 'raises':
			return { ...claim, expect: { type: claim.expect.type === 'TypeError' ? 'KeyError' : 'TypeError' } };
		case 'prints':
			return { ...claim, expect: `${claim.expect}\nand more` };
		case 'count':
			return { ...claim, expect: claim.expect + 1 };
		case 'executed':
			return { ...claim, expect: !claim.expect };
		default:
			return assertNever(claim);
	}
}

/** In a list with itself no value is what it was. */
const otherValue = (value: PyText): PyText =>
	typeof value === 'string' ? `[${value}, 'lie']` : { text: `${value.text} lie`, opaque: true };

/** Numbers from 0 to 1 that are the same for the same seed (mulberry32). */
function chances(seed: number): () => number {
	let state = seed >>> 0;
	return () => {
		state = (state + 0x6d2b79f5) >>> 0;
		let mixed = Math.imul(state ^ (state >>> 15), state | 1);
		mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
		return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
	};
}
