import type { RunId } from './ids';
import type { OutputPart, RunResult } from './run';

/**
 * What a cell is doing. Document state (its code) is kept apart, so that typing and running cannot corrupt each other.
 * `finished` keeps the code that ran: a cell whose code differs is stale, and says so.
 */
export type CellRuntime =
	| { kind: 'idle' }
	| { kind: 'queued'; runId: RunId; code: string }
	| { kind: 'running'; runId: RunId; code: string; outputs: OutputPart[]; stopping: boolean }
	| { kind: 'finished'; code: string; result: RunResult };

export type CellEvent =
	| { type: 'queued'; runId: RunId; code: string }
	| { type: 'started'; runId: RunId }
	| { type: 'output'; runId: RunId; part: OutputPart }
	| { type: 'stop-asked'; runId: RunId }
	| { type: 'ended'; runId: RunId; end: Omit<RunResult, 'runId' | 'outputs' | 'checks'> }
	| { type: 'cleared' };

/** The only way a cell's runtime changes. Events of another run than the present one change nothing. */
export function transitionCell(runtime: CellRuntime, event: CellEvent): CellRuntime {
	if (event.type === 'cleared') return { kind: 'idle' };
	if (event.type === 'queued') {
		const busy = runtime.kind === 'queued' || runtime.kind === 'running';
		return busy ? runtime : { kind: 'queued', runId: event.runId, code: event.code };
	}
	if (runtime.kind !== 'queued' && runtime.kind !== 'running') return runtime;
	if (runtime.runId !== event.runId) return runtime;
	const { runId, code } = runtime;
	switch (event.type) {
		case 'started':
			return { kind: 'running', runId, code, outputs: [], stopping: false };
		case 'output':
			return runtime.kind === 'running' && !runtime.stopping
				? { ...runtime, outputs: appendOutput(runtime.outputs, event.part) }
				: runtime;
		case 'stop-asked':
			return runtime.kind === 'running' ? { ...runtime, stopping: true } : runtime;
		case 'ended': {
			const outputs = runtime.kind === 'running' ? runtime.outputs : [];
			return { kind: 'finished', code, result: { runId, outputs, checks: [], ...event.end } };
		}
	}
}

/** Text of one stream that follows on text of the same stream is one part: a flood does not become a million nodes. */
function appendOutput(outputs: OutputPart[], part: OutputPart): OutputPart[] {
	const last = outputs.at(-1);
	if (last === undefined || part.kind === 'display' || last.kind !== part.kind) return [...outputs, part];
	return [...outputs.slice(0, -1), { kind: part.kind, text: last.text + part.text }];
}
