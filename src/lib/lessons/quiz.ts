import type { Tokens } from 'marked';
import * as v from 'valibot';
import { QuizId, type Quiz } from '$lib/domain/lesson';
import type { Markdown } from '$lib/domain/markdown';
import { allowOnly, type Attributes } from './attributes';
import type { LooseNode } from './loose';
import type { ProseReader } from './prose';
import type { Report } from './report';
import { takenIds } from './taken-ids';

const expectedOption = '`- [ ] an option`, and indented below it `> what is said to those who choose it`';
const maxOptions = 12;

/**
 * The quizzes of one lesson. A quiz is its question and then one list of boxes: `[x]` is right. What is said to those who choose an
 * option stands as a quote inside it.
 */
export function quizReader(
	prose: ProseReader,
	report: Report
): (attributes: Attributes, line: number, children: readonly LooseNode[]) => Quiz | undefined {
	const taken = takenIds<QuizId>('quiz', report);

	return (attributes, line, children) => {
		allowOnly(attributes, { id: true, keys: ['multiple'] }, report);
		const id = readId(attributes, line);
		const several = attributes.values.get('multiple');
		if (several !== undefined && several.value !== 'true' && several.value !== 'false') {
			report(
				several.at,
				`“${several.value}” is not an answer to \`multiple\`.`,
				'`multiple="true"` where several may be chosen'
			);
		}
		const choice = several?.value === 'true' ? 'multiple' : 'single';
		const list = children.findLastIndex((node) => node.kind === 'markdown' && isBoxes(node));
		if (list < 0) {
			report(line, 'This quiz has no options.', `a list: ${expectedOption}`);
			return undefined;
		}
		const question = prose.read(children.slice(0, list), 'a quiz');
		if (question.length === 0) report(line, 'This quiz asks nothing.', 'the question above its options');
		const after = children
			.slice(list + 1)
			.find((node) => node.kind !== 'markdown' || node.token.type !== 'space');
		if (after !== undefined) report(after.line, 'Below the options a quiz has nothing more.', '`:::`');
		const options = readOptions(children[list]);
		if (options === undefined || id === undefined || question.length === 0) return undefined;
		const right = options.filter((option) => option.right).length;
		if (choice === 'single' && right !== 1) {
			report(
				line,
				`${right === 0 ? 'No' : `${right}`} options of this quiz are right.`,
				'one `[x]`, or `multiple="true"`'
			);
		}
		return { choice, id, question, options };
	};

	function readId({ id }: Attributes, line: number): QuizId | undefined {
		const parsed = v.safeParse(QuizId, id?.value);
		if (!parsed.success) {
			const message = id === undefined ? 'This quiz has no id.' : `“${id.value}” cannot be a quiz’s id.`;
			report(id?.at ?? line, message, '`::: {.quiz #a-name}`: words in lower case joined by hyphens');
			return undefined;
		}
		return taken.take(parsed.output, line);
	}

	function readOptions(node: LooseNode | undefined): Quiz['options'] | undefined {
		if (node?.kind !== 'markdown' || node.token.type !== 'list') return undefined;
		const { items } = node.token;
		// One list of the tree, so that its problems have their lines; its items are in the order of the tokens.
		const [tree] = prose.read([node], 'a quiz');
		if (tree?.kind !== 'list') return undefined;
		if (items.length < 2 || items.length > maxOptions) {
			report(
				node.line,
				`This quiz has ${items.length} option${items.length === 1 ? '' : 's'}.`,
				`from 2 to ${maxOptions}`
			);
		}
		let line = node.line;
		const options = tree.items.flatMap((nodes, index): Quiz['options'] => {
			const item = items[index];
			const at = line;
			line += item?.raw.match(/\n/g)?.length ?? 0;
			// In a tight list the box is a paragraph of its own in the tree, in a loose one the beginning of the text.
			const [first, ...others] = nodes;
			const [text, reply, ...rest] =
				first === undefined || isBox(first) ? others : [withoutBox(first), ...others];
			const isRead = item?.task === true && rest.length === 0;
			if (isRead && text?.kind === 'paragraph' && text.children.length > 0 && reply?.kind === 'quote') {
				return [{ text: text.children, right: item.checked === true, reply: reply.children }];
			}
			report(at, 'This option of a quiz cannot be read.', expectedOption);
			return [];
		});
		return options.length === items.length ? options : undefined;
	}
}

const isBoxes = (node: Extract<LooseNode, { kind: 'markdown' }>): boolean =>
	node.token.type === 'list' && node.token.items.some((item: Tokens.ListItem) => item.task);

const isBox = (node: Markdown): boolean =>
	node.kind === 'paragraph' &&
	node.children.every((inline) => inline.kind === 'text' && /^\[[ xX]\]\s*$/.test(inline.text));

/** The box says which option is right. */
function withoutBox(node: Markdown): Markdown {
	if (node.kind !== 'paragraph') return node;
	const [first, ...others] = node.children;
	if (first?.kind !== 'text') return node;
	const text = first.text.replace(/^\[[ xX]\]\s*/, '');
	return { ...node, children: text === '' ? others : [{ ...first, text }, ...others] };
}
