/** One server-sent event. `data` is what stands behind all of its `data:` lines. */
export type SentEvent = { readonly id: string; readonly name: string; readonly data: string };

/** Bytes in, events out, wherever the bytes are cut: also within a line or a character. What has no empty line behind it is not an event yet. */
export function eventReader(): (chunk: Uint8Array) => SentEvent[] {
	const decoder = new TextDecoder();
	let rest = '';
	let id = '';
	let name = '';
	let data: string[] = [];

	return (chunk) => {
		const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
		rest = lines.pop() ?? '';
		const events: SentEvent[] = [];
		for (const line of lines.map((each) => each.replace(/\r$/, ''))) {
			if (line === '') {
				if (data.length > 0) events.push({ id, name, data: data.join('\n') });
				id = '';
				name = '';
				data = [];
				continue;
			}
			const [, field = '', value = ''] = /^([^:]*)(?:: ?(.*))?$/s.exec(line) ?? [];
			if (field === 'id') id = value;
			else if (field === 'event') name = value;
			else if (field === 'data') data.push(value);
		}
		return events;
	};
}
