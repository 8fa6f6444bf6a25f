/** Where progress is shown: the error stream, so that a report in a pipe stays a report. */
export type Screen = { write(text: string): unknown; isTTY?: boolean | undefined };

const width = 24;
/** Back to the first column, with nothing on the line. */
const clear = '\r\x1b[2K';

/** Draws on the last line of a terminal how much of `all` is done, with words after the bar. */
export function drawBar(screen: Screen, done: number, all: number, words: string): void {
	const full = all === 0 ? width : Math.min(width, Math.round((done / all) * width));
	screen.write(`${clear}${'█'.repeat(full)}${'░'.repeat(width - full)} ${words}`);
}

/** Takes the bar away. */
export const clearBar = (screen: Screen): unknown => screen.write(clear);
