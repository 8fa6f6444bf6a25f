import type { CellId } from '$lib/domain/ids';
import type { PublicLesson, Quiz } from '$lib/domain/lesson';
import type { Inline, Markdown } from '$lib/domain/markdown';
import { markdownText } from '$lib/domain/markdown-text';
import { richTypes, type OutputPart, type RunResult } from '$lib/domain/run';
import { t } from '$lib/i18n/translate';

/** A cell as the learner has it: `result` is that of this very code. */
export type Work = { code: string; result: RunResult | undefined };

type JupyterOutput = { output_type: string; [field: string]: unknown };
type JupyterCell = {
	cell_type: 'markdown' | 'code';
	id: string;
	metadata: Record<string, unknown>;
	source: string;
	execution_count?: null;
	outputs?: JupyterOutput[];
};

/**
 * The lesson with the learner's own code and outputs as a Jupyter notebook (nbformat 4.5). `origin` is put before addresses
 * within this site, so that pictures and links work elsewhere, too. Hints, checks and solutions stay here.
 */
export function notebookFile(lesson: PublicLesson, work: ReadonlyMap<CellId, Work>, origin: string): string {
	const write = (nodes: readonly Markdown[]): string =>
		markdownText(
			nodes.map((node) => absolute(node, origin)),
			(look) => t(`callout.${look}`)
		);
	const prose = (id: string, source: string): JupyterCell => ({
		cell_type: 'markdown',
		id,
		metadata: {},
		source
	});
	const cells = lesson.blocks.map((block, at): JupyterCell => {
		if (block.kind === 'prose') return prose(`text-${at}`, write(block.nodes));
		if (block.kind === 'quiz') return prose(`question-${at}`, quizText(block.quiz, write));
		const { cell } = block;
		const { code, result } = work.get(cell.id) ?? { code: cell.starter, result: undefined };
		return {
			cell_type: 'code',
			id: `cell-${cell.id}`.slice(0, 64),
			metadata: cell.role === 'setup' ? { tags: ['setup'], jupyter: { source_hidden: true } } : {},
			execution_count: null,
			source: code,
			outputs: result === undefined ? [] : outputsOf(result)
		};
	});
	return JSON.stringify(
		{
			cells: [prose('title', `# ${markdownText([heading(lesson.title)], () => '')}`), ...cells],
			metadata: {
				kernelspec: { name: 'python3', display_name: 'Python 3', language: 'python' },
				language_info: { name: 'python', file_extension: '.py', mimetype: 'text/x-python' },
				title: lesson.title
			},
			nbformat: 4,
			nbformat_minor: 5
		},
		null,
		1
	);
}

const heading = (text: string): Markdown => ({ kind: 'paragraph', children: [{ kind: 'text', text }] });

function quizText(quiz: Quiz, write: (nodes: readonly Markdown[]) => string): string {
	const options: Markdown = {
		kind: 'list',
		ordered: false,
		start: 1,
		items: quiz.options.map(({ text }) => [{ kind: 'paragraph', children: text }])
	};
	return write([...quiz.question, options]);
}

function outputsOf({ outputs, error }: RunResult): JupyterOutput[] {
	const parts = outputs.map(outputOf);
	if (error === undefined) return parts;
	return [
		...parts,
		{
			output_type: 'error',
			ename: error.type,
			evalue: error.message,
			traceback: error.traceback.split('\n')
		}
	];
}

function outputOf(part: OutputPart): JupyterOutput {
	if (part.kind !== 'display') {
		// What was typed belongs to what was printed, as on a terminal.
		const name = part.kind === 'stderr' ? 'stderr' : 'stdout';
		return { output_type: 'stream', name, text: part.text };
	}
	const { data } = part;
	const rich = richTypes.flatMap((type): [string, unknown][] => {
		const value = data[type];
		if (value === undefined) return [];
		return [[type, type === 'application/json' ? parsed(value) : value]];
	});
	return {
		output_type: 'display_data',
		metadata: {},
		data: { 'text/plain': data['text/plain'], ...Object.fromEntries(rich) }
	};
}

function parsed(json: string): unknown {
	try {
		return JSON.parse(json) as unknown;
	} catch {
		return json;
	}
}

function absolute(node: Markdown, origin: string): Markdown {
	const blocks = (nodes: readonly Markdown[]): Markdown[] => nodes.map((inner) => absolute(inner, origin));
	const inline = (nodes: readonly Inline[]): Inline[] => nodes.map((inner) => absoluteInline(inner, origin));
	switch (node.kind) {
		case 'heading':
		case 'paragraph':
			return { ...node, children: inline(node.children) };
		case 'list':
			return { ...node, items: node.items.map(blocks) };
		case 'quote':
			return { ...node, children: blocks(node.children) };
		case 'table':
			return { ...node, header: node.header.map(inline), rows: node.rows.map((row) => row.map(inline)) };
		case 'callout':
			return { ...node, title: inline(node.title), children: blocks(node.children) };
		case 'footnotes':
			return {
				...node,
				notes: node.notes.map((note) => ({ ...note, children: blocks(note.children) }))
			};
		default:
			return node;
	}
}

function absoluteInline(node: Inline, origin: string): Inline {
	const here = (address: string): string => (/^[/#]/.test(address) ? new URL(address, origin).href : address);
	switch (node.kind) {
		case 'strong':
		case 'emphasis':
		case 'deleted':
			return { ...node, children: node.children.map((inner) => absoluteInline(inner, origin)) };
		case 'link':
			return {
				...node,
				href: here(node.href),
				children: node.children.map((inner) => absoluteInline(inner, origin))
			};
		case 'image':
			return { ...node, src: here(node.src) };
		default:
			return node;
	}
}
