import { pyTextOf } from '$lib/domain/claim';
import type { Facts, FunctionFact, RunFacts, StaticFacts } from '$lib/domain/facts';

/** A fact is a line; a longer one is cut, so that one value cannot take the place of all others. */
const maxFactChars = 200;

/**
 * What is known about the code, one fact a line, what matters most first: a prompt takes as many of them as it has room for. All
 * of it was read from the code or seen in a run; its words are the learner's data all the same.
 */
export function factsDigest(facts: Facts): string[] {
	const lines =
		'syntaxError' in facts
			? [`Python cannot read the code: ${facts.syntaxError.message}${at(facts.syntaxError.line)}`]
			: [...runFacts(facts.run), ...staticFacts(facts.static, facts.run), ...valueFacts(facts.run)];
	return lines.map((line) => {
		const one = line.replace(/\s+/g, ' ');
		return one.length > maxFactChars ? `${one.slice(0, maxFactChars)} …` : one;
	});
}

const at = (line: number | undefined): string => (line === undefined ? '' : ` (line ${line})`);

function runFacts(run: RunFacts): string[] {
	const what = run.call === undefined ? 'The code, run as a program,' : `The call ${run.call}`;
	switch (run.status) {
		case 'refused':
			return [`${what} was not run: ${run.refused?.detail ?? 'it cannot be'}`];
		case 'timed-out':
			return [`${what} did not end in time`];
		case 'raised':
		case 'ok':
	}
	return [
		run.raised === undefined
			? `${what} ${run.returned === undefined ? 'ended' : `returned ${pyTextOf(run.returned)}`}`
			: `${what} raised ${run.raised.type}: ${run.raised.message}${at(run.raised.line)}`,
		...(run.stdout === '' ? [] : [`It printed ${JSON.stringify(run.stdout)}`])
	];
}

function staticFacts(known: StaticFacts, run: RunFacts): string[] {
	const countAt = (counts: RunFacts['passes'], line: number): number =>
		counts.find((each) => each.line === line)?.count ?? 0;
	const isRun = run.status === 'ok' || run.status === 'raised';
	return [
		...known.functions.map(functionFact),
		...known.classes.map(
			({ name, line, endLine, methods }) => `class ${name}, lines ${line}-${endLine}: ${methods.join(', ')}`
		),
		...known.loops.map(({ kind, line, endLine, over }) => {
			const passes = isRun ? `: ${countAt(run.passes, line)} passes` : '';
			return `${kind} loop, lines ${line}-${endLine}, over ${over}${passes}`;
		}),
		...known.branches.map(({ line, condition }) => {
			const taken = isRun ? `: taken ${countAt(run.taken, line)} of ${countAt(run.visits, line)} times` : '';
			return `if ${condition}${at(line)}${taken}`;
		}),
		...(known.readsInput ? ['It reads lines with input()'] : [])
	];
}

function functionFact({
	name,
	line,
	endLine,
	parameters,
	generator,
	recursive,
	mutates
}: FunctionFact): string {
	const words = [
		...(recursive ? ['calls itself'] : []),
		...(generator ? ['is a generator'] : []),
		...(mutates.length > 0 ? [`changes ${mutates.join(', ')} in place`] : [])
	];
	const names = parameters.map((parameter) => parameter.name).join(', ');
	return `function ${name}(${names}), lines ${line}-${endLine}${words.length > 0 ? `: ${words.join(', ')}` : ''}`;
}

const valueFacts = ({ values }: RunFacts): string[] =>
	values.map(
		({ line, name, values: held, more }) =>
			`${name} after line ${line}: ${[...held, ...(more ? ['…'] : [])].join(', then ')}`
	);
