import { calloutLooks, type Inline, type Markdown } from '$lib/domain/markdown';
import { LessonId } from '$lib/domain/ids';
import type { LessonFile, LessonSource } from '$lib/domain/lesson';
import * as v from 'valibot';
import { isImageAllowed, isLinkAllowed } from './addresses';
import { allowOnly, type Attributes } from './attributes';
import { didYouMean } from './closest';
import { mediaType } from './files';
import { headingIds } from './heading-ids';
import { isMeantAsCell, type LooseLesson, type LooseNode } from './loose';
import { blocksOf, type ImageSource, type TreeContext } from './markdown-tree';
import { mathsProblem } from './maths';
import { lineOf, type Place, type Report } from './report';
import { countLineFeeds } from './source-text';

/** A lesson that this one speaks of, or a heading of one, its own included. Whether it exists only the course knows. */
export type Reference = { readonly lesson: LessonId; readonly heading?: string; readonly at: Place };

/** What the prose of a lesson may refer to. */
export type Surroundings = {
	readonly lesson: LessonId;
	readonly files: readonly LessonFile[];
	readonly pictures: LessonSource['pictures'];
	readonly footnotes: LooseLesson['footnotes'];
	/** Where not, what is missing or stands in the wrong place is not told: it only follows from what is never closed. */
	readonly isWhole: boolean;
};

export type ProseReader = {
	/** Markdown with its callouts. Cells and other blocks have no place in it; `inside` says in what they stand. */
	read(nodes: readonly LooseNode[], inside: string): Markdown[];
	/** The footnotes that were referred to, in that order. Called last. */
	notes(): Markdown[];
	readonly references: readonly Reference[];
};

const calloutName = /^callout(?:-([a-z]+))?$/;
const calloutNames = calloutLooks.map((look) => (look === 'plain' ? 'callout' : `callout-${look}`));
/** The names of all blocks, for suggestions. */
export const blockNames = ['hint', 'solution', 'mistake', 'quiz', ...calloutNames];

export const isCallout = ({ name }: Attributes): boolean =>
	name !== undefined && calloutNames.includes(name.value);

