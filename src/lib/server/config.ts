import { BlockList, isIP } from 'node:net';
import path from 'node:path';
import * as v from 'valibot';
import { ModelName } from '$lib/domain/model';

/** Everything that is set from outside, read once. Paths are absolute. */
export type Config = {
	/** The address that is listened on. */
	readonly host: string;
	/** 0 lets the system choose. */
	readonly port: number;
	/** Whether `host` can be reached from this machine only. */
	readonly loopback: boolean;
	readonly dataDir: string;
	readonly lessonsDir: string;
	/** Another Postgres than our own; holds a password, so it is never printed. */
	readonly databaseUrl: string | undefined;
	/** Where an Ollama may be; nobody has to be there. */
	readonly ollamaUrl: string;
	/** Another model server, up to where `/chat/completions` goes on, and the key that it wants. */
	readonly openAiUrl: string | undefined;
	readonly openAiKey: string | undefined;
	/** The model that explains where the operator has not chosen one. */
	readonly tutorModel: ModelName | undefined;
};

/** A variable that cannot be used. The message names it, what it holds (secrets masked), and what is expected. */
export class ConfigError extends Error {
	override readonly name = 'ConfigError';
	constructor(
		readonly variable: string,
		readonly shown: string,
		readonly expected: string
	) {
		super(`${variable} is ${shown}, but should be ${expected}.`);
	}
}

