import type { RunId } from './ids';
import type { OutputPart, RunResult } from './run';

/**
 * What a cell is doing. Document state (its code) is kept apart, so that typing and running cannot corrupt each other.
 * `finished` keeps the code that ran: a cell whose code differs is stale, and says so.
 */
type Settled = { kind: 'idle' } | { kind: 'finished'; code: string; result: RunResult };

export type CellRuntime =
	| Settled
	| { kind: 'queued'; runId: RunId; code: string; before: Settled }
	| { kind: 'running'; runId: RunId; code: string; outputs: OutputPart[]; stopping: boolean };

export type CellEvent =
	| { type: 'queued'; runId: RunId; code: string }
	| { type: 'started'; runId: RunId }
	| { type: 'output'; runId: RunId; parts: readonly OutputPart[] }
	| { type: 'stop-asked'; runId: RunId }
	| { type: 'ended'; runId: RunId; end: Omit<RunResult, 'runId' | 'outputs' | 'checks'> }
	/** The run never began: what was there before stands. */
	| { type: 'withdrawn'; runId: RunId };

/** The only way a cell's runtime changes. Events of another run than the present one change nothing. */
export function transitionCell(runtime: CellRuntime, event: CellEvent): CellRuntime {
	if (event.type === 'queued') {
		if (runtime.kind === 'queued' || runtime.kind === 'running') return runtime;
		return { kind: 'queued', runId: event.runId, code: event.code, before: runtime };
	}
	if (runtime.kind !== 'queued' && runtime.kind !== 'running') return runtime;
	if (runtime.runId !== event.runId) return runtime;
	const { runId, code } = runtime;
	switch (event.type) {
		case 'started':
			return { kind: 'running', runId, code, outputs: [], stopping: false };
		case 'output':
			return runtime.kind === 'running' && !runtime.stopping
				? { ...runtime, outputs: appendOutputs(runtime.outputs, event.parts) }
				: runtime;
		case 'withdrawn':
			return runtime.kind === 'queued' ? runtime.before : runtime;
		case 'stop-asked':
			return runtime.kind === 'running' ? { ...runtime, stopping: true } : runtime;
		case 'ended': {
			const outputs = runtime.kind === 'running' ? runtime.outputs : [];
			return { kind: 'finished', code, result: { runId, outputs, checks: [], ...event.end } };
		}
	}
}

/** A program that changes streams with every letter makes this many parts; what follows joins the last one, in order. */
const maxParts = 1_000;

/** Text of one stream that follows on text of the same stream is one part: a flood does not become a million nodes. */
function appendOutputs(outputs: readonly OutputPart[], added: readonly OutputPart[]): OutputPart[] {
	const all = [...outputs];
	for (const part of added) {
		const last = all.at(-1);
		const joins = last !== undefined && last.kind === part.kind && part.kind !== 'display';
		if (last !== undefined && (joins || all.length >= maxParts)) all[all.length - 1] = join(last, part);
		else all.push(part);
	}
	return all;
}

const textOf = (part: OutputPart): string => (part.kind === 'display' ? part.data['text/plain'] : part.text);

const join = (last: OutputPart, part: OutputPart): OutputPart =>
	last.kind === 'display'
		? { kind: 'display', data: { 'text/plain': textOf(last) + textOf(part) } }
		: { kind: last.kind, text: last.text + textOf(part) };
