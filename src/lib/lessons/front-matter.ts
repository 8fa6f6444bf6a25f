import * as v from 'valibot';
import { isMap, isNode, isScalar, isSeq, parseDocument, Scalar, type ErrorCode, type Node } from 'yaml';
import { LessonId } from '$lib/domain/ids';
import { canonicalTag, LanguageTag, Lesson } from '$lib/domain/lesson';
import { didYouMean } from './closest';
import type { Reference } from './prose';
import type { Place, Report } from './report';
import { countLineFeeds } from './source-text';

/** What an author says about a lesson above its text. What is left out stays `undefined`. */
export type FrontMatter = {
	title: string | undefined;
	summary: string | undefined;
	order: number | undefined;
	level: Lesson['level'] | undefined;
	minutes: number | undefined;
	language: LanguageTag | undefined;
	tags: string[] | undefined;
	prerequisites: LessonId[] | undefined;
	notes: string | undefined;
	/** The prerequisites again, each with its place. */
	references: Reference[];
};

export const keys = [
	'title',
	'summary',
	'order',
	'level',
	'minutes',
	'language',
	'tags',
	'prerequisites',
	'notes'
] as const;
type Key = (typeof keys)[number];
const levels = Lesson.entries.level.options;

/** Twice the longest notes: more is a text in the wrong place. */
const maxYamlChars = 40_000;

/** One entry of the front matter: its value, where its key stands in the file, and where each item of a list does. */
type Entry = { node: unknown; at: Place; placeOf: (node: Node) => Place; sourceOf: (node: Node) => string };

/** The front matter and the text below it. `bodyLine` is the line of the file on which the body begins. */
export type SplitSource = { yaml: string; body: string; bodyLine: number };

/** Splits a file at the two `---` lines; `undefined` (and a problem) where they are not there. */
export function splitFrontMatter(text: string, report: Report): SplitSource | undefined {
	if (text.trim() === '') {
		report(1, 'The file is empty.', 'front matter between two lines `---`, then the text of the lesson');
		return undefined;
	}
	const open = /^---[ \t]*(?:\n|$)/.exec(text);
	if (open === null) {
		report(
			1,
			'The lesson does not begin with front matter.',
			'a first line `---`, with `title` and `summary` below it'
		);
		return undefined;
	}
	const rest = text.slice(open[0].length);
	const close = /^---[ \t]*(?:\n|$)/m.exec(rest);
	if (close === null) {
		report(1, 'The front matter that opens here is never closed.', 'a second line `---` below it');
		return undefined;
	}
	const yaml = rest.slice(0, close.index);
	return {
		yaml,
		body: rest.slice(close.index + close[0].length),
		bodyLine: 3 + (yaml.match(/\n/g)?.length ?? 0)
	};
}

/** Reads the YAML, which begins on line 2 of the file. Reports every fault; what is faulty stays `undefined`. */
export function parseFrontMatter(yaml: string, report: Report): FrontMatter {
	const yamlIs = { broken: false };
	const entries = readEntries(yaml, report, () => (yamlIs.broken = true));
	const text = (key: Key, most: number): string | undefined => readText(key, entries.get(key), most, report);
	for (const key of ['title', 'summary'] as const) {
		// Where the YAML is broken nobody knows what is there: one problem is told, and not what follows from it.
		if (!yamlIs.broken && !entries.has(key))
			report(1, `The front matter has no \`${key}\`.`, `\`${key}:\` and a line of text`);
	}
	return {
		title: text('title', 200),
		summary: text('summary', 1_000),
		order: readNumber('order', entries.get('order'), { least: 0, most: 100_000 }, report),
		level: readLevel(entries.get('level'), report),
		minutes: readNumber('minutes', entries.get('minutes'), { least: 1, most: 1_000 }, report),
		language: readLanguage(entries.get('language'), report),
		tags: readList('tags', entries.get('tags'), 'a short text', readTag, report),
		prerequisites: readList(
			'prerequisites',
			entries.get('prerequisites'),
			'a lesson’s id',
			readLessonId,
			report
		),
		notes: text('notes', 20_000),
		references: referencesOf(entries.get('prerequisites'))
	};
}

/** What people who know Quarto will try, and the key that says it here. */
const elsewhere: ReadonlyMap<string, Key> = new Map([
	['description', 'summary'],
	['abstract', 'summary'],
	['categories', 'tags'],
	['keywords', 'tags'],
	['lang', 'language']
]);

/**
 * The entries by key. The tree is read as it is and never resolved to plain objects: aliases that multiply, tags and
 * merge keys are refused as "not text" where a value is wanted, instead of being carried out.
 */
