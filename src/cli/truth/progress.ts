import { clearBar, drawBar, type Screen } from '../terminal';

/** In a pipe, a line each time this many seconds have gone by. */
const everySeconds = 10;

export type Progress = {
	done(): void;
	/** One that an earlier run has done says nothing of how fast this one goes. */
	skipped(): void;
	end(): void;
};

/** How far a long run is, how fast it goes, and how long it will take: a bar on a terminal, now and then a line elsewhere. */
export function progress(screen: Screen, whole: number, now: () => number): Progress {
	const startedAt = now();
	let finished = 0;
	let all = whole;
	let saidAt = startedAt;
	const isLive = screen.isTTY === true;
	const status = (): string => {
		const seconds = (now() - startedAt) / 1000;
		const rate = seconds > 0 ? finished / seconds : 0;
		const left = rate > 0 ? duration((all - finished) / rate) : '?';
		return `${finished}/${all}  ${rate.toFixed(rate < 10 ? 1 : 0)} programs/s  ${left} left`;
	};
	const show = (): void => drawBar(screen, finished, all, status());
	if (isLive) show();
	return {
		done() {
			finished += 1;
			if (isLive) return show();
			if (now() - saidAt < everySeconds * 1000 && finished < all) return;
			saidAt = now();
			screen.write(`${status()}\n`);
		},
		skipped() {
			all -= 1;
		},
		end() {
			if (isLive) clearBar(screen);
		}
	};
}

export function duration(seconds: number): string {
	const whole = Math.ceil(seconds);
	if (whole < 60) return `${whole} s`;
	const minutes = Math.ceil(whole / 60);
	return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
