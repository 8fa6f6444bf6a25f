import { expect, it } from 'vitest';
import { operatorPass } from './operator-pass';

it('admits who knows the code, and knows them again', () => {
	const pass = operatorPass('procoder-1234');
	const value = pass.admit(pass.code);
	expect(value).toMatch(/^[\w-]{32}$/);
	expect(pass.knows(value)).toBe(true);
	expect(pass.cookie).toBe('procoder-1234-operator');
});

it('admits nobody else', () => {
	const pass = operatorPass('procoder-1234');
	const other = operatorPass('procoder-1234');
	const { code } = pass;
	for (const wrong of [
		'',
		code.slice(1),
		`${code} `,
		code.toUpperCase(),
		other.code,
		'é',
		'x'.repeat(100_000)
	])
		expect(pass.admit(wrong)).toBeUndefined();
	for (const wrong of [undefined, '', code, other.admit(other.code)]) expect(pass.knows(wrong)).toBe(false);
});

it('makes another code at each start', () => {
	const codes = Array.from({ length: 20 }, () => operatorPass('x').code);
	expect(new Set(codes).size).toBe(20);
});