function readEntries(yaml: string, report: Report, broken: () => void): Map<Key, Entry> {
	const entries = new Map<Key, Entry>();
	// The YAML begins on the second line. In a damaged lesson yaml's own LineCounter gave a column far beyond the end of its line.
	const placeAt = (index: number): { line: number; column: number } => {
		const before = yaml.slice(0, index);
		return { line: 2 + countLineFeeds(before), column: index - before.lastIndexOf('\n') };
	};
	const placeOf = (node: Node) => placeAt(node.range?.[0] ?? 0);
	const sourceOf = ({ range }: Node): string => (range ? yaml.slice(range[0], range[1]) : '');
	if (yaml.length > maxYamlChars) {
		report(1, `The front matter is ${yaml.length} characters long.`, `at most ${maxYamlChars}`);
		return entries;
	}
	const document = parseQuietly(yaml);
	if (document === undefined) {
		report(1, 'The front matter is nested too deeply to be read.', 'one `key: value` per line');
		return entries;
	}
	// What is missing at the end is missing on the last line that says something, not on the `---` below it.
	const lastCharacter = Math.max(0, yaml.trimEnd().length - 1);
	const told = new Set<number>();
	for (const { code, message, pos } of [...document.errors, ...document.warnings]) {
		const at = placeAt(Math.min(pos[0], lastCharacter));
		// One slip makes several faults on its line, of which the first is the slip.
		if (told.has(at.line)) continue;
		told.add(at.line);
		const known = inPlainWords[code];
		if (known !== undefined) report(at, ...known);
		else report(at, `The front matter is not valid YAML: ${firstLine(message)}`, 'one `key: value` per line');
	}
	if (document.errors.length > 0) {
		broken();
		return entries;
	}
	if (document.contents === null) return entries;
	if (!isMap(document.contents)) {
		report(
			placeOf(document.contents),
			'The front matter is not a list of keys.',
			'one `key: value` per line'
		);
		return entries;
	}
	for (const { key, value } of document.contents.items) {
		const name = isScalar(key) && typeof key.value === 'string' ? key.value : 'a value that is no word';
		const at = placeOf(isScalar(key) ? key : document.contents);
		const known = keys.find((candidate) => candidate === name);
		if (known === undefined) {
			const instead = elsewhere.get(name);
			report(
				at,
				`The front matter has an unknown key “${name}”.${instead === undefined ? didYouMean(name, keys) : ''}`,
				instead === undefined ? `one of ${keys.join(', ')}` : `\`${instead}\``
			);
		} else {
			entries.set(known, { node: value, at, placeOf, sourceOf });
		}
	}
	return entries;
}

/** What authors stumble over most, said without the words of YAML's own specification: the sentence, and what was expected. */
const inPlainWords: Partial<Record<ErrorCode, [message: string, expected: string]>> = {
	BLOCK_AS_IMPLICIT_KEY: [
		'This text has a colon in it, which YAML takes for another key.',
		'the whole text in quotes, such as `title: "Lists: a beginning"`'
	],
	DUPLICATE_KEY: ['This key is there already.', 'each key once'],
	TAB_AS_INDENT: [
		'This line begins with a tab, which YAML does not allow.',
		'spaces in the place of the tab'
	],
	MULTILINE_IMPLICIT_KEY: ['This line has no key.', '`key: value`, with a blank after the colon'],
	BAD_INDENT: [
		'This line does not begin where its neighbours do, or a bracket above it is still open.',
		'what belongs together begins at the same column, and every `[` has its `]`'
	],
	BAD_SCALAR_START: ['A text cannot begin with this sign.', 'the whole text in quotes'],
	MISSING_CHAR: [
		'Something that opens here is never closed, or a colon is missing.',
		'a second quote, bracket or brace, or `key: value`'
	],
	UNEXPECTED_TOKEN: [
		'The value has ended before this, and more follows.',
		'one value for each key; double quotes around a text with an apostrophe in it'
	],
	RESOURCE_EXHAUSTION: ['The front matter is nested too deeply to be read.', 'one `key: value` per line'],
	TAG_RESOLVE_FAILED: ['The `!` begins a tag, which lessons do not use.', 'the whole text in quotes']
};

/**
 * A list whose dashes are not below one another is one long text to YAML, without a word: `- a` and an indented `- b` are "a - b".
 */
function hidesList(entry: Entry, node: unknown): boolean {
	if (!isScalar(node) || node.type !== Scalar.PLAIN || !isNode(node)) return false;
	return /\n\s*-\s/.test(entry.sourceOf(node));
}
const unevenList: [message: string, expected: string] = [
	'The dashes of this list are not below one another, so that YAML reads one text.',
	'every `-` at the same column'
];

