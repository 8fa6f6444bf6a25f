import type { Claim } from '$lib/domain/claim';
import { claimsOf } from '$lib/domain/explanation';
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
	before: number;
};

/** Works out what the explanation card draws: every claim beside its verdict, every slot beside its claim. */
export function explanationItem({ view, code, modelId, running, stale, before }: Shown): ExplanationItem {
	const byId = new Map(claimsOf(view).map((claim) => [claim.id, claim]));
	const stands = new Set([...view.replacements.values()].flatMap(({ claimId }) => claimId ?? []));
	const statusOf = ({ id }: Claim): ClaimItem['status'] =>
		outcomeOf(view, id) ?? { kind: running ? 'checking' : 'not-checked' };
	/** The claim that stands where this one did, and those that runs refuted on the way there. */
	const item = (claim: Claim, why?: string): ClaimItem => {
		const refuted: ClaimItem[] = [];
		let last = claim;
		for (
			let next = view.replacements.get(last.id);
			next !== undefined;
			next = view.replacements.get(last.id)
		) {
			const better = next.claimId === undefined ? undefined : byId.get(next.claimId);
			// Nothing true was found: the refuted one stays where it is, and its verdict says so.
			if (better === undefined) break;
			refuted.push({ claim: last, status: statusOf(last) });
			last = better;
		}
		return {
			claim: last,
			status: statusOf(last),
			...(why === undefined ? {} : { why }),
			...(refuted.length === 0 ? {} : { refuted })
		};
	};
	const isFirst = (claim: Claim): boolean => !stands.has(claim.id);
	const shown = [...byId.values()].filter(isFirst).map((claim) => item(claim));
	const isModel = modelId !== builtInModelId;
	const { handover } = view;
	const purposeOf = (text: string, by: typeof segmentsOf): Sentence[] =>
		sentencesOf(by({ ...view.purpose, text }, code), item);
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
				item
			)
		})),
		examples: view.examples.filter(isFirst).map((claim) => item(claim)),
		edgeCases: view.edgeCases
			.filter(({ claim }) => isFirst(claim))
			.map((edgeCase) => item(edgeCase.claim, edgeCase.why)),
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
		waitsFor: before,
		remark: remarkOf(view),
		isRecalled: view.isRecalled === true
	};
}

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
	if (view.status === 'failed') {
		return t('explanation.failed', {
			reason: t(`explanation.failed.${view.error?.kind ?? 'explainer-failed'}`)
		});
	}
	return !running && view.status === 'running' ? t('explanation.interrupted') : undefined;
}
