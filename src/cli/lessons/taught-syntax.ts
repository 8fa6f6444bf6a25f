import { parser } from '@lezer/python';
import type { Lesson } from '$lib/domain/lesson';
import type { Inline, Markdown } from '$lib/domain/markdown';
import { inlinesOf } from '$lib/lessons/walk';
import { childrenOf } from './check-teaching';
import type { Tell } from './finding';
import type { SourceLines } from './source-lines';

/** Forms of Python by what a learner would call them. What is not named here (names, numbers, calls, brackets) nobody has to be taught. */
const forms: ReadonlyMap<string, string> = new Map([
	['IfStatement', '`if`'],
	['elif', '`elif`'],
	['else', '`else`'],
	['ForStatement', '`for`'],
	['WhileStatement', '`while`'],
	['BreakStatement', '`break`'],
	['ContinueStatement', '`continue`'],
	['PassStatement', '`pass`'],
	['FunctionDefinition', '`def`'],
	['ReturnStatement', '`return`'],
	['LambdaExpression', '`lambda`'],
	['ClassDefinition', '`class`'],
	['DecoratedStatement', 'a decorator'],
	['YieldExpression', '`yield`'],
	['TryStatement', '`try`'],
	['RaiseStatement', '`raise`'],
	['AssertStatement', '`assert`'],
	['WithStatement', '`with`'],
	['ImportStatement', '`import`'],
	['MatchStatement', '`match`'],
	['ScopeStatement', '`global` or `nonlocal`'],
	['DeleteStatement', '`del`'],
	['UpdateStatement', 'an assignment such as `+=`'],
	['NamedExpression', '`:=`'],
	['ConditionalExpression', '`… if … else …` in one line'],
	['ArrayComprehensionExpression', 'a list comprehension'],
	['DictionaryComprehensionExpression', 'a dictionary comprehension'],
	['SetComprehensionExpression', 'a set comprehension'],
	['ComprehensionExpression', 'a generator in brackets'],
	['ArrayExpression', 'a list'],
	['DictionaryExpression', 'a dictionary'],
	['SetExpression', 'a set'],
	['TupleExpression', 'a tuple'],
	['FormatString', 'an f-string'],
	['and', '`and`'],
	['or', '`or`'],
	['not', '`not`'],
	['in', '`in`'],
	['is', '`is`']
]);

/** Signs differ in what they do, so each is a form of its own. */
const signs = new Set(['ArithOp', 'CompareOp', 'BitOp', 'UpdateOp']);

/** The forms in a piece of code, which may be a fragment: what cannot be read is passed over. */
export function formsIn(code: string): Set<string> {
	const found = new Set<string>();
	parser.parse(code).iterate({
		enter: ({ name, from, to, node }) => {
			const form = forms.get(name);
			// `for` and `in` of a loop are one form, `else` of an expression belongs to it.
			const isPart =
				(name === 'in' && /^(?:For|.*Comprehension)/.test(node.parent?.name ?? '')) ||
				(name === 'else' && node.parent?.name === 'ConditionalExpression');
			if (form !== undefined && !isPart) found.add(form);
			if (signs.has(name)) found.add(`\`${code.slice(from, to)}\``);
		}
	});
	return found;
}

/** Code that a lesson shows, in the order of the page; `asks`: a learner has to read or write it, and nothing beside it explains it. */
type Shown = { readonly code: string; readonly asks?: { readonly line: number; readonly what: string } };

function shownIn({ blocks, exercises }: Lesson, source: SourceLines): Shown[] {
	return blocks.flatMap((block): Shown[] => {
		if (block.kind === 'prose') return codesIn(block.nodes).map((code) => ({ code }));
		if (block.kind === 'quiz') {
			const { id, question, options } = block.quiz;
			const line = source.findText(`#${id}`) ?? source.bodyLine;
			const asks = { line, what: `The quiz “${id}”` };
			const explained = options.flatMap(({ text, reply }) => [
				...codesIn([{ kind: 'paragraph', children: text }]),
				...codesIn(reply)
			]);
			// What an option or its reply speaks of is explained there.
			return [...explained.map((code) => ({ code })), ...codesIn(question).map((code) => ({ code, asks }))];
		}
		const { cell } = block;
		if (cell.role === 'setup') return [];
		if (cell.role === 'example') return [{ code: cell.starter }];
		const exercise = exercises.find(({ id }) => id === cell.exercise);
		const asks = { line: source.cell(cell.id), what: `The exercise “${cell.exercise}”` };
		const solution = {
			line: source.solution(cell.exercise),
			what: `The solution of “${cell.exercise}”`
		};
		const hints = exercise?.hints.flatMap((hint, index) =>
			codesIn(hint).map((code) => ({
				code,
				asks: { line: source.hint(cell.exercise, index + 1), what: `A hint of “${cell.exercise}”` }
			}))
		);
		return [
			{ code: cell.starter, asks },
			...(hints ?? []),
			...(exercise === undefined ? [] : [{ code: exercise.solution.code, asks: solution }])
		];
	});
}

/** Fences of Python, and what stands in backquotes. */
function codesIn(nodes: readonly Markdown[]): string[] {
	return nodes.flatMap((node): string[] => {
		if (node.kind === 'code') return node.language === 'python' ? [node.text] : [];
		const spans = inlinesOf(node).flatMap((inline: Inline) => (inline.kind === 'code' ? [inline.text] : []));
		return [...spans, ...codesIn(childrenOf(node))];
	});
}

/** Everything that a lesson shows, for the lessons after it. */
export const formsOf = (lesson: Lesson, source: SourceLines): Set<string> =>
	new Set(shownIn(lesson, source).flatMap(({ code }) => [...formsIn(code)]));

/**
 * Beginners are asked for nothing that no example, no shown code and no lesson before has shown. A note: somebody may have been shown it
 * elsewhere.
 */
export function checkTaught(
	lesson: Lesson,
	before: ReadonlySet<string>,
	source: SourceLines,
	tell: Tell
): void {
	if (lesson.level !== 'beginner') return;
	const known = new Set(before);
	for (const { code, asks } of shownIn(lesson, source)) {
		const used = formsIn(code);
		const fresh = [...used].filter((form) => !known.has(form));
		if (asks !== undefined && fresh.length > 0) {
			tell(asks.line, `${asks.what} uses what nothing above it has shown.`, {
				kind: 'note',
				expected: 'an example of it above, or in a lesson before',
				got: fresh.join(', ')
			});
		}
		for (const form of used) known.add(form);
	}
}
