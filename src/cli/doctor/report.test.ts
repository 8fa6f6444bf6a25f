import { expect, it } from 'vitest';
import type { Check } from './check';
import { asJson, asText, exitCode } from './report';

const fine: Check = { section: 'versions', name: 'node', state: 'ok', text: 'Node 26.' };
const warned: Check = {
	section: 'machine',
	name: 'memory',
	state: 'warning',
	text: 'Little.',
	advice: 'Close something.'
};
const wrong: Check = {
	section: 'database',
	name: 'place',
	state: 'problem',
	text: 'Gone.\nReally.',
	advice: 'Put it back.'
};

it('ends with 0 unless there is a problem; strictly, unless all is well', () => {
	expect([[fine], [fine, warned], [fine, wrong]].map((checks) => exitCode(checks, false))).toEqual([0, 0, 1]);
	expect([[fine], [fine, warned], [fine, wrong]].map((checks) => exitCode(checks, true))).toEqual([0, 1, 1]);
});

it('shows each line with its mark and what to do', () => {
	expect(asText([warned, fine, wrong], false)).toEqual([
		'Versions',
		'  ✓ Node 26.',
		'',
		'Database',
		'  ✗ Gone.\n      Really.',
		'    → Put it back.',
		'',
		'Disk and memory',
		'  ! Little.',
		'    → Close something.',
		'',
		'1 problem, 1 warning. What to do stands behind the arrows.'
	]);
	expect(asText([fine], false).at(-1)).toBe('All is well.');
});

it('colours only where that is wanted, and lets no control character through', () => {
	expect(asText([fine], false).join('')).not.toContain('\x1b');
	expect(asText([fine], true)).toContain('  \x1b[32m✓\x1b[0m Node 26.');
	expect(asText([{ ...fine, text: 'a\x1b[2Jb\rc\x9bd' }], false)[1]).toBe('  ✓ a?[2Jb?c?d');
});

it('is one object for scripts', () => {
	expect(JSON.parse(asJson([fine, warned, wrong]))).toMatchObject({
		ok: false,
		problems: 1,
		warnings: 1,
		checks: [fine, warned, wrong],
		browsers: [
			{ name: 'pages' },
			{ name: 'shared-memory' },
			{ name: 'jspi', since: { chrome: 137, firefox: 153, safari: 27 } }
		]
	});
});