/** `undefined` where the nesting is deeper than the stack: YAML's parser is recursive. */
function parseQuietly(yaml: string) {
	try {
		return parseDocument(yaml, { prettyErrors: false, version: '1.2' });
	} catch (error) {
		if (error instanceof RangeError) return undefined;
		throw error;
	}
}

const firstLine = (message: string): string => message.split('\n', 1)[0] ?? '';

const isAbsent = (node: unknown): boolean => node === null || (isScalar(node) && node.value === null);

function readText(key: Key, entry: Entry | undefined, most: number, report: Report): string | undefined {
	if (entry === undefined) return undefined;
	const value = isScalar(entry.node) ? entry.node.value : undefined;
	const expected = `text of at most ${most} characters, in quotes where it looks like something else`;
	if (hidesList(entry, entry.node)) {
		report(entry.at, ...unevenList);
		return undefined;
	}
	if (typeof value !== 'string' || value.trim() === '') {
		report(entry.at, isAbsent(entry.node) ? `\`${key}\` is empty.` : `\`${key}\` is not text.`, expected);
		return undefined;
	}
	if (value.length > most) {
		report(entry.at, `\`${key}\` is ${value.length} characters long.`, expected);
		return undefined;
	}
	return value.trim();
}

type Range = { least: number; most: number };

function readNumber(
	key: Key,
	entry: Entry | undefined,
	{ least, most }: Range,
	report: Report
): number | undefined {
	if (entry === undefined) return undefined;
	const value = isScalar(entry.node) ? entry.node.value : undefined;
	if (typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most) return value;
	report(
		entry.at,
		`\`${key}\` is not a number that can be used here.`,
		`a whole number from ${least} to ${most}`
	);
	return undefined;
}

function readLevel(entry: Entry | undefined, report: Report): Lesson['level'] | undefined {
	if (entry === undefined) return undefined;
	const value = isScalar(entry.node) ? String(entry.node.value) : '';
	const level = levels.find((candidate) => candidate === value);
	if (level === undefined) {
		report(
			entry.at,
			`There is no level “${value}”.${didYouMean(value, levels)}`,
			`one of ${levels.join(', ')}`
		);
	}
	return level;
}

/** What has a tag's form and is no language, `german` say, would make screen readers guess. */
const languageNames = new Intl.DisplayNames(['en'], { type: 'language', fallback: 'none' });

function readLanguage(entry: Entry | undefined, report: Report): LanguageTag | undefined {
	if (entry === undefined) return undefined;
	const value = isScalar(entry.node) && typeof entry.node.value === 'string' ? entry.node.value.trim() : '';
	const tag = v.safeParse(LanguageTag, canonicalTag(value));
	if (tag.success && languageNames.of(new Intl.Locale(tag.output).language) !== undefined) return tag.output;
	report(
		entry.at,
		value === '' ? '`language` is not text.' : `“${value}” is no language that is known here.`,
		'the tag of a language (BCP 47), such as en, de or pt-BR'
	);
	return undefined;
}

function readList<Item>(
	key: Key,
	entry: Entry | undefined,
	what: string,
	read: (value: unknown) => Item | undefined,
	report: Report
): Item[] | undefined {
	if (entry === undefined || isAbsent(entry.node)) return undefined;
	if (!isSeq(entry.node)) {
		report(entry.at, `\`${key}\` is not a list.`, `a list such as [first, second]`);
		return undefined;
	}
	const items: Item[] = [];
	for (const [index, node] of entry.node.items.entries()) {
		const item = isScalar(node) ? read(node.value) : undefined;
		const at = isNode(node) ? entry.placeOf(node) : entry.at;
		if (hidesList(entry, node)) report(at, ...unevenList);
		else if (item === undefined) report(at, `Entry ${index + 1} of \`${key}\` cannot be used.`, what);
		else items.push(item);
	}
	return items;
}

function referencesOf(entry: Entry | undefined): Reference[] {
	if (entry === undefined || !isSeq(entry.node)) return [];
	return entry.node.items.flatMap((node) => {
		const lesson = isScalar(node) ? readLessonId(node.value) : undefined;
		return lesson === undefined || !isNode(node) ? [] : [{ lesson, at: entry.placeOf(node) }];
	});
}

function readTag(value: unknown): string | undefined {
	return typeof value === 'string' && value.trim() !== '' && value.length <= 60 ? value.trim() : undefined;
}

function readLessonId(value: unknown): LessonId | undefined {
	const parsed = v.safeParse(LessonId, value);
	return parsed.success ? parsed.output : undefined;
}
