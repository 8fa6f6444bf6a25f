import type { Lesson } from '$lib/domain/lesson';
import { plainText, type Inline, type Markdown } from '$lib/domain/markdown';
import { didYouMean } from '$lib/lessons/closest';
import { estimateMinutes } from '$lib/lessons/parse';
import { allNodes, inlinesOf } from '$lib/lessons/walk';
import type { Tell } from './finding';
import { maxGrade, readingGrade } from './reading-grade';
import type { SourceLines } from './source-lines';

/** The minutes in the front matter may be this many times more or less than what is counted. */
const minutesFactor = 2;

/** What can be said of a lesson's text without running anything. Returns its reading grade. */
export function checkText(
	lesson: Lesson,
	headings: Headings,
	source: SourceLines,
	tell: Tell
): number | undefined {
	checkHeadings(lesson, source, tell);
	const inlines = allNodes(lesson).flatMap(inlinesOf);
	for (const inline of inlines) {
		if (inline.kind === 'image') checkAlternative(inline, source, tell);
		if (inline.kind === 'link') checkLink(inline.href, headings, source, tell);
	}
	const counted = estimateMinutes(lesson.blocks);
	if (lesson.minutes > counted * minutesFactor || lesson.minutes * minutesFactor < counted) {
		tell(source.find(/^minutes:/), 'The minutes in the front matter are not what the lesson takes.', {
			expected: `about ${counted}: two for a cell, one for a quiz, one for a hundred words`,
			got: String(lesson.minutes)
		});
	}
	const grade = readingGrade(proseOf(lesson));
	if (grade !== undefined && grade > maxGrade) {
		tell(source.bodyLine, 'The text is hard to read: shorter sentences and plainer words help.', {
			expected: `a reading grade of at most ${maxGrade} (Flesch–Kincaid)`,
			got: String(grade)
		});
	}
	return grade;
}

/** The lesson's title is the first heading of its page, so its own begin with the second, and none is left out on the way down. */
function checkHeadings(lesson: Lesson, source: SourceLines, tell: Tell): void {
	let above = 1;
	const headings = lesson.blocks
		.flatMap((block) => (block.kind === 'prose' ? block.nodes : []))
		.flatMap((node) => (node.kind === 'callout' ? node.children : [node]))
		.flatMap((node) => (node.kind === 'heading' ? [node] : []));
	for (const heading of headings) {
		const title = plainText(heading.children);
		const line = source.heading(heading.level, title);
		if (heading.level === 1) {
			tell(
				line,
				'A heading of the first level stands in the text; the title of the lesson is the only one.',
				{
					expected: `## ${title}`,
					got: `# ${title}`
				}
			);
		} else if (heading.level > above + 1) {
			tell(line, `The heading “${title}” leaves out a level.`, {
				expected: `${'#'.repeat(above + 1)} ${title}`,
				got: `${'#'.repeat(heading.level)} ${title}`
			});
		}
		above = heading.level;
	}
}

function checkAlternative(
	{ alt, src }: Extract<Inline, { kind: 'image' }>,
	source: SourceLines,
	tell: Tell
): void {
	const name = src.split('/').at(-1) ?? '';
	const isName = alt.trim().toLowerCase() === name.toLowerCase();
	if (alt.trim() !== '' && !isName) return;
	tell(
		source.findText(`](${name}`) ?? source.findText(name) ?? source.bodyLine,
		'This picture says nothing to those who cannot see it.',
		{
			expected: `![what the picture shows](${name})`,
			got: `![${alt}](${name})`
		}
	);
}

/** The headings of every lesson by its id; undefined for a lesson that cannot be read just now. */
export type Headings = ReadonlyMap<string, ReadonlySet<string> | undefined>;

/** Links written as `lesson:…` or `#…` are looked up by those who read the folder; a whole address of a lesson is here. */
function checkLink(href: string, headings: Headings, source: SourceLines, tell: Tell): void {
	if (/^(?:https?:|mailto:|#)/i.test(href) || href === '') return;
	const target = /^\/lessons\/([^#/?]+)(?:#(.*))?$/.exec(href);
	const written = source.findText(href);
	if (target === null) {
		tell(
			source.findText(`](${href}`) ?? written ?? source.bodyLine,
			`The link “${href}” leads nowhere in the page.`,
			{
				expected: 'lesson:its-name, #a-heading, or a whole address that begins with https://'
			}
		);
		return;
	}
	// It does not stand in the text like this where it was made of `lesson:…`.
	if (written === undefined) return;
	const [, lesson = '', heading = ''] = target;
	if (!headings.has(lesson)) {
		const known = [...headings.keys()];
		tell(written, `There is no lesson “${lesson}”.${didYouMean(lesson, known)}`, {
			expected: 'lesson: and the name of a lesson’s folder without its number'
		});
		return;
	}
	const found = headings.get(lesson);
	if (heading === '' || found === undefined || found.has(decoded(heading))) return;
	const ids = [...found];
	tell(written, `There is no heading “#${heading}” in the lesson “${lesson}”.${didYouMean(heading, ids)}`, {
		expected: ids.length === 0 ? 'a link without #' : `one of #${ids.join(', #')}`
	});
}

/** As browsers send letters, or as they are. */
function decoded(hash: string): string {
	try {
		return decodeURIComponent(hash);
	} catch {
		return hash;
	}
}

/** The sentences that are read one after the other; code, tables and formulas are none. */
export const proseOf = (lesson: Lesson): string[] => paragraphsOf(allNodes(lesson));

/** Those of the blocks themselves; not of blocks inside of them. */
export const paragraphsOf = (nodes: readonly Markdown[]): string[] =>
	nodes.flatMap((node) => (node.kind === 'paragraph' ? [wordsOf(node)] : []));

/** Code in a sentence is a name of something, and counts as one short word. */
const wordsOf = (node: Extract<Markdown, { kind: 'paragraph' }>): string =>
	node.children.map(wordsIn).join('');

function wordsIn(inline: Inline): string {
	switch (inline.kind) {
		case 'text':
			return inline.text;
		case 'code':
		case 'math':
			return 'it';
		case 'break':
			return ' ';
		case 'image':
		case 'footnote':
			return '';
		default:
			return inline.children.map(wordsIn).join('');
	}
}
