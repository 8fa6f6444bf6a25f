import type { Mistake } from '$lib/domain/lesson';
import { plainText, type Inline } from '$lib/domain/markdown';
import { inlinesOf } from '$lib/lessons/walk';

/** What the message of a mistake says of the code that it is shown for. `said` is Python: a number, a text, an expression. */
export type Told =
	/** `code` has this value, once the names in `given` had theirs before the answer ran. */
	| {
			readonly kind: 'value';
			readonly code: string;
			readonly given: Readonly<Record<string, string>>;
			readonly said: string;
	  }
	/** `code` ends with this error; without it the answer does. */
	| { readonly kind: 'error'; readonly code?: string; readonly said: string }
	| { readonly kind: 'line'; readonly which: 'first' | 'last'; readonly said: string };

const quoted = '`[^`]+`|"[^"]*"|-?\\d+(?:\\.\\d+)?';
const setting = `\`(?<name>\\w+)\`(?: set to)? (?<value>${quoted})`;
const isA = '(?:is|holds|gives|hands back|returns|becomes)(?: the (?:text|number|value|list))?';

const patterns = {
	given: new RegExp(`^With ${setting}(?<more>(?:(?:,| and) \`\\w+\`(?: set to)? (?:${quoted}))*),`),
	more: new RegExp(setting, 'g'),
	value: new RegExp(`\`(?<code>[^\`]+)\` ${isA} (?<said>${quoted})(?![\\w%])`, 'g'),
	error: /(?:`(?<code>[^`]+)` )?(?:ends|stops) with an? `(?<said>\w+)`/g,
	line: /(?<which>first|last) line is "(?<said>[^"]*)"/g
};

/** Up to here a number may be a place, a line or a count, which no code shows. */
const mostCounted = 3;

export const numbersIn = (text: string): string[] => text.match(/(?<![\w.])\d+(?:\.\d+)?/g) ?? [];

/** What can be held to the sample in the words of a message, and the numbers that stand beside. */
export function toldIn(message: Mistake['message']): { told: Told[]; numbers: string[] } {
	const told: Told[] = [];
	const numbers: string[] = [];
	for (const sentence of message.flatMap((node) => sentencesOf(writtenOf(inlinesOf(node))))) {
		const given = givenIn(sentence);
		const values = found(sentence, patterns.value).map(({ code = '', said = '' }): Told => ({
			kind: 'value',
			code,
			given,
			said: bare(said)
		}));
		const errors = found(sentence, patterns.error).map(({ code, said = '' }): Told => ({
			kind: 'error',
			...(code === undefined ? {} : { code }),
			said
		}));
		const lines = found(sentence, patterns.line).map(({ which, said = '' }): Told => ({
			kind: 'line',
			which: which === 'first' ? 'first' : 'last',
			said
		}));
		told.push(...values, ...errors, ...lines);
		const rest = [patterns.given, patterns.value, patterns.line].reduce(
			(text, one) => text.replace(one, ' '),
			sentence
		);
		numbers.push(...numbersIn(rest).filter((number) => Number(number) > mostCounted));
	}
	return { told, numbers };
}

/** The text with code in backquotes. */
const writtenOf = (inlines: readonly Inline[]): string =>
	inlines
		.map((one) => {
			if (one.kind === 'code') return `\`${one.text}\``;
			// What is inside comes by itself.
			return 'children' in one ? '' : plainText([one]);
		})
		.join('');

const sentencesOf = (text: string): string[] => text.split(/(?<=[.?!])\s+(?=[A-Z`"])/);

const found = (text: string, pattern: RegExp): Record<string, string | undefined>[] =>
	[...text.matchAll(pattern)].flatMap(({ groups }) => (groups === undefined ? [] : [groups]));

/** “With `age` 17 and `day` set to "Mon", …” */
function givenIn(sentence: string): Record<string, string> {
	const [start] = patterns.given.exec(sentence) ?? [];
	if (start === undefined) return {};
	return Object.fromEntries(
		found(start, patterns.more).map(({ name = '', value = '' }) => [name, bare(value)])
	);
}

const bare = (said: string): string => (said.startsWith('`') ? said.slice(1, -1) : said);

/** What a check can be made of: an error without code is the answer's own, and no check sees it. */
type Checkable =
	Exclude<Told, { readonly kind: 'error' }> | (Told & { readonly kind: 'error'; readonly code: string });

export const isCheckable = (told: Told): told is Checkable =>
	told.kind !== 'error' || told.code !== undefined;

/**
 * The check of a statement: passed where it holds, else failed with what is so. Nothing is said of a statement that gives a name another
 * value than the answer itself does.
 */
export function checkOf(told: Checkable): string {
	switch (told.kind) {
		case 'value': {
			const given = Object.entries(told.given).map(([name, value]) => `${python(name)}: ${value}`);
			return held(
				[
					`_given = {${given.join(', ')}}`,
					'_names = {**student.names, **_given}',
					'if _given:',
					'    exec(student.source, _names)',
					'    if any(_names[_name] != _value for _name, _value in _given.items()):',
					'        return None',
					// “To the right of `or` is the text …” speaks of a word.
					`try: _code = compile(${python(told.code)}, "message", "eval")`,
					'except SyntaxError: return None',
					`_value, _said = eval(_code, _names), eval(${python(told.said)}, _names)`,
					'if type(_value) is type(_said) and _value == _said or str(_value) == str(_said):',
					'    return None',
					'return repr(_value)'
				],
				'type(_problem).__name__'
			);
		}
		case 'error':
			return held(
				[`eval(${python(told.code)}, {**student.names})`, 'return "no error"'],
				`None if type(_problem).__name__ == ${python(told.said)} else type(_problem).__name__`
			);
		case 'line':
			return held(
				[
					`_line = (student.output.splitlines() or [""])[${told.which === 'first' ? '0' : '-1'}].rstrip()`,
					`return None if _line == ${python(told.said)} else _line or "nothing"`
				],
				'type(_problem).__name__'
			);
	}
}

/** `body` gives back what is so instead; `ended` does where it ends with an error. */
const held = (body: readonly string[], ended: string): string =>
	[
		'def _instead():',
		...body.map((line) => `    ${line}`),
		'try:',
		'    _so = _instead()',
		'except Exception as _problem:',
		`    _so = ${ended}`,
		'if _so is not None:',
		'    raise AssertionError(_so)'
	].join('\n');

/** A text as Python writes it. */
const python = (text: string): string => JSON.stringify(text);
