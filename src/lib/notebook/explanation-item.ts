import type { Claim } from '$lib/domain/claim';
import { claimsOf, type Prose } from '$lib/domain/explanation';
import { builtInModelId } from '$lib/domain/model';
import { t } from '$lib/i18n/translate';
import { outcomeOf, type ExplanationView } from '$lib/tutor/assemble';
import { segmentsOf } from '$lib/tutor/prose';
import type { ClaimItem, ExplanationItem, Sentence, StepItem } from '$lib/ui/explanation';

type Shown = { view: ExplanationView; code: string; modelId: string; running: boolean; stale: boolean };

/** Works out what the explanation card draws: every claim beside its verdict, every slot beside its claim. */
export function explanationItem({ view, code, modelId, running, stale }: Shown): ExplanationItem {
	const claims = claimsOf(view);
	const item = (claim: Claim, why?: string): ClaimItem => ({
		claim,
		status: outcomeOf(view, claim.id) ?? { kind: running ? 'checking' : 'not-checked' },
		...(why === undefined ? {} : { why })
	});
	const outcomes = claims.map((claim) => outcomeOf(view, claim.id));
	return {
		author:
			modelId === builtInModelId
				? t('explanation.by.built-in')
				: t('explanation.by.model', { model: modelId }),
		purpose: sentencesOf(view.purpose, code, item),
		steps: view.steps.map((step) => ({
			from: step.from,
			to: step.to,
			sentences: sentencesOf(step, code, item)
		})),
		examples: view.examples.map((claim) => item(claim)),
		edgeCases: view.edgeCases.map((edgeCase) => item(edgeCase.claim, edgeCase.why)),
		notes: view.notes,
		begun: {
			purpose: view.sections.purpose !== 'waiting',
			steps: view.sections.steps !== 'waiting',
			examples: view.sections.examples !== 'waiting',
			edgeCases: view.sections.edgeCases !== 'waiting'
		},
		progress: {
			all: claims.length,
			checked: outcomes.filter((outcome) => outcome !== undefined).length,
			confirmed: outcomes.filter((outcome) => outcome?.kind === 'confirmed').length
		},
		running,
		stale,
		trouble: troubleOf(view, running)
	};
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

function sentencesOf(prose: Prose, code: string, item: (claim: Claim) => ClaimItem): Sentence[] {
	return segmentsOf(prose, code).map((sentence) => ({
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
