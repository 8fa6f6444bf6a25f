import { pyTextOf, type Claim } from '$lib/domain/claim';
import { pythonBuiltins } from '$lib/domain/python-builtins';
import { t } from '$lib/i18n/translate';
import { claimedValue, probeCode, verdictSentence } from '$lib/ui/claim-text';
import type { ClaimItem, ExplanationItem, ProsePart, Sentence } from '$lib/ui/explanation';

/** What of Markdown differs where JSX is read, too: braces and angle brackets begin something there. */
type Dialect = 'markdown' | 'mdx';

/** An explanation to be pasted elsewhere: each claim with its verdict, so that nothing false leaves the page unmarked. */
export function explanationMarkdown(item: ExplanationItem, code: string): string {
	return written(
		item,
		[fenced(code)],
		[list(item.steps.map((step) => stepText(step, 'markdown')))],
		(claim) => claimText(claim, 'markdown')
	);
}

/** The same for pages that are built of components: `CodeBlock`, `ChainOfThought`, `Example`. */
export function explanationMdx(item: ExplanationItem, code: string): string {
	const steps = list(item.steps.map((step) => stepText(step, 'mdx')));
	return written(
		item,
		[`<CodeBlock language="python">\n\n${fenced(code)}\n\n</CodeBlock>`],
		[`<ChainOfThought>\n\n${steps}\n\n</ChainOfThought>`],
		(claim) => `<Example verdict="${claim.status.kind}">\n\n${claimText(claim, 'mdx')}\n\n</Example>`,
		'mdx'
	);
}

function written(
	item: ExplanationItem,
	code: string[],
	steps: string[],
	claim: (item: ClaimItem) => string,
	dialect: Dialect = 'markdown'
): string {
	const claims = (items: readonly ClaimItem[], note: string | undefined): string[] => [
		...(dialect === 'markdown' && items.length > 0 ? [items.map(claim).join('\n')] : items.map(claim)),
		...(note === undefined ? [] : [plain(note, dialect)])
	];
	const { all, confirmed } = item.progress;
	const author = plain(item.author, dialect);
	return [
		...code,
		`## ${t('explanation.text.purpose')}`,
		prose(item.purpose, dialect),
		`## ${t('explanation.text.steps')}`,
		...steps,
		`## ${t('explanation.text.examples')}`,
		...claims(item.examples, item.notes.examples),
		`## ${t('explanation.text.edgeCases')}`,
		...claims(item.edgeCases, item.notes.edgeCases),
		`*${author} · ${t('explanation.checked', { confirmed, all })}*`
	]
		.filter((part) => part !== '')
		.join('\n\n')
		.concat('\n');
}

const list = (items: readonly string[]): string => items.map((text, at) => `${at + 1}. ${text}`).join('\n');

function stepText({ from, to, sentences }: ExplanationItem['steps'][number], dialect: Dialect): string {
	const lines = from === to ? t('explanation.lines', { from }) : t('explanation.lines.range', { from, to });
	return `**${lines}:** ${prose(sentences, dialect)}`;
}

function prose(sentences: readonly Sentence[], dialect: Dialect): string {
	return sentences
		.map(({ unchecked, parts }) => {
			const text = parts.map((part) => partText(part, dialect)).join('');
			return unchecked ? `${text.trimEnd()} (${t('explanation.unchecked')}) ` : text;
		})
		.join('')
		.replace(/\s+/g, ' ')
		.trim();
}

function partText(part: ProsePart, dialect: Dialect): string {
	if (part.kind === 'text') return plain(part.text, dialect);
	if (part.kind === 'code') return codeSpan(part.text);
	const { claim, status } = part.item;
	const value = claim.kind === 'count' ? plain(claimedValue(claim), dialect) : codeSpan(claimedValue(claim));
	return status.kind === 'confirmed' ? value : `${value} (${verdictText(part.item, dialect)})`;
}

function claimText(item: ClaimItem, dialect: Dialect): string {
	const { claim, why } = item;
	const probe = probeCode(claim);
	const typed = claim.probe.stdin?.map((line) => JSON.stringify(line)).join(', ') ?? '';
	const what =
		probe === undefined
			? plain(typed === '' ? t('claim.script') : t('claim.script.stdin', { lines: typed }), dialect)
			: codeSpan(probe.replaceAll('\n', '; '));
	return [
		`- ${what} ${claimedText(claim, dialect)}: ${verdictText(item, dialect)}`,
		...(why === undefined || why === '' ? [] : [`  ${plain(why, dialect)}`])
	].join('\n');
}

function claimedText(claim: Claim, dialect: Dialect): string {
	switch (claim.kind) {
		case 'returns':
			return `${t('claim.returns')} ${codeSpan(claimedValue(claim))}`;
		case 'raises':
			return plain(
				claim.expect.message === undefined
					? t('claim.raises', { type: claim.expect.type })
					: t('claim.raises.message', { type: claim.expect.type, message: claim.expect.message }),
				dialect
			);
		case 'prints':
			return claim.expect === ''
				? t('claim.prints.nothing')
				: `${t('claim.prints')} ${codeSpan(JSON.stringify(claim.expect))}`;
		case 'value':
			return `${plain(t('claim.value', { name: claim.name, line: claim.line }), dialect)} ${codeSpan(claimedValue(claim))}`;
		case 'count':
			return `${t('claim.count', { line: claim.line })} ${claimedValue(claim)}`;
		default:
			return claimedValue(claim);
	}
}

