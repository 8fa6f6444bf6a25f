import type { Claim } from '$lib/domain/claim';
import { claimsOf, type EdgeCase } from '$lib/domain/explanation';
import { builtInModelId } from '$lib/domain/model';
import { t } from '$lib/i18n/translate';
import { outcomeOf, type ExplanationView } from '$lib/tutor/assemble';
import { linesOf, modelSentences } from '$lib/tutor/model-prose';
import { segmentsOf, type Sentence as Segmented } from '$lib/tutor/prose';
import type { ClaimItem, ExplanationItem, Sentence, StepItem } from '$lib/ui/explanation';

type Shown = {
	view: ExplanationView;
	code: string;
	modelId: string;
	running: boolean;
	stale: boolean;
	before: number | undefined;
};

/** Works out what the explanation card draws: every claim beside its verdict, every slot beside its claim. */
export function explanationItem({ view, code, modelId, running, stale, before }: Shown): ExplanationItem {
	const byId = new Map(claimsOf(view).map((claim) => [claim.id, claim]));
	const stands = new Set([...view.replacements.values()].flatMap(({ claimId }) => claimId ?? []));
	const statusOf = ({ id }: Claim): ClaimItem['status'] =>
		outcomeOf(view, id) ?? { kind: running ? 'checking' : 'not-checked' };
	/**
	 * The claim that stands where this one did, and those that runs refuted on the way there. `isHeld`: words around it speak of this very
	 * question, so that an answer to another one would make them false.
	 */
	const item = (claim: Claim, isHeld: boolean): ClaimItem => {
		const refuted: ClaimItem[] = [];
		let last = claim;
		for (
			let next = view.replacements.get(last.id);
			next !== undefined;
			next = view.replacements.get(last.id)
		) {
			const better = next.claimId === undefined ? undefined : byId.get(next.claimId);
			// Nothing true was found: the refuted one stays where it is, and its verdict says so.
			if (better === undefined || (isHeld && questionOf(better) !== questionOf(claim))) break;
			refuted.push({ claim: last, status: statusOf(last) });
			last = better;
		}
		return { claim: last, status: statusOf(last), ...(refuted.length === 0 ? {} : { refuted }) };
	};
	const held = (claim: Claim): ClaimItem => item(claim, true);
	const free = (claim: Claim): ClaimItem => item(claim, false);
	const edgeCase = ({ claim, why }: EdgeCase, index: number): ClaimItem => {
		const shown = free(claim);
		// The reason was that of another call.
		if (questionOf(shown.claim) !== questionOf(claim)) return shown;
		const isOwn = isModel && index < (handover?.edgeCases ?? Infinity);
		return { ...shown, why, ...(isOwn && statesValue(why, code) ? { isWhyUnchecked: true } : {}) };
	};
	const isFirst = (claim: Claim): boolean => !stands.has(claim.id);
	const inProse = [view.purpose, ...view.steps].flatMap(({ claims }) => claims).filter(isFirst);
	const inLists = [...view.examples, ...view.edgeCases.map(({ claim }) => claim)].filter(isFirst);
	const shown = [...inProse.map(held), ...inLists.map(free)];
	const isModel = modelId !== builtInModelId;
	const { handover } = view;
	const isWritten = Object.values(view.sections).every((state) => state === 'done');
	const purposeOf = (text: string, by: typeof segmentsOf): Sentence[] =>
		sentencesOf(by({ ...view.purpose, text }, code), held);
	// What the built-in explainer added behind a model's words follows its own rules.
	const written = isModel ? (handover?.purpose ?? view.purpose.text.length) : 0;
	return {
		author: authorOf(modelId, handover !== undefined),
		isModel,
		purpose: [
			...purposeOf(view.purpose.text.slice(0, written), modelSentences),
			...purposeOf(view.purpose.text.slice(written), segmentsOf)
		],
		steps: view.steps.map((step, index) => ({
			from: step.from,
			to: step.to,
			sentences: sentencesOf(
				isModel && index < (handover?.steps ?? view.steps.length)
					? modelSentences(step, linesOf(code, step))
					: segmentsOf(step, code),
				held
			)
		})),
		examples: view.examples.filter(isFirst).map(free),
		edgeCases: view.edgeCases
			.map((each, index) => ({ each, index }))
			.filter(({ each }) => isFirst(each.claim))
			.map(({ each, index }) => edgeCase(each, index)),
		notes: view.notes,
		begun: {
			purpose: view.sections.purpose !== 'waiting',
			steps: view.sections.steps !== 'waiting',
			examples: view.sections.examples !== 'waiting',
			edgeCases: view.sections.edgeCases !== 'waiting'
		},
		progress: {
			all: shown.length,
			checked: shown.filter(({ status }) => status.kind !== 'checking' && status.kind !== 'not-checked')
				.length,
			confirmed: shown.filter(({ status }) => status.kind === 'confirmed').length
		},
		running,
		stale,
		trouble: troubleOf(view, running),
		isStopped: view.error?.kind === 'stopped',
		isWriting: running && isModel && handover === undefined && !isWritten,
		waitsFor: before,
		remark: remarkOf(view),
		isRecalled: view.isRecalled === true
	};
}

/** What is asked, whatever is answered. */
const questionOf = ({ kind, probe, ...rest }: Claim): string =>
	JSON.stringify([kind, probe, 'line' in rest && rest.line, 'name' in rest && rest.name]);

const statesValue = (text: string, code: string): boolean =>
	modelSentences({ text, claims: [] }, code).some(({ unchecked }) => unchecked);

function authorOf(modelId: string, isShared: boolean): string {
	if (modelId === builtInModelId) return t('explanation.by.built-in');
	return t(isShared ? 'explanation.by.both' : 'explanation.by.model', { model: modelId });
}

/** What one has to know of where the text comes from. */
function remarkOf({ handover, isRecalled }: ExplanationView): string | undefined {
	if (handover !== undefined)
		return t('explanation.handover', { reason: t(`explanation.handover.${handover.why}`) });
	return isRecalled === true ? t('explanation.recalled') : undefined;
}

/** The lines of the step that speaks about a line, of several the one that is nearest to it. */
export function stepAt(
	steps: readonly StepItem[],
	line: number | undefined
): { from: number; to: number } | undefined {
	if (line === undefined) return undefined;
	const around = steps.filter(({ from, to }) => from <= line && line <= to);
	const found = around.toSorted((one, other) => one.to - one.from - (other.to - other.from))[0];
	return found && { from: found.from, to: found.to };
}

function sentencesOf(sentences: readonly Segmented[], item: (claim: Claim) => ClaimItem): Sentence[] {
	return sentences.map((sentence) => ({
		unchecked: sentence.unchecked,
		parts: sentence.parts.map((part) =>
			part.kind === 'slot' ? { kind: 'slot', item: item(part.claim) } : part
		)
	}));
}

function troubleOf(view: ExplanationView, running: boolean): string | undefined {
	if (view.error?.kind === 'stopped') return t('explanation.stopped');
	if (view.status === 'failed') {
		return t('explanation.failed', {
			reason: t(`explanation.failed.${view.error?.kind ?? 'explainer-failed'}`)
		});
	}
	return !running && view.status === 'running' ? t('explanation.interrupted') : undefined;
}
