import * as v from 'valibot';
import { EdgeCase, Prose, sections, type Section } from '$lib/domain/explanation';
import type { ClaimPlace, TutorEvent } from '$lib/domain/tutor-event';
import { claimFrom, numberFrom } from './loose-claim';
import { looseReader, type LooseJson, type Path } from './loose-json';

/** Something in an answer that could not be shown: for the repair, for the metrics, never for the student. */
export type AnswerProblem = {
	readonly kind: 'claim' | 'step' | 'too-much' | 'section-again';
	readonly detail: string;
};

/** How an answer ended. `missing` are the sections that are not there to their end. */
export type AnswerEnd = {
	readonly json: 'complete' | 'cut' | 'broken' | 'none';
	readonly missing: readonly Section[];
	readonly problems: readonly AnswerProblem[];
};

export type AnswerReader = {
	/** What the next piece of the answer adds to the explanation's log. */
	push(text: string): TutorEvent[];
	/** Call it once, when nothing more comes: it gives what a last, unfinished piece still adds. */
	end(): { readonly events: TutorEvent[]; readonly end: AnswerEnd };
};

/** Each claim is run: more than this no bench should be asked for, and no student reads them. */
const maxClaims = 60;
const maxText = 10_000;

/** Keys as models write them: `edge_cases`, `Edge cases`, `example`. */
const sectionNames: ReadonlyMap<string, Section> = new Map([
	['purpose', 'purpose'],
	['steps', 'steps'],
	['examples', 'examples'],
	['example', 'examples'],
	['edgecases', 'edgeCases']
]);
const sectionNamed = (key: string | number | undefined): Section | undefined =>
	typeof key === 'string' ? sectionNames.get(key.toLowerCase().replace(/[\s_-]/g, '')) : undefined;

type OpenStep = {
	readonly at: number;
	from: number | undefined;
	to: number | undefined;
	/** Text and claims that wait for the step's lines. */
	text: string;
	claims: LooseJson[];
	/** Its number among the steps that are shown, once there is anything of it. */
	shown: number | undefined;
};

/**
 * Reads a model's answer into the events of an explanation's log, while it is written: text as it comes, each claim as soon as it is
 * complete, each section's end. The sections may come in any order, because some servers sort a schema's keys. Cut in any
 * way, the events add up to the same explanation. `lines` is the length of the code: a step outside of it is dropped.
 */