/** Reads the prose of one lesson: ids and numbers are given once. */
export function proseReader(
	{ lesson, files, pictures, footnotes, isWhole }: Surroundings,
	report: Report
): ProseReader {
	const headingId = headingIds();
	const references: Reference[] = [];
	const numbers = new Map<string, number>();
	const noteNames = new Set(footnotes.map(({ name }) => name));

	function read(nodes: readonly LooseNode[], inside: string): Markdown[] {
		return nodes.flatMap((node): Markdown[] => {
			switch (node.kind) {
				case 'markdown':
					return blocksOf([node.token], context(node.token.raw, node.line));
				case 'cell':
					if (isWhole)
						report(
							node.line,
							`A cell cannot stand inside ${inside}.`,
							'the cell by itself, at the left margin'
						);
					return [];
				case 'div':
					if (isCallout(node.attributes)) return [callout(node.attributes, node.children)];
					reportBlock(node.attributes, node.line, inside);
					return [];
			}
		});
	}

	function reportBlock({ name, isBroken }: Attributes, line: number, inside: string): void {
		if (name === undefined) {
			if (!isBroken) report(line, 'This block has no name.', `one of ${blockNames.join(', ')}`);
		} else if (blockNames.includes(name.value)) {
			if (isWhole) report(name.at, `A ${name.value} cannot stand inside ${inside}.`, 'the block by itself');
		} else {
			const meant = didYouMean(name.value, blockNames);
			report(name.at, `There is no block “${name.value}”.${meant}`, `one of ${blockNames.join(', ')}`);
		}
	}

	function callout(attributes: Attributes, children: readonly LooseNode[]): Markdown {
		allowOnly(attributes, { keys: ['title', 'collapse'] }, report);
		const kind = calloutName.exec(attributes.name?.value ?? '')?.[1] ?? 'plain';
		const look = calloutLooks.find((candidate) => candidate === kind) ?? 'plain';
		const said = attributes.values.get('title');
		const nodes = read(children, 'a callout');
		// As in Quarto: a heading at the top is the title, unless there is one already.
		const [first] = nodes;
		const isTitle = said === undefined && first?.kind === 'heading';
		const ofKey: Inline[] =
			said === undefined || said.value.trim() === '' ? [] : [{ kind: 'text', text: said.value.trim() }];
		const title = isTitle ? first.children : ofKey;
		const fold = attributes.values.get('collapse');
		if (fold !== undefined && fold.value !== 'true' && fold.value !== 'false') {
			report(
				fold.at,
				`“${fold.value}” is not an answer to \`collapse\`.`,
				'`collapse="true"` or `collapse="false"`'
			);
		}
		if (fold !== undefined && title.length === 0 && look === 'plain') {
			report(
				fold.at,
				'A block that folds needs a title to press.',
				'`title="…"`, or a heading as its first line'
			);
		}
		return {
			kind: 'callout',
			look,
			title,
			fold: fold === undefined ? 'never' : fold.value === 'true' ? 'closed' : 'open',
			children: isTitle ? nodes.slice(1) : nodes
		};
	}

	function context(raw: string, line: number): TreeContext {
		const locate = locator(raw, line);
		let isDeepReported = false;
		return {
			headingId,
			onNestedCode: (token) => {
				if (!isMeantAsCell(token.lang)) return;
				const at = lineOf(locate(token.lang ?? ''));
				report(at, 'A cell cannot stand inside a list or a quote.', 'the fence at the left margin');
			},
			onText: (text) => {
				const colons = /^ *:{3,}.*/.exec(text)?.[0];
				if (colons === undefined) return;
				report(
					lineOf(locate(colons)),
					'A block cannot begin here.',
					'the colons at the left margin, outside of lists and quotes'
				);
			},
			onTooDeep: () => {
				if (!isDeepReported)
					report(line, 'Here something is nested too deeply to be shown.', 'a few levels at most');
				isDeepReported = true;
			},
			onMaths: (text, display, raw) => {
				const problem = mathsProblem(text, display);
				if (problem === undefined) return;
				report(
					locate(raw),
					`This formula cannot be set: ${problem}.`,
					'LaTeX as KaTeX knows it; a price is written \\$5'
				);
			},
			link: (href, text) => linkTo(href, () => locate(text)),
			image: (src, text) => imageFrom(src, () => locate(text)),
			footnote: (name, text) => footnoteOf(name, () => locate(text))
		};
	}

	/** `lesson:loops` and `lesson:loops#a-part` lead to another lesson of the course, `#a-part` to a heading of this one. */
	function linkTo(href: string, at: () => Place): string | undefined {
		if (href.length > 1 && href.startsWith('#')) references.push({ lesson, ...headingOf(href), at: at() });
		const target = /^lesson:(.*?)(#.*)?$/.exec(href);
		if (target === null) return isLinkAllowed(href) ? href : undefined;
		const id = v.safeParse(LessonId, target[1]);
		if (!id.success) {
			report(
				at(),
				`“${target[1] ?? ''}” cannot be a lesson’s name.`,
				'the name of its folder without the number'
			);
			return undefined;
		}
		references.push({ lesson: id.output, ...headingOf(target[2] ?? ''), at: at() });
		return `/lessons/${id.output}${target[2] ?? ''}`;
	}

	/** Images lie beside the lesson. Their address holds their hash, so that it can be kept for ever. */
	function imageFrom(src: string, at: () => Place): ImageSource | undefined {
		const images = files.filter(({ name }) => mediaType(name)?.startsWith('image/'));
		const found = images.find(({ name }) => name === src.replace(/^\.\//, ''));
		if (found !== undefined) {
			const address = `/api/v1/lessons/${lesson}/files/${found.hash}/${found.name}`;
			return { src: address, ...pictures?.get(found.name) };
		}
		const names = images.map(({ name }) => name);
		if (!isImageAllowed(src)) {
			report(at(), `A picture cannot come from “${src}”.`, 'the name of a picture in the lesson’s folder');
			return undefined;
		}
		const beside = names.length === 0 ? 'a picture in the lesson’s folder' : `one of ${names.join(', ')}`;
		report(at(), `There is no picture “${src}” beside the lesson.${didYouMean(src, names)}`, beside);
		return undefined;
	}

	function footnoteOf(name: string, at: () => Place): { number: number; first: boolean } | undefined {
		if (!noteNames.has(name)) {
			if (isWhole)
				report(
					at(),
					`There is no footnote “${name}”.${didYouMean(name, [...noteNames])}`,
					`a line \`[^${name}]: text\``
				);
			return undefined;
		}
		const known = numbers.get(name);
		const number = known ?? numbers.size + 1;
		numbers.set(name, number);
		return { number, first: known === undefined };
	}

	function notes(): Markdown[] {
		const bodies = new Map<string, Markdown[]>();
		for (const { name, line, nodes } of footnotes) {
			if (bodies.has(name)) report(line, `There are two footnotes “${name}”.`, 'each name once');
			else bodies.set(name, read(nodes, 'a footnote'));
		}
		for (const { name, line } of footnotes) {
			if (isWhole && !numbers.has(name))
				report(line, `Nothing refers to the footnote “${name}”.`, `\`[^${name}]\` in the text`);
		}
		const used = [...numbers].sort(([, a], [, b]) => a - b);
		if (used.length === 0) return [];
		return [
			{
				kind: 'footnotes',
				notes: used.map(([name, number]) => ({ number, children: bodies.get(name) ?? [] }))
			}
		];
	}

	return { read, notes, references };
}

/** The heading that the end of an address names. Its letters may be written as browsers send them. */
function headingOf(hash: string): { heading?: string } {
	const heading = hash.slice(1);
	if (heading === '') return {};
	try {
		return { heading: decodeURIComponent(heading) };
	} catch {
		return { heading };
	}
}

/** Finds pieces of a block, each at or after the one before. Marks of lists and quotes may hide one: then it is at the block's first line. */
function locator(raw: string, line: number): (piece: string) => Place {
	let from = 0;
	return (piece) => {
		const index = raw.indexOf(piece, from);
		// Once one is hidden, searching for the rest would cost more than it finds.
		from = index < 0 ? raw.length : index + 1;
		if (index < 0) return line;
		const before = raw.slice(0, index);
		return { line: line + countLineFeeds(before), column: index - before.lastIndexOf('\n') };
	};
}