const hostName = /^(?=.{1,253}$)[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/i;
const withoutBrackets = (host: string): string => host.replace(/^\[(.*)\]$/, '$1');

const variables = {
	HOST: {
		fallback: '127.0.0.1',
		expected: 'an IP address or a host name to listen on, such as 127.0.0.1 or 0.0.0.0',
		schema: v.pipe(
			v.string(),
			v.transform(withoutBrackets),
			v.check((host) => isIP(host) !== 0 || (hostName.test(host) && !/^[\d.]+$/.test(host)))
		)
	},
	PORT: {
		fallback: '3000',
		expected: 'a whole number from 1 to 65535, or 0 for any free port',
		schema: v.pipe(v.string(), v.regex(/^\d{1,5}$/), v.transform(Number), v.maxValue(65_535))
	},
	DATA_DIR: {
		fallback: 'data',
		expected: 'the path of a folder',
		schema: v.pipe(v.string(), v.check(isPath))
	},
	LESSONS_DIR: {
		fallback: 'lessons',
		expected: 'the path of a folder',
		schema: v.pipe(v.string(), v.check(isPath))
	},
	DATABASE_URL: {
		fallback: undefined,
		expected: 'an address like postgres://user:password@host:5432/name',
		schema: v.pipe(v.string(), v.check(isPostgresUrl))
	},
	OLLAMA_HOST: {
		fallback: '127.0.0.1:11434',
		expected: 'where Ollama is, such as 127.0.0.1:11434 or http://models.school:11434',
		schema: v.pipe(v.string(), v.transform(ollamaAddress), v.string())
	},
	OPENAI_BASE_URL: {
		fallback: undefined,
		expected: 'the address of a server with OpenAI’s format, such as http://127.0.0.1:8000/v1',
		schema: v.pipe(
			v.string(),
			v.transform((text) => addressOf(text)),
			v.string()
		)
	},
	OPENAI_API_KEY: {
		fallback: undefined,
		expected: 'a key of printable characters without blanks',
		// It stands in a header.
		schema: v.pipe(v.string(), v.regex(/^[\x21-\x7e]{1,500}$/))
	},
	TUTOR_MODEL: {
		fallback: undefined,
		expected: 'the name of a model as its server knows it, such as mistral:7b',
		schema: ModelName
	}
} as const;

function isPath(text: string): boolean {
	return !text.includes('\0');
}

function isPostgresUrl(text: string): boolean {
	const url = URL.parse(text);
	return (
		url !== null &&
		/^postgres(ql)?:$/.test(url.protocol) &&
		url.hostname !== '' &&
		/^\/[^/]+$/.test(url.pathname)
	);
}

/** An address on HTTP without a password, a query or a slash at its end; undefined for anything else. */
function addressOf(text: string): string | undefined {
	const url = URL.parse(text);
	const isPlain = url !== null && `${url.username}${url.password}${url.search}${url.hash}` === '';
	return isPlain && /^https?:$/.test(url.protocol) ? url.href.replace(/\/+$/, '') : undefined;
}

/** As Ollama itself reads the variable: scheme, host and port may each be left out, and an address to listen on is our own machine. */
function ollamaAddress(text: string): string | undefined {
	const hasScheme = text.includes('://');
	const address = addressOf(hasScheme ? text : `http://${text.startsWith(':') ? '127.0.0.1' : ''}${text}`);
	const url = address === undefined ? null : URL.parse(address);
	if (url === null) return undefined;
	if (!hasScheme && !/:\d+(?:\/|$)/.test(text)) url.port = '11434';
	if (url.hostname === '0.0.0.0') url.hostname = '127.0.0.1';
	if (url.hostname === '[::]') url.hostname = '[::1]';
	return url.href.replace(/\/+$/, '');
}

/** A value as it may be printed. An address is cut down to what surely is no password. */
function shown(name: keyof typeof variables, value: string): string {
	if (name === 'OPENAI_API_KEY') return `a text of ${value.length} characters (hidden: it is a key)`;
	const isAddress = name === 'DATABASE_URL' || name === 'OPENAI_BASE_URL' || name === 'OLLAMA_HOST';
	if (!isAddress || (name === 'OLLAMA_HOST' && !/[@?#]/.test(value))) return JSON.stringify(value);
	const url = URL.parse(value);
	if (url === null || url.hostname === '')
		return `a text of ${value.length} characters (hidden: it may hold a password)`;
	return `"${url.protocol}//${url.username === '' && url.password === '' ? '' : '•••@'}${url.host}${url.pathname}"`;
}

/** The variables from `env`; an empty one counts as not set. Relative paths start at `cwd`. Throws a ConfigError. */
export function readConfig(env: Readonly<Record<string, string | undefined>>, cwd: string): Config {
	const host = read('HOST', variables.HOST.schema);
	return {
		host,
		port: read('PORT', variables.PORT.schema),
		loopback: isLoopback(host),
		dataDir: path.resolve(cwd, read('DATA_DIR', variables.DATA_DIR.schema)),
		lessonsDir: path.resolve(cwd, read('LESSONS_DIR', variables.LESSONS_DIR.schema)),
		databaseUrl: ifSet('DATABASE_URL', variables.DATABASE_URL.schema),
		ollamaUrl: read('OLLAMA_HOST', variables.OLLAMA_HOST.schema),
		openAiUrl: ifSet('OPENAI_BASE_URL', variables.OPENAI_BASE_URL.schema),
		openAiKey: ifSet('OPENAI_API_KEY', variables.OPENAI_API_KEY.schema),
		tutorModel: ifSet('TUTOR_MODEL', variables.TUTOR_MODEL.schema)
	};

	function ifSet<T>(name: keyof typeof variables, schema: v.GenericSchema<string, T>): T | undefined {
		return env[name] ? read(name, schema) : undefined;
	}

	function read<T>(name: keyof typeof variables, schema: v.GenericSchema<string, T>): T {
		const value = env[name] || (variables[name].fallback ?? '');
		const result = v.safeParse(schema, value);
		if (!result.success) throw new ConfigError(name, shown(name, value), variables[name].expected);
		return result.output;
	}
}

/** A setting as a person may see it. */
export type Setting = {
	readonly name: keyof typeof variables;
	readonly source: 'default' | 'environment';
	/** Its value, secrets masked and paths whole; undefined where it is not set and has no default. */
	readonly shown: string | undefined;
	/** What would be right, where the value cannot be used. */
	readonly expected: string | undefined;
};

/** Every setting with where it comes from: the same reading as `readConfig`, but it goes on where one is wrong. */
export function describeSettings(env: Readonly<Record<string, string | undefined>>, cwd: string): Setting[] {
	return settingNames.map((name) => {
		const { fallback, schema, expected } = variables[name];
		const value = env[name] || fallback;
		const isPlace = name === 'DATA_DIR' || name === 'LESSONS_DIR';
		const wrong = value !== undefined && !v.is(schema, value);
		return {
			name,
			source: env[name] ? 'environment' : 'default',
			shown:
				value === undefined
					? undefined
					: isPlace && !wrong
						? path.resolve(cwd, value)
						: unquoted(shown(name, value), wrong),
			expected: wrong ? expected : undefined
		};
	});
}

const settingNames = [
	'HOST',
	'PORT',
	'DATA_DIR',
	'LESSONS_DIR',
	'DATABASE_URL',
	'OLLAMA_HOST',
	'OPENAI_BASE_URL',
	'OPENAI_API_KEY',
	'TUTOR_MODEL'
] as const satisfies (keyof typeof variables)[];

const unquoted = (text: string, wrong: boolean): string => (wrong ? text : text.replace(/^"(.*)"$/s, '$1'));

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8, 'ipv4');
loopback.addAddress('::1', 'ipv6');

/** Whether only this machine can reach `host`. */
export function isLoopback(host: string): boolean {
	const family = isIP(host);
	if (family === 0) return host.toLowerCase() === 'localhost';
	return loopback.check(host, family === 4 ? 'ipv4' : 'ipv6');
}

/** The address to open in a browser. Loopback and "every address" read as localhost. */
export function browserAddress(host: string, port: number): string {
	const name =
		isLoopback(host) || host === '0.0.0.0' || host === '::'
			? 'localhost'
			: isIP(host) === 6
				? `[${host}]`
				: host;
	return `http://${name}${port === 80 ? '' : `:${port}`}`;
}
