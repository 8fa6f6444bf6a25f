import { stripVTControlCharacters } from 'node:util';

/**
 * Tells the person in front of the terminal what is going on: ten seconds without a word look like a hang.
 * @typedef {{
 *   line(text: string): void,
 *   step<T>(title: string, work: (note: (text: string) => void) => Promise<T>, judge?: (result: T) => Judgement): Promise<T>
 * }} Teller
 * `step` shows the title, the elapsed time and the latest note while the work goes on; a rejected promise, or a result
 * that `judge` finds wanting, marks it failed. Steps may go on side by side.
 */

/** @typedef {{ ok: boolean, text: string }} Judgement */

/** @typedef {{ write(text: string): unknown, isTTY?: boolean, columns?: number }} Screen */

const frames = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];

/**
 * A spinner on a terminal, plain lines in a pipe or a log.
 * @param {{ screen?: Screen, everyMs?: number, now?: () => number, env?: Record<string, string | undefined> }} [options]
 * @returns {Teller}
 */
export function createTeller({ screen = process.stdout, everyMs, now = Date.now, env = process.env } = {}) {
	const live = screen.isTTY === true && env['TERM'] !== 'dumb' && !env['CI'];
	const colour = live && !env['NO_COLOR'];
	/** @param {string} code @param {string} text */
	const paint = (code, text) => (colour ? `\x1b[${code}m${text}\x1b[0m` : text);
	/** What the steps that go on would say of themselves. @type {Set<() => string>} */
	const going = new Set();
	let frame = 0;

	return {
		line(text) {
			screen.write(`${text}\n`);
		},
		async step(title, work, judge) {
			const started = now();
			let latest = '';
			const elapsed = () => duration(now() - started);
			const rest = () => (latest === '' ? '' : ` · ${latest}`);
			const said = () => `${title} ${elapsed()}${rest()}`;

			function show() {
				if (!live) {
					screen.write(`  … ${title}: ${elapsed()}${rest()}\n`);
					return;
				}
				frame = (frame + 1) % frames.length;
				const text = `${frames[frame]} ${[...going].map((say) => say()).join(' | ')}`;
				screen.write(`\r\x1b[2K${text.slice(0, Math.max(20, (screen.columns ?? 80) - 1))}`);
			}

			if (!live) screen.write(`· ${title}\n`);
			going.add(said);
			const timer = setInterval(show, everyMs ?? (live ? 120 : 5000));
			/** @param {string} mark @param {string} [text] */
			const end = (mark, text = '') => {
				clearInterval(timer);
				going.delete(said);
				screen.write(`${live ? '\r\x1b[2K' : ''}${mark} ${title}${text} (${elapsed()})\n`);
			};
			try {
				const result = await work((text) => {
					latest = stripVTControlCharacters(text).replace(/\s+/g, ' ').trim().slice(0, 100);
				});
				const { ok, text } = judge?.(result) ?? { ok: true, text: '' };
				end(ok ? paint('32', '✓') : paint('31', '✗'), text === '' ? '' : `: ${text}`);
				return result;
			} catch (error) {
				end(paint('31', '✗'));
				throw error;
			}
		}
	};
}

/** `7 s`, `2 min 5 s`. @param {number} ms */
export function duration(ms) {
	const seconds = Math.round(ms / 1000);
	return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

/** A failure whose text is meant for the person at the terminal: no stack is shown. */
export class Stop extends Error {
	/** @param {string} message @param {string[]} [lines] the end of the output that explains it */
	constructor(message, lines = []) {
		super([...lines.map((line) => `    ${line}`), message].join('\n'));
		this.name = 'Stop';
	}
}

/**
 * Shows what ended a command and sets the exit code.
 * @param {unknown} error
 */
export function sayFailure(error) {
	process.exitCode = 1;
	if (error instanceof Stop) console.error(error.message);
	else if (
		error instanceof Error &&
		'code' in error &&
		(error.code === 'EACCES' || error.code === 'EROFS' || error.code === 'EPERM')
	) {
		console.error(
			`${error.message}\nThis folder must be writable for whoever runs ProCoder: change its owner, or clone it into a folder of your own.`
		);
	} else if (error instanceof Error && 'code' in error && error.code === 'ENOSPC') {
		console.error(
			`${error.message}\nThe disk is full: ProCoder needs about 1 GB for its packages and its build.`
		);
	} else console.error(error);
}
