import { expect, it } from 'vitest';
import { duration, progress } from './progress';

function watched(isTTY: boolean, all: number) {
	const said: string[] = [];
	let time = 0;
	const shown = progress({ write: (text) => said.push(text), isTTY }, all, () => time);
	return { said, shown, pass: (seconds: number) => (time += seconds * 1000) };
}

it('says rate and remaining time in a pipe, now and then and at the end', () => {
	const { said, shown, pass } = watched(false, 5);
	shown.skipped();
	pass(4);
	shown.done();
	expect(said).toEqual([]);
	pass(8);
	shown.done();
	shown.done();
	shown.done();
	shown.end();
	expect(said).toEqual(['2/4  0.2 programs/s  12 s left\n', '4/4  0.3 programs/s  0 s left\n']);
});

it('draws a bar on a terminal, and takes it away', () => {
	const { said, shown, pass } = watched(true, 2);
	pass(1);
	shown.done();
	shown.end();
	expect(said[0]).toContain(`${'░'.repeat(24)} 0/2  0.0 programs/s  ? left`);
	expect(said[1]).toContain(`${'█'.repeat(12)}${'░'.repeat(12)} 1/2`);
	expect(said.at(-1)).toBe('\r\x1b[2K');
});

it.each([
	[0.2, '1 s'],
	[61, '2 min'],
	[3600 * 2 + 60 * 30, '2 h 30 min'],
	[3600 * 2 - 1, '2 h 0 min']
])('%d seconds are %s', (seconds, text) => {
	expect(duration(seconds)).toBe(text);
});
