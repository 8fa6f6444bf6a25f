import { describe, expect, it } from 'vitest';
import path from 'node:path';
import { runCommand } from './processes.mjs';
import { createTeller, duration } from './say.mjs';

/** @param {boolean} isTTY */
function screen(isTTY) {
	let text = '';
	return {
		isTTY,
		columns: 60,
		write: (/** @type {string} */ chunk) => {
			text += chunk;
		},
		text: () => text
	};
}

describe('the teller', () => {
	it('writes plain lines into a log, again and again while a step goes on', async () => {
		const log = screen(false);
		const teller = createTeller({ screen: log, everyMs: 5, env: {} });
		const result = await teller.step(
			'Building',
			async (note) => {
				note('\x1b[32m12 modules\x1b[0m');
				await new Promise((resolve) => setTimeout(resolve, 40));
				return 7;
			},
			() => ({ ok: true, text: '7 things' })
		);
		expect(result).toBe(7);
		const lines = log.text().trimEnd().split('\n');
		expect(lines[0]).toBe('· Building');
		expect(lines[1]).toMatch(/^ {2}… Building: \d+ s · 12 modules$/);
		expect(lines.at(-1)).toMatch(/^✓ Building: 7 things \(\d+ s\)$/);
		expect(log.text()).not.toContain('\x1b');
	});

	it('keeps one line on a terminal, without colours when asked', async () => {
		const terminal = screen(true);
		const teller = createTeller({ screen: terminal, everyMs: 5, env: { NO_COLOR: '1' } });
		await expect(teller.step('Installing', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
		expect(terminal.text()).toMatch(/✗ Installing \(0 s\)\n$/);
		expect(terminal.text()).not.toContain('\x1b[31m');
	});

	it('shows steps side by side on one line', async () => {
		const terminal = screen(true);
		const teller = createTeller({ screen: terminal, everyMs: 5, env: { NO_COLOR: '1' } });
		const wait = (/** @type {number} */ ms) => () => new Promise((resolve) => setTimeout(resolve, ms));
		await Promise.all([teller.step('Linting', wait(20)), teller.step('Building', wait(60))]);
		const lines = terminal.text().split(/[\r\n]/);
		expect(lines.some((line) => /Linting 0 s \| Building 0 s$/.test(line))).toBe(true);
		expect(
			lines.some((line) => line.startsWith('\x1b[2K') && line.slice(5).startsWith(' Building 0 s'))
		).toBe(true);
		expect(lines.filter((line) => line.includes('✓'))).toHaveLength(2);
	});

	it('says durations as people do', () => {
		expect([400, 7000, 65_000].map(duration)).toEqual(['0 s', '7 s', '1 min 5 s']);
	});
});

describe('a command', () => {
	const options = { cwd: path.resolve('.'), env: process.env };

	it('ends with its code and the end of what it said', async () => {
		const ended = await runCommand('sh', ['-c', 'echo one; echo two >&2; exit 3'], options);
		expect(ended).toMatchObject({ code: 3, stopped: undefined });
		expect(ended.lines.sort()).toEqual(['one', 'two']);
	});

	it('that is not there ends with 127', async () => {
		expect((await runCommand('no-such-command-here', [], options)).code).toBe(127);
	});

	it('is ended with all that it started when it takes too long or falls silent', async () => {
		const script = ['-c', 'sleep 30 & sleep 30'];
		expect((await runCommand('sh', script, { ...options, limitMs: 100 })).stopped).toBe('limit');
		expect((await runCommand('sh', script, { ...options, silenceMs: 100 })).stopped).toBe('silence');
	});
});
