import { expect, test } from 'vitest';
import { ago } from './ago';

test('says how long ago something was, in the unit that people use', () => {
	const seconds = [-90_000, 0, 30, 50, 90, 130, 3_000, 7_300, 80_000, 100_000, 30 * 86_400];
	expect(seconds.map((count) => ago(count * 1_000))).toEqual([
		'just now',
		'just now',
		'just now',
		'1 minute ago',
		'2 minutes ago',
		'2 minutes ago',
		'1 hour ago',
		'2 hours ago',
		'yesterday',
		'yesterday',
		'30 days ago'
	]);
});
