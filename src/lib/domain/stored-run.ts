import { maxStoredOutputChars } from './limits';
import { richTypes, textOfPart, type DisplayData, type OutputPart, type RunResult } from './run';

/**
 * A run as it is kept for the next visit, in 64 K characters of output: text first, cut where it is longer, and `truncated`
 * counts what was cut. Pictures and other rich forms get the room that the text leaves, the largest dropped first; where one
 * is dropped its text stands for it. The page cuts before it sends, the server before it stores.
 */
export function storedRun(result: RunResult): RunResult {
	let room = maxStoredOutputChars;
	let cut = 0;
	const outputs: OutputPart[] = [];
	for (const part of result.outputs) {
		const text = textOfPart(part);
		const kept = text.slice(0, room);
		room -= kept.length;
		cut += text.length - kept.length;
		if (kept === '' && text !== '') continue;
		outputs.push(
			part.kind === 'display'
				? { kind: 'display', data: { ...part.data, 'text/plain': kept } }
				: { ...part, text: kept }
		);
	}
	return { ...result, outputs: withRichForms(outputs, room), truncated: result.truncated + cut };
}

/** The outputs with as many rich forms as `room` characters hold. */
function withRichForms(outputs: readonly OutputPart[], room: number): OutputPart[] {
	const forms = outputs.flatMap((part, index) =>
		part.kind === 'display'
			? richTypes.flatMap((type) => {
					const length = part.data[type]?.length;
					return length === undefined ? [] : [{ index, type, length }];
				})
			: []
	);
	let needed = forms.reduce((sum, form) => sum + form.length, 0);
	const dropped = new Set<string>();
	for (const { index, type, length } of forms.sort((a, b) => b.length - a.length)) {
		if (needed <= room) break;
		needed -= length;
		dropped.add(`${index} ${type}`);
	}
	return outputs.map((part, index) => {
		if (part.kind !== 'display') return part;
		const data: DisplayData = { 'text/plain': part.data['text/plain'] };
		for (const type of richTypes) {
			const form = part.data[type];
			if (form !== undefined && !dropped.has(`${index} ${type}`)) data[type] = form;
		}
		return { kind: 'display', data };
	});
}
