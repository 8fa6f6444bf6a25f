import { clearBar, drawBar, type Screen } from '../terminal';

export type Progress = { done(name: string): void; end(): void };

/** A bar on a terminal, a plain line for each lesson elsewhere. */
export function progress(screen: Screen, all: number): Progress {
	let finished = 0;
	const isLive = screen.isTTY === true;
	const show = (name: string): void =>
		drawBar(screen, finished, all, `${finished}/${all} ${name.slice(0, 40)}`);
	if (isLive) show('');
	return {
		done(name) {
			finished += 1;
			if (isLive) show(name);
			else screen.write(`${finished}/${all} ${name}\n`);
		},
		end() {
			if (isLive) clearBar(screen);
		}
	};
}
