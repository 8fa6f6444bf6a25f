import { expect, test } from 'vitest';
import { heardOf } from './heard';

const printed = (text: string) => [{ kind: 'stdout' as const, text }];

test('a short output is heard whole, a long one as far as anybody listens', () => {
	expect(heardOf(printed('12\n'), undefined)).toBe('Output: 12');
	const long = heardOf(printed('a line\n'.repeat(100)), undefined);
	expect(long).toMatch(/^Output, 100 lines: a line\n/);
	expect(long.length).toBeLessThan(240);
	expect(heardOf([], undefined)).toBe('');
});

test('an error is heard with its first line, after what was printed before', () => {
	expect(heardOf([], { type: 'KeyError', message: "'cake'\nmore" })).toBe("KeyError: 'cake'");
	expect(heardOf(printed('1\n'), { type: 'KeyError', message: '' })).toBe('Output: 1. KeyError: ');
});
