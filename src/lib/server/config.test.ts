import { describe, expect, it } from 'vitest';
import { browserAddress, ConfigError, isLoopback, readConfig } from './config';

const messageOf = (env: Record<string, string>): string => {
	try {
		readConfig(env, '/somewhere');
		return 'accepted';
	} catch (error) {
		return error instanceof ConfigError ? error.message : 'another error';
	}
};

describe('readConfig', () => {
	it('stays on loopback and inside the working directory unless told otherwise', () => {
		expect(readConfig({}, '/somewhere')).toEqual({
			host: '127.0.0.1',
			port: 3000,
			loopback: true,
			dataDir: '/somewhere/data',
			lessonsDir: '/somewhere/lessons',
			databaseUrl: undefined
		});
	});

	it('takes what is set, and treats an empty variable as not set', () => {
		const config = readConfig(
			{
				HOST: '[::]',
				PORT: '0',
				DATA_DIR: '/var/x',
				LESSONS_DIR: 'course',
				DATABASE_URL: 'postgres://a:b@c/d'
			},
			'/somewhere'
		);
		expect(config).toMatchObject({
			host: '::',
			port: 0,
			loopback: false,
			dataDir: '/var/x',
			lessonsDir: '/somewhere/course'
		});
		expect(readConfig({ HOST: '', PORT: '' }, '/').port).toBe(3000);
	});

	it.each([
		[{ PORT: '65536' }, 'PORT is "65536", but should be a whole number from 1 to 65535'],
		[{ PORT: '30x' }, 'PORT is "30x"'],
		[{ PORT: '-1' }, 'PORT is "-1"'],
		[{ HOST: 'http://a' }, 'HOST is "http://a", but should be an IP address'],
		[{ HOST: '1.2.3' }, 'HOST is "1.2.3"'],
		[{ DATA_DIR: 'a\0b' }, 'DATA_DIR is'],
		[
			{ DATABASE_URL: 'mysql://u:secret@h/d' },
			'DATABASE_URL is "mysql://•••@h/d", but should be an address like'
		]
	])('names the variable, its value and what is expected: %j', (env, message) => {
		expect(messageOf(env)).toContain(message);
	});

	it.each(['mysql://u:hunter2@h/d?password=hunter2', 'u:hunter2@h/d', 'postgres://u:hunter2@h', 'hunter2'])(
		'never shows a password: %s',
		(url) => {
			expect(messageOf({ DATABASE_URL: url })).toMatch(/^DATABASE_URL is (?!.*hunter2)/);
		}
	);
});

it('knows what only this machine can reach', () => {
	expect(['127.0.0.1', '127.9.9.9', '::1', 'localhost', 'LOCALHOST'].every(isLoopback)).toBe(true);
	expect(['0.0.0.0', '::', '192.168.1.2', 'example.org', '128.0.0.1'].some(isLoopback)).toBe(false);
});

it('prints an address that a browser can open', () => {
	expect(browserAddress('127.0.0.1', 3000)).toBe('http://localhost:3000');
	expect(browserAddress('0.0.0.0', 8080)).toBe('http://localhost:8080');
	expect(browserAddress('fd00::1', 3000)).toBe('http://[fd00::1]:3000');
	expect(browserAddress('school.example', 80)).toBe('http://school.example');
});
