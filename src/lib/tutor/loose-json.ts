/** A value as it was written: numbers keep their spelling (`3.0` is not `3` in Python), and no key can be `__proto__`. */
export type LooseJson = string | LooseNumber | boolean | null | LooseJson[] | Map<string, LooseJson>;
export type LooseNumber = { readonly number: string };
export type Path = readonly (string | number)[];

/** What is told while a text is read. */
export type LooseSink = {
	/** Whether a key may be the first one of the object that is looked for: anything before that is talk. */
	isFirstKey(key: string): boolean;
	/** A part of the string at this place, as soon as it is there. */
	text(path: Path, part: string): void;
	/** A value that is complete; those inside of it were told before. */
	value(path: Path, value: LooseJson): void;
};

export type LooseReader = {
	push(text: string): void;
	/** Nothing more comes. `broken`: there is something in it that no leniency can read. */
	end(): 'complete' | 'cut' | 'broken' | 'none';
};

const maxDepth = 32;

/**
 * Reads the first object of its kind out of a text that comes in pieces, wherever it was cut: JSON as models write it, with
 * words and code fences around it, with thoughts in `<think>` before it, and with the usual slips (a comma too many or too few,
 * comments, single quotes, line ends in strings, Python's words for true, false and null, escapes that JSON does not have).
 */
export function looseReader(sink: LooseSink): LooseReader {
	const source: Source = { text: '', at: 0, again: undefined, ended: false };
	const reading = read(source, sink);
	let result = reading.next();
	return {
		push(text) {
			if (result.done === true) return;
			// What has been read is let go, or a long answer in small pieces would be copied with each of them.
			const from = source.again ?? source.at;
			source.text = source.text.slice(from) + text;
			source.at -= from;
			if (source.again !== undefined) source.again = 0;
			result = reading.next();
		},
		end() {
			source.ended = true;
			if (result.done !== true) result = reading.next();
			return result.done === true ? result.value : 'cut';
		}
	};
}

/** `again`: from where the text may have to be read a second time. */
type Source = { text: string; at: number; again: number | undefined; ended: boolean };
/** Gives way whenever the text so far is used up. */
type Reading<T> = Generator<undefined, T, undefined>;

/** There is no more text, or none that can be read: thrown and caught in this file. */
class Stop extends Error {
	constructor(readonly why: 'cut' | 'broken') {
		super(why);
	}
}

function* read(source: Source, sink: LooseSink): Reading<ReturnType<LooseReader['end']>> {
	try {
		if (!(yield* find(source, sink))) return 'none';
		yield* object(source, sink, []);
		return 'complete';
	} catch (error) {
		if (error instanceof Stop) return error.why;
		throw error;
	}
}

/** The next character without taking it; undefined at the very end. */
function* peek(source: Source): Reading<string | undefined> {
	while (source.at >= source.text.length) {
		if (source.ended) return undefined;
		yield;
	}
	return source.text[source.at];
}

function* peekOrStop(source: Source): Reading<string> {
	const character = yield* peek(source);
	if (character === undefined) throw new Stop('cut');
	return character;
}

/** Goes on to the first key of the object that is looked for, past its brace. */
function* find(source: Source, sink: LooseSink): Reading<boolean> {
	let isThinking = false;
	let before = '';
	for (;;) {
		const character = yield* peek(source);
		if (character === undefined) return false;
		source.at += 1;
		before = (before + character).slice(-8);
		if (before === '</think>') isThinking = false;
		else if (before.endsWith('<think>')) isThinking = true;
		if (character !== '{' || isThinking) continue;
		source.again = source.at;
		const isFound = yield* beginsWithKey(source, sink);
		source.at = source.again;
		source.again = undefined;
		if (isFound) return true;
	}
}

function* beginsWithKey(source: Source, sink: LooseSink): Reading<boolean> {
	while (isBlank(yield* peek(source))) source.at += 1;
	const quote = yield* peek(source);
	if (quote !== '"' && quote !== "'") return false;
	source.at += 1;
	let key = '';
	for (;;) {
		const character = yield* peek(source);
		if (character === quote) return sink.isFirstKey(key);
		if (character === undefined || key.length > 20) return false;
		key += character;
		source.at += 1;
	}
}

const isBlank = (character: string | undefined): boolean => character !== undefined && /\s/.test(character);

/** Past white space and comments. */
function* skip(source: Source): Reading<string> {
	for (;;) {
		const character = yield* peekOrStop(source);
		if (isBlank(character)) {
			source.at += 1;
		} else if (character === '/') {
			source.at += 1;
			const second = yield* peekOrStop(source);
			if (second !== '/' && second !== '*') throw new Stop('broken');
			yield* comment(source, second === '/' ? '\n' : '*/');
		} else {
			return character;
		}
	}
}

