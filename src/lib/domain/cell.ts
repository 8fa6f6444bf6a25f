import type { RunId } from './ids';
import { textOfPart, type OutputPart, type RunResult } from './run';

/**
 * What a cell is doing. Document state (its code) is kept apart, so that typing and running cannot corrupt each other.
 * `finished` keeps the code that ran: a cell whose code differs is stale, and says so.
 */
type Settled = { kind: 'idle' } | { kind: 'finished'; code: string; result: RunResult };

/** What a program that waits in `input()` wants to know. A `secret` answer is not shown. */
export type Question = { prompt: string; secret: boolean };

export type CellRuntime =
	| Settled
	| { kind: 'queued'; runId: RunId; code: string; before: Settled }
	| {
			kind: 'running';
			runId: RunId;
			code: string;
			outputs: OutputPart[];
			stopping: boolean;
			/** The program waits for the answer to this. */
			asking?: Question;
	  };

export type CellEvent =
	| { type: 'queued'; runId: RunId; code: string }
	| { type: 'started'; runId: RunId }
	| { type: 'output'; runId: RunId; parts: readonly OutputPart[] }
	| { type: 'asked'; runId: RunId; question: Question }
	| { type: 'answered'; runId: RunId; text: string }
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
			// Also while it is being stopped: what it had printed by then is on its way. Its end freezes it.
			return runtime.kind === 'running'
				? { ...runtime, outputs: appendOutputs(runtime.outputs, event.parts) }
				: runtime;
		case 'withdrawn':
			return runtime.kind === 'queued' ? runtime.before : runtime;
		case 'asked':
			return runtime.kind === 'running' && !runtime.stopping
				? { ...runtime, asking: event.question }
				: runtime;
		case 'answered':
			if (runtime.kind !== 'running' || runtime.asking === undefined) return runtime;
			return {
				...withoutQuestion(runtime),
				outputs: appendOutputs(runtime.outputs, [
					// As in a terminal: a secret leaves no trace but the end of its line.
					{ kind: 'stdin', text: `${runtime.asking.secret ? '' : event.text}\n` }
				])
			};
		case 'stop-asked':
			return runtime.kind === 'running' ? { ...withoutQuestion(runtime), stopping: true } : runtime;
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

/** A displayed value that something joins is its text from then on: what follows it would be hidden behind a picture. */
const join = (last: OutputPart, part: OutputPart): OutputPart => ({
	kind: last.kind === 'display' ? 'stdout' : last.kind,
	text: [last, part].map((one) => (one.kind === 'display' ? `${textOfPart(one)}\n` : one.text)).join('')
});

function withoutQuestion({ asking: _asking, ...running }: Extract<CellRuntime, { kind: 'running' }>) {
	return running;
}
