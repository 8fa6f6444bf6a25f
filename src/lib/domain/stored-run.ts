import { maxStoredOutputChars } from './limits';
import type { OutputPart, RunResult } from './run';

/**
 * A run as it is kept for the next visit: output beyond 64 K characters is cut, and `truncated` counts what was cut. The page
 * cuts before it sends, the server before it stores.
 */
export function storedRun(result: RunResult): RunResult {
	let room = maxStoredOutputChars;
	let cut = 0;
	const outputs: OutputPart[] = [];
	for (const part of result.outputs) {
		const text = part.kind === 'display' ? part.data['text/plain'] : part.text;
		const kept = text.slice(0, room);
		room -= kept.length;
		cut += text.length - kept.length;
		if (kept === '' && text !== '') continue;
		outputs.push(
			part.kind === 'display' ? { kind: 'display', data: { 'text/plain': kept } } : { ...part, text: kept }
		);
	}
	return { ...result, outputs, truncated: result.truncated + cut };
}