function* comment(source: Source, end: string): Reading<void> {
	source.at += 1;
	for (let last = ''; last !== end; source.at += 1)
		last = (last + (yield* peekOrStop(source))).slice(-end.length);
}

/** The members of an object whose brace is behind us. */
function* object(source: Source, sink: LooseSink, path: Path): Reading<Map<string, LooseJson>> {
	const members = new Map<string, LooseJson>();
	for (;;) {
		const character = yield* skip(source);
		if (character === ',') {
			source.at += 1;
		} else if (character === '}') {
			source.at += 1;
			return members;
		} else {
			const key = yield* keyOf(source, character);
			if ((yield* skip(source)) !== ':') throw new Stop('broken');
			source.at += 1;
			members.set(key, yield* value(source, sink, [...path, key]));
		}
	}
}

function* keyOf(source: Source, first: string): Reading<string> {
	if (first === '"' || first === "'") return yield* string(source, first, undefined);
	let key = '';
	for (let next: string = first; /[\p{L}\p{N}_$]/u.test(next); next = yield* peekOrStop(source)) {
		key += next;
		source.at += 1;
	}
	if (key === '') throw new Stop('broken');
	return key;
}

function* array(source: Source, sink: LooseSink, path: Path): Reading<LooseJson[]> {
	const items: LooseJson[] = [];
	for (;;) {
		const character = yield* skip(source);
		if (character === ',') {
			source.at += 1;
		} else if (character === ']') {
			source.at += 1;
			return items;
		} else {
			items.push(yield* value(source, sink, [...path, items.length]));
		}
	}
}

function* value(source: Source, sink: LooseSink, path: Path): Reading<LooseJson> {
	if (path.length > maxDepth) throw new Stop('broken');
	const found = yield* anyValue(source, sink, path);
	sink.value(path, found);
	return found;
}

function* anyValue(source: Source, sink: LooseSink, path: Path): Reading<LooseJson> {
	const character = yield* skip(source);
	if (character === '{') {
		source.at += 1;
		return yield* object(source, sink, path);
	}
	if (character === '[') {
		source.at += 1;
		return yield* array(source, sink, path);
	}
	if (character === '"' || character === "'") {
		return yield* string(source, character, (part) => sink.text(path, part));
	}
	return yield* word(source);
}

/** `part` gets what is there whenever the text so far is used up, never half of a surrogate pair. */
function* string(source: Source, quote: string, part: ((text: string) => void) | undefined): Reading<string> {
	source.at += 1;
	const parts: string[] = [];
	let untold = '';
	const tell = (text: string): void => {
		if (text === '') return;
		parts.push(text);
		part?.(text);
	};
	for (;;) {
		if (source.at >= source.text.length) {
			const half = /[\ud800-\udbff]$/.exec(untold)?.[0] ?? '';
			tell(untold.slice(0, untold.length - half.length));
			untold = half;
		}
		const character = yield* peekOrStop(source);
		source.at += 1;
		if (character === quote) {
			tell(untold);
			return parts.join('');
		}
		untold += character === '\\' ? yield* escaped(source) : character;
	}
}

const escapes: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', b: '\b', f: '\f' };

/** What stands behind a backslash. One that JSON does not know is meant as it stands there, as in `\d`. */
function* escaped(source: Source): Reading<string> {
	const character = yield* peekOrStop(source);
	source.at += 1;
	if (/["'\\/`]/.test(character)) return character;
	if (character !== 'u') return escapes[character] ?? `\\${character}`;
	let digits = '';
	while (digits.length < 4) {
		const digit = yield* peekOrStop(source);
		if (!/[0-9a-fA-F]/.test(digit)) return `\\u${digits}`;
		digits += digit;
		source.at += 1;
	}
	return String.fromCharCode(parseInt(digits, 16));
}

const constants: ReadonlyMap<string, boolean | null> = new Map([
	['true', true],
	['True', true],
	['false', false],
	['False', false],
	['null', null],
	['None', null]
]);

/** A number, a constant, or a text that lacks its quotes. It ends where the next sign of JSON is. */
function* word(source: Source): Reading<LooseJson> {
	let letters = '';
	for (;;) {
		const character = yield* peekOrStop(source);
		if (/[,}\]\n\r:{["]/.test(character)) break;
		letters += character;
		source.at += 1;
	}
	const spelt = letters.trim();
	if (spelt === '') throw new Stop('broken');
	const constant = constants.get(spelt);
	if (constant !== undefined) return constant;
	return /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/.test(spelt) ? { number: spelt } : spelt;
}
