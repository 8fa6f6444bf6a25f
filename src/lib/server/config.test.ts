import { describe, expect, it } from 'vitest';
import { browserAddress, ConfigError, describeSettings, isLoopback, readConfig } from './config';

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
			databaseUrl: undefined,
			ollamaUrl: 'http://127.0.0.1:11434',
			openAiUrl: undefined,
			openAiKey: undefined,
			tutorModel: undefined
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

describe('where model servers are', () => {
	it.each([
		['localhost', 'http://localhost:11434'],
		['0.0.0.0', 'http://127.0.0.1:11434'],
		['0.0.0.0:8080', 'http://127.0.0.1:8080'],
		['[::]', 'http://[::1]:11434'],
		[':8080', 'http://127.0.0.1:8080'],
		['http://models.school', 'http://models.school'],
		['https://models.school/ollama/', 'https://models.school/ollama']
	])('reads OLLAMA_HOST %s as Ollama does', (text, url) => {
		expect(readConfig({ OLLAMA_HOST: text }, '/').ollamaUrl).toBe(url);
	});

	it('takes the address of another one as it stands, without a last slash', () => {
		expect(readConfig({ OPENAI_BASE_URL: 'http://h:8000/v1/' }, '/').openAiUrl).toBe('http://h:8000/v1');
	});

	it.each([
		{ OLLAMA_HOST: 'ftp://h' },
		{ OLLAMA_HOST: 'u:hunter2@h' },
		{ OLLAMA_HOST: 'http://u:hunter2@h' },
		{ OPENAI_BASE_URL: 'h:8000' },
		{ OPENAI_BASE_URL: 'http://u:hunter2@h/v1' },
		{ OPENAI_BASE_URL: 'http://h/v1?key=hunter2' },
		{ OPENAI_API_KEY: 'hunter2\nX-Other: 1' },
		{ TUTOR_MODEL: '-rf /' }
	])('refuses %j, and shows no secret', (env) => {
		expect(messageOf(env)).toMatch(/^\w+ is (?!.*hunter2).*, but should be /s);
	});
});

describe('describeSettings', () => {
	it('says where each setting comes from, with paths whole and secrets masked', () => {
		const env = {
			PORT: '8080',
			HOST: '',
			DATA_DIR: 'mine',
			DATABASE_URL: 'postgres://u:hunter2@h/d?password=hunter2',
			OPENAI_API_KEY: 'hunter2!'
		};
		expect(describeSettings(env, '/somewhere')).toEqual([
			{ name: 'HOST', source: 'default', shown: '127.0.0.1', expected: undefined },
			{ name: 'PORT', source: 'environment', shown: '8080', expected: undefined },
			{ name: 'DATA_DIR', source: 'environment', shown: '/somewhere/mine', expected: undefined },
			{ name: 'LESSONS_DIR', source: 'default', shown: '/somewhere/lessons', expected: undefined },
			{ name: 'DATABASE_URL', source: 'environment', shown: 'postgres://•••@h/d', expected: undefined },
			{ name: 'OLLAMA_HOST', source: 'default', shown: '127.0.0.1:11434', expected: undefined },
			{ name: 'OPENAI_BASE_URL', source: 'default', shown: undefined, expected: undefined },
			{
				name: 'OPENAI_API_KEY',
				source: 'environment',
				shown: 'a text of 8 characters (hidden: it is a key)',
				expected: undefined
			},
			{ name: 'TUTOR_MODEL', source: 'default', shown: undefined, expected: undefined }
		]);
		expect(describeSettings({}, '/').at(-1)).toMatchObject({ source: 'default', shown: undefined });
	});

	it('goes on where one is wrong, with what would be right, and agrees with readConfig', () => {
		const env: Record<string, string> = {
			PORT: 'x',
			HOST: 'http://a',
			DATABASE_URL: 'u:hunter2@h/d',
			DATA_DIR: 'a\0b'
		};
		const settings = describeSettings(env, '/');
		expect(settings.filter((one) => one.expected !== undefined).map((one) => one.name)).toEqual([
			'HOST',
			'PORT',
			'DATA_DIR',
			'DATABASE_URL'
		]);
		expect(JSON.stringify(settings)).not.toContain('hunter2');
		for (const { name, expected } of settings) {
			const value = env[name];
			if (value === undefined) continue;
			expect(messageOf({ [name]: value })).toContain(`but should be ${expected ?? 'nothing'}`);
		}
	});
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