export function answerReader({ lines }: { readonly lines: number }): AnswerReader {
	let events: TutorEvent[] = [];
	const problems: AnswerProblem[] = [];
	const begun = new Set<Section>();
	const ended = new Set<Section>();
	const taken = new Set<string>();
	let shownSteps = 0;
	const claimsAt = new Map<string, number>();
	let purposeChars = 0;
	let stepChars = 0;
	let step: OpenStep | undefined;

	const problem = (kind: AnswerProblem['kind'], detail: string): void => {
		if (problems.length < 100) problems.push({ kind, detail: detail.slice(0, 500) });
	};

	/** False where the section is closed already: an answer that says it twice is taken at its first word. */
	function begin(section: Section): boolean {
		if (ended.has(section)) return false;
		if (!begun.has(section)) {
			begun.add(section);
			events.push({ type: 'section-start', section });
		}
		return true;
	}

	function purposeText(text: string): void {
		const kept = fitting(text, maxText - purposeChars);
		if (kept.length < text.length) problem('too-much', 'The purpose is too long.');
		purposeChars += kept.length;
		if (kept !== '') events.push({ type: 'section-delta', delta: { section: 'purpose', text: kept } });
	}

	function claim(place: ClaimPlace, loose: LooseJson): void {
		const key = place.section === 'steps' ? `step ${place.step}` : place.section;
		const count = claimsAt.get(key) ?? 0;
		const isFull = count >= Prose.entries.claims.pipe[1].requirement || taken.size >= maxClaims;
		if (isFull) return problem('too-much', `A claim too many in ${key}.`);
		const read = claimFrom(loose, taken);
		if (!read.ok) return problem('claim', `${key}: ${read.why}`);
		claimsAt.set(key, count + 1);
		events.push({ type: 'claim', place, claim: read.claim });
	}

	function edgeCase(loose: LooseJson): void {
		if (!(loose instanceof Map)) return problem('claim', 'edgeCases: it is no object');
		const why = loose.get('why');
		const reason = v.safeParse(EdgeCase.entries.why, why ?? '');
		if (!reason.success) return problem('claim', 'edgeCases: its reason is no text, or too long');
		claim({ section: 'edgeCases', why: reason.output }, loose.get('claim') ?? loose);
	}

	function stepAt(at: number): OpenStep {
		if (step?.at !== at) {
			step = { at, from: undefined, to: undefined, text: '', claims: [], shown: undefined };
			stepChars = 0;
		}
		return step;
	}

	/** Shows what waits, if the step's lines are known and are lines of the code. */
	function showStep(open: OpenStep): void {
		const { from, to } = open;
		if (from === undefined || to === undefined || !isLine(from) || !isLine(to)) return;
		if (open.shown === undefined && shownSteps >= maxSteps) return;
		const text = fitting(open.text, maxText - stepChars);
		if (text.length < open.text.length) problem('too-much', 'A step is too long.');
		if (open.shown === undefined || text !== '') {
			open.shown ??= shownSteps++;
			events.push({ type: 'section-delta', delta: { section: 'steps', step: open.shown, from, to, text } });
		}
		stepChars += text.length;
		const place = { section: 'steps', step: open.shown } as const;
		for (const waiting of open.claims) claim(place, waiting);
		open.text = '';
		open.claims = [];
	}

	const isLine = (line: number): boolean => Number.isInteger(line) && line >= 1 && line <= lines;

	function endStep(open: OpenStep): void {
		showStep(open);
		if (open.shown === undefined) {
			problem('step', `Step ${open.at + 1} speaks about no lines of the code, or is one too many.`);
		}
	}

	const reader = looseReader({
		isFirstKey: (key) => sectionNamed(key) !== undefined,
		text([key, second, third, ...rest], part) {
			const section = sectionNamed(key);
			if (section === 'purpose' && (second === undefined || (second === 'text' && third === undefined))) {
				if (begin('purpose')) purposeText(part);
			} else if (
				section === 'steps' &&
				typeof second === 'number' &&
				third === 'text' &&
				rest.length === 0 &&
				begin('steps')
			) {
				const open = stepAt(second);
				open.text += part;
				showStep(open);
			}
		},
		value(path, value) {
			const section = sectionNamed(path[0]);
			if (section === undefined) return;
			if (!begin(section)) {
				if (path.length === 1) problem('section-again', section);
				return;
			}
			if (path.length === 1) {
				ended.add(section);
				events.push({ type: 'section-end', section });
			} else if (section === 'purpose') {
				if (path[1] === 'claims' && path.length === 3) claim({ section }, value);
			} else if (section === 'steps') {
				stepValue(path, value);
			} else if (path.length === 2 && typeof path[1] === 'number') {
				if (section === 'examples') claim({ section }, value);
				else edgeCase(value);
			}
		}
	});

	function stepValue([, at, key, ...rest]: Path, value: LooseJson): void {
		if (typeof at !== 'number') return;
		const open = stepAt(at);
		if (key === undefined) return endStep(open);
		if (key === 'claims' && rest.length === 1) {
			open.claims.push(value);
			showStep(open);
		} else if (rest.length === 0 && open.shown === undefined) {
			const bounds = Array.isArray(value) ? value.map(numberFrom) : [numberFrom(value)];
			if (key === 'from' || key === 'line' || key === 'lines') open.from = bounds[0];
			if (key === 'to' || key === 'line' || key === 'lines') open.to = bounds.at(-1);
			if (key === 'to' || key === 'from' || key === 'line' || key === 'lines') showStep(open);
		}
	}

	const flush = (): TutorEvent[] => {
		const added = events;
		events = [];
		return added;
	};

	return {
		push(text) {
			reader.push(text);
			return flush();
		},
		end() {
			const json = reader.end();
			const missing = sections.filter((section) => !ended.has(section));
			return { events: flush(), end: { json, missing, problems } };
		}
	};
}

const maxSteps = 200;

/** As much of a text as there is room for, never half of a surrogate pair. */
function fitting(text: string, room: number): string {
	return text.length <= room ? text : text.slice(0, Math.max(0, room)).replace(/[\ud800-\udbff]$/, '');
}
