import { assertNever } from './assert-never';
import type { CalloutLook, Inline, Markdown } from './markdown';

/**
 * A tree written down as Markdown that reads as the same tree, for files that others open. Two things have no signs everywhere:
 * a callout becomes a quote under its title, and where a title is missing under `calloutName`. Footnotes keep their numbers.
 */
export function markdownText(nodes: readonly Markdown[], calloutName: CalloutName): string {
	return blocks(nodes, calloutName).join('\n\n');
}

type CalloutName = (look: Exclude<CalloutLook, 'plain'>) => string;

function blocks(nodes: readonly Markdown[], name: CalloutName): string[] {
	return nodes.map((node, at) => {
		const before = nodes[at - 1];
		// Two lists in a row would be one.
		const apart = node.kind === 'list' && before?.kind === 'list' && before.ordered === node.ordered;
		return apart ? `<!-- -->\n\n${block(node, name)}` : block(node, name);
	});
}

function block(node: Markdown, name: CalloutName): string {
	switch (node.kind) {
		case 'heading':
			return `${'#'.repeat(node.level)} ${inlines(node.children).replaceAll('\n', ' ')}`;
		case 'paragraph':
			return lineStart(inlines(node.children));
		case 'code': {
			const fence = ticksFor(node.text, 3);
			return `${fence}${node.language}\n${node.text}\n${fence}`;
		}
		case 'list':
			return node.items
				.map((item, at) => {
					const marker = node.ordered ? `${node.start + at}. ` : '- ';
					return indented(blocks(item, name).join('\n\n'), marker);
				})
				.join('\n');
		case 'quote':
			return quoted(blocks(node.children, name).join('\n\n'));
		case 'table': {
			const row = (cells: readonly Inline[][]): string =>
				`| ${cells
					.map((cell) =>
						inlines(cell)
							.replace(/(?<!\\)\|/g, '\\|')
							.replaceAll('\n', ' ')
					)
					.join(' | ')} |`;
			const marks = { left: ':--', center: ':-:', right: '--:' };
			const line = `| ${node.align.map((align) => (align === null ? '---' : marks[align])).join(' | ')} |`;
			return [row(node.header), line, ...node.rows.map(row)].join('\n');
		}
		case 'rule':
			return '***';
		case 'callout': {
			const called = node.look === 'plain' ? '' : escaped(name(node.look));
			const title = node.title.length > 0 ? inlines(node.title) : called;
			const first = title === '' ? [] : [`**${title}**`];
			return quoted([...first, ...blocks(node.children, name)].join('\n\n'));
		}
		case 'footnotes':
			return node.notes
				.map(({ number, children }) =>
					indented(blocks(children, name).join('\n\n'), `[^${number}]: `, '    ')
				)
				.join('\n');
		default:
			return assertNever(node);
	}
}

const quoted = (text: string): string =>
	text
		.split('\n')
		.map((line) => (line === '' ? '>' : `> ${line}`))
		.join('\n');

function indented(text: string, marker: string, indent = ' '.repeat(marker.length)): string {
	const [first = '', ...rest] = text.split('\n');
	return [marker + first, ...rest.map((line) => (line === '' ? '' : indent + line))].join('\n').trimEnd();
}

function inlines(nodes: readonly Inline[]): string {
	return nodes.map(inline).join('');
}

function inline(node: Inline): string {
	switch (node.kind) {
		case 'text':
			return escaped(node.text);
		case 'code': {
			const ticks = ticksFor(node.text, 1);
			const text = /^`|`$|^ .*\S.* $/s.test(node.text) ? ` ${node.text} ` : node.text;
			return ticks + text + ticks;
		}
		case 'strong':
			return `**${inlines(node.children)}**`;
		case 'emphasis':
			return `*${inlines(node.children)}*`;
		case 'deleted':
			return `~~${inlines(node.children)}~~`;
		case 'link':
			return `[${inlines(node.children)}](${address(node.href)}${title(node.title)})`;
		case 'image':
			return `![${escaped(node.alt)}](${address(node.src)}${title(node.title)})`;
		case 'break':
			return '\\\n';
		case 'math':
			return node.display ? `$$${node.text}$$` : `$${node.text}$`;
		case 'footnote':
			return `[^${node.number}]`;
		default:
			return assertNever(node);
	}
}

const address = (href: string): string =>
	/[\s()<>]/.test(href) ? `<${href.replace(/[<>\n]/g, encodeURI)}>` : href;
const title = (text: string | undefined): string =>
	text === undefined ? '' : ` "${text.replace(/["\\]/g, '\\$&')}"`;

/** Signs that mean something anywhere in a line. */
const escaped = (text: string): string => text.replace(/[\\`*_[\]<>&$~|#]/g, '\\$&');

/** Signs that mean something only where a line begins. */
const lineStart = (text: string): string =>
	text
		.split('\n')
		.map((line) =>
			line
				.replace(/^(\s*)([+=-])/, '$1\\$2')
				.replace(/^(\s*\d+)([.)])/, '$1\\$2')
				.replace(/^(\s*):/, '$1\\:')
		)
		.join('\n');

/** A run of backquotes that the text does not hold. */
function ticksFor(text: string, least: number): string {
	const runs = new Set([...text.matchAll(/`+/g)].map(([run]) => run.length));
	let length = least;
	while (least === 1 ? runs.has(length) : [...runs].some((run) => run >= length)) length += 1;
	return '`'.repeat(length);
}
