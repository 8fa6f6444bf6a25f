import type { Mistake } from '$lib/domain/lesson';
import { plainText, type Inline } from '$lib/domain/markdown';
import { inlinesOf } from '$lib/lessons/walk';

/** What the message of a mistake says of the code that it is shown for. `said` is Python: a number, a text, an expression. */
export type Told =
	/** `code` has this value, once the names in `given` had theirs. */
	| {
			readonly kind: 'value';
			readonly code: string;
			readonly given: Readonly<Record<string, string>>;
			readonly said: string;
	  }
	/** `code` ends with this error; without it the answer does. */
	| { readonly kind: 'error'; readonly code?: string; readonly said: string }
	| { readonly kind: 'line'; readonly which: 'first' | 'last'; readonly said: string }
	/** All that the answer prints, a line for each. */
	| { readonly kind: 'shown'; readonly said: string };

const quoted = '`[^`]+`|"[^"]*"|-?\\d+(?:\\.\\d+)?';
const setting = `\`(?<name>\\w+)\`(?: set to)? (?<value>${quoted})`;
/** What may come behind a value: “is 1 more than” is no value, nor is “5%”. */
const end = '(?=[.,;:!?)]|$| (?:and|but|or|because|so|at the end|here|too)\\b)';

const patterns = {
	given: new RegExp(`^With ${setting}(?<more>(?:(?:,| and) \`\\w+\`(?: set to)? (?:${quoted}))*),`),
	more: new RegExp(setting, 'g'),
	value: new RegExp(
		`\`(?<code>[^\`]+)\` (?:is|holds|gives|hands back|returns)(?: the (?<type>text|number|value|list))? (?<said>${quoted})${end}`,
		'g'
	),
	error:
		/(?:`(?<code>[^`]+)` )?(?:ends|stops) with an? `(?<said>\w*(?:Error|Exception|Exit|Interrupt|StopIteration))`/g,
	line: /(?<which>first|last) line is "(?<said>[^"]*)"/g,
	shown: new RegExp(`code (?:shows|prints) (?<said>(?:${quoted})(?:(?:,| and) (?:${quoted}))*)${end}`, 'g')
};

/** A name may hold something else by the end of the run, and only the end is known. */
const speaksOfAMoment =
	/\b(?:at first|begin\w*|start\w*|before|after|until|then|while|when|once|during|turns?|meantime|moment)\b/i;

/** Up to here a number may be a place, a line or a count, which no code shows. */
const mostCounted = 3;

export const numbersIn = (text: string): string[] => text.match(/(?<![\w.])\d+(?:\.\d+)?/g) ?? [];

/** What can be held to the sample in the words of a message, and the numbers that stand beside. */
export function toldIn(message: Mistake['message']): { told: Told[]; numbers: string[] } {
	const told: Told[] = [];
	const numbers: string[] = [];
	for (const sentence of message.flatMap((node) => sentencesOf(writtenOf(inlinesOf(node))))) {
		const isOfAMoment = speaksOfAMoment.test(sentence);
		const found = isOfAMoment ? [] : toldInSentence(sentence);
		told.push(...found);
		const known = isOfAMoment ? [] : [patterns.given, patterns.value, patterns.line, patterns.shown];
		const rest = known.reduce((text, one) => text.replace(one, ' '), sentence);
		numbers.push(...numbersIn(rest).filter((number) => Number(number) > mostCounted));
	}
	return { told, numbers };
}

function toldInSentence(sentence: string): Told[] {
	const given = givenIn(sentence);
	return [
		...found(sentence, patterns.value).map(({ code = '', type, said = '' }): Told => ({
			kind: 'value',
			code,
			given,
			said: type === 'text' && /^-?\d/.test(said) ? JSON.stringify(said) : bare(said)
		})),
		...found(sentence, patterns.error).map(({ code, said = '' }): Told => ({
			kind: 'error',
			...(code === undefined ? {} : { code }),
			said
		})),
		...found(sentence, patterns.line).map(({ which, said = '' }): Told => ({
			kind: 'line',
			which: which === 'first' ? 'first' : 'last',
			said
		})),
		...found(sentence, patterns.shown).map(({ said = '' }): Told => ({
			kind: 'shown',
			said: [...said.matchAll(new RegExp(quoted, 'g'))].map(([one]) => inQuotes(bare(one))).join('\n')
		}))
	];
}

const inQuotes = (said: string): string => (/^".*"$/s.test(said) ? said.slice(1, -1) : said);

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
					'    import re as _re',
					'    _source = student.source',
					'    for _name, _value in _given.items():',
					'        _source = _re.sub(rf"^{_name} *=(?!=).*$", lambda _: f"{_name} = {_value!r}", _source, count=1, flags=_re.M)',
					'    exec(_source, _names)',
					'    if any(_names[_name] != _value for _name, _value in _given.items()):',
					'        return None',
					// “To the right of `or` is the text …” speaks of a word, “In the call, `n` is 3” of a name that is gone.
					`try: _value, _said = eval(${python(told.code)}, _names), eval(${python(told.said)}, _names)`,
					'except (SyntaxError, NameError): return None',
					'if callable(_value) or type(_value) is type(_said) and _value == _said:',
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
					// It may be a line of the code that is meant.
					`_lines = [_line, *(_one.strip() for _one in student.source.splitlines())]`,
					`return None if ${python(told.said)} in _lines else _line or "nothing"`
				],
				'type(_problem).__name__'
			);
		case 'shown':
			return held(
				[
					'_shown = [_line.strip() for _line in student.output.splitlines() if _line.strip()]',
					`return None if _shown == ${python(told.said)}.split("\\n") else "\\n".join(_shown) or "nothing"`
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
