/** Where progress is shown: the error stream, so that a report in a pipe stays a report. */
export type Screen = { write(text: string): unknown; isTTY?: boolean | undefined };

export type Progress = { done(name: string): void; end(): void };

const width = 24;

/** A bar on a terminal, a plain line for each lesson elsewhere. */
export function progress(screen: Screen, all: number): Progress {
	let finished = 0;
	const isLive = screen.isTTY === true;
	const show = (name: string): void => {
		const full = all === 0 ? width : Math.round((finished / all) * width);
		const bar = '█'.repeat(full) + '░'.repeat(width - full);
		screen.write(`\r\x1b[2K${bar} ${finished}/${all} ${name.slice(0, 40)}`);
	};
	if (isLive) show('');
	return {
		done(name) {
			finished += 1;
			if (isLive) show(name);
			else screen.write(`${finished}/${all} ${name}\n`);
		},
		end() {
			if (isLive) screen.write('\r\x1b[2K');
		}
	};
}