function verdictText({ status }: ClaimItem, dialect: Dialect): string {
	const verdict = t(`verdict.${status.kind}`);
	const sentence = verdictSentence(status);
	return sentence === undefined ? `**${verdict}**` : `**${verdict}** – ${plain(sentence, dialect)}`;
}

/** Text that must stay text: what Markdown (or JSX) would take for a sign of its own gets a backslash. */
function plain(text: string, dialect: Dialect): string {
	const inCode = /(`[^`]*`)/;
	return text
		.split(inCode)
		.map((part, at) =>
			at % 2 === 1 ? part : part.replace(dialect === 'mdx' ? /[\\*_[\]<>{}#|~]/g : /[\\*_[\]<>#|~]/g, '\\$&')
		)
		.join('');
}

/** As many backquotes as the text does not hold, and a space where it begins or ends with one. */
function codeSpan(text: string): string {
	const line = text.replaceAll('\n', '⏎');
	const ticks = fenceFor(line, 1);
	const padded = /^`|`$|^ .* $/s.test(line) ? ` ${line} ` : line;
	return `${ticks}${padded}${ticks}`;
}

function fenced(code: string): string {
	const ticks = fenceFor(code, 3);
	return `${ticks}python\n${code.replace(/\n$/, '')}\n${ticks}`;
}

function fenceFor(text: string, least: number): string {
	const longest = Math.max(0, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
	return '`'.repeat(longest < least ? least : longest + 1);
}

/**
 * A claim as Python that fails where it is not true; `undefined` where no statement after the cell can say it: what a line did,
 * and what a whole script prints.
 */
export function claimAssert(claim: Claim, code: string): string | undefined {
	if (claim.probe.call === undefined || (claim.probe.stdin ?? []).length > 0) return undefined;
	const { before, call } = plainPython(claim.probe.call, code);
	const lines = asserted(claim, call);
	return lines === undefined ? undefined : [...before, ...(claim.probe.setup ?? []), ...lines].join('\n');
}

/** What is run for a claim, as a cell of its own below the one that it is about; `undefined` where that cell itself is run. */
export function claimCell(claim: Claim, code: string): string | undefined {
	if (claim.probe.call === undefined) return undefined;
	const { before, call } = plainPython(claim.probe.call, code);
	// A cell shows the value of its last line by itself.
	return [...before, ...(claim.probe.setup ?? []), call].join('\n');
}

/** A probe's call as Python knows it: `first(n, …)` is a word of the probes alone, unless the code has one of its own. */
function plainPython(call: string, code: string): { before: string[]; call: string } {
	const [, count, items] = /^\s*first\(\s*(\d+)\s*,\s*(.+)\)\s*$/s.exec(call) ?? [];
	const isTheirs = /\b(def|class)\s+first\b|\bfirst\s*=|\bimport\b.*\bfirst\b/.test(code);
	return count === undefined || items === undefined || isTheirs
		? { before: [], call }
		: { before: ['import itertools'], call: `list(itertools.islice(${items}, ${count}))` };
}

function asserted(claim: Claim, call: string): string[] | undefined {
	switch (claim.kind) {
		case 'returns':
			return returnsAssert(claim.expect, call);
		case 'raises': {
			const { type, message } = claim.expect;
			// A type that is not Python's own may have its name in another module only.
			const isBuiltIn = pythonBuiltins.has(type);
			const kinds = `[kind.__name__ for kind in type(error).__mro__]`;
			const facts = [
				...(isBuiltIn ? [] : [`${JSON.stringify(type.split('.').at(-1))} in ${kinds}`]),
				...(message === undefined ? [] : [`str(error) == ${JSON.stringify(message)}`])
			];
			return [
				'try:',
				`    ${call}`,
				`except ${isBuiltIn ? type : 'Exception'} as error:`,
				facts.length === 0 ? '    pass' : `    assert ${facts.join(' and ')}`,
				'else:',
				`    raise AssertionError(${JSON.stringify(`${call} should raise ${type}`)})`
			];
		}
		case 'prints':
			return [
				'import contextlib, io',
				'with contextlib.redirect_stdout(io.StringIO()) as printed:',
				`    ${call}`,
				`assert printed.getvalue().removesuffix("\\n") == ${JSON.stringify(claim.expect.replace(/\n$/, ''))}`
			];
		default:
			return undefined;
	}
}

function returnsAssert(expect: Extract<Claim, { kind: 'returns' }>['expect'], call: string): string[] {
	const value = pyTextOf(expect);
	if (typeof expect !== 'string') return [`assert repr(${call}) == ${JSON.stringify(value)}`];
	// `True == 1` holds in Python, and is not what was claimed.
	if (/^(True|False|None)$/.test(value)) return [`assert ${call} is ${value}`];
	// A verdict on a float allows for rounding.
	if (/^-?\d[\d_]*(\.\d*|\.?\d*e[+-]?\d+)$/i.test(value))
		return ['import math', `assert math.isclose(${call}, ${value})`];
	return [`assert ${call} == ${value}`];
}
