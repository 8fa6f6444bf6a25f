import { stat } from 'node:fs/promises';
import {
	browserAddress,
	describeSettings,
	inspect,
	readConfig,
	type Config,
	type Setting
} from '$lib/server/app';
import { bad, ok, warning, type Check } from './check';
import type { Surroundings } from './surroundings';

const section = 'configuration';

export type Configuration = {
	readonly checks: readonly Check[];
	/** The settings, with the default in place of each that cannot be used. */
	readonly config: Config;
	/** The names of those. */
	readonly wrong: ReadonlySet<Setting['name']>;
	/** DATABASE_URL as it may be printed. */
	readonly shownDatabase: string;
};

export async function checkConfiguration(place: Surroundings): Promise<Configuration> {
	const settings = describeSettings(place.env, place.cwd);
	const wrong = new Set(settings.filter((one) => one.expected !== undefined).map((one) => one.name));
	const usable = Object.fromEntries(
		settings.filter((one) => !wrong.has(one.name)).map((one) => [one.name, place.env[one.name]])
	);
	const config = readConfig(usable, place.cwd);
	return {
		checks: [
			...settings.map(describe),
			...(wrong.has('HOST') ? [] : network(config)),
			...(wrong.has('HOST') || wrong.has('PORT') || config.port === 0 ? [] : [await address(config, place)]),
			...(wrong.has('DATA_DIR') ? [] : await secrets(config.dataDir, place.platform))
		],
		config,
		wrong,
		shownDatabase: settings.find((one) => one.name === 'DATABASE_URL')?.shown ?? ''
	};
}

/** What it means that there is none. */
const unset: Partial<Record<Setting['name'], string>> = {
	DATABASE_URL: 'ProCoder runs a Postgres of its own',
	OPENAI_BASE_URL: 'no other model server than Ollama is asked',
	OPENAI_API_KEY: 'no key is sent',
	TUTOR_MODEL: 'the operator chooses the model that explains, or none'
};

function describe({ name, source, shown, expected }: Setting): Check {
	const named = { section, name: name.toLowerCase().replaceAll('_', '-') } as const;
	const from = source === 'default' ? 'by default' : 'from the environment';
	const facts = { setting: name, value: shown ?? null, source };
	if (expected === undefined) {
		const text =
			shown === undefined
				? `${name} is not set: ${unset[name] ?? 'nothing needs it'}.`
				: `${name} is ${shown} (${from}).`;
		return ok(named, text, facts);
	}
	return bad(
		named,
		`${name} is ${shown ?? ''} (${from}), which cannot be used.`,
		`Set it to ${expected}, or unset it.`,
		facts
	);
}

function network({ host, loopback }: Config): Check[] {
	if (loopback) return [];
	return [
		warning(
			{ section, name: 'network' },
			`With HOST ${host} everyone on the network can reach ProCoder, without TLS. Browsers on other machines then give its pages no shared memory.`,
			'Put a server with TLS in front (it must pass the Host header on), or unset HOST to stay on this machine.'
		)
	];
}

async function address(config: Config, { knock }: Surroundings): Promise<Check> {
	const named = { section, name: 'address' } as const;
	const shown = browserAddress(config.host, config.port);
	// "Every address" is no address to ask.
	const host = config.host === '0.0.0.0' || config.host === '::' ? '127.0.0.1' : config.host;
	const answer = await knock(`http://${host.includes(':') ? `[${host}]` : host}:${config.port}`);
	const facts = { address: shown, answer };
	switch (answer) {
		case 'nobody':
			return ok(named, `Nothing listens at ${shown}: ProCoder is not running, and can start there.`, facts);
		case 'ours':
			return ok(named, `ProCoder is running at ${shown}, and its database answers.`, facts);
		case 'ill':
			return warning(
				named,
				`ProCoder is running at ${shown}, but says that it cannot work just now.`,
				'If it has just been started, wait a minute. Otherwise see the database below, then what the server printed.',
				facts
			);
		case 'stranger':
			return warning(
				named,
				`Something else than ProCoder listens at ${shown}.`,
				`Stop it, or choose another port: PORT=${config.port < 65_535 ? config.port + 1 : 3000} npm start`,
				facts
			);
	}
}

/** Keys that others can read are no keys. */
async function secrets(dataDir: string, platform: string): Promise<Check[]> {
	if (platform === 'win32') return [];
	const found = await Promise.all(
		inspect.secretFiles(dataDir).map(async (file) => ({
			file,
			mode: await stat(file).then(
				(about) => about.mode & 0o777,
				() => undefined
			)
		}))
	);
	const there = found.filter((one) => one.mode !== undefined);
	const open = there.filter(({ mode }) => ((mode ?? 0) & 0o077) !== 0);
	const named = { section, name: 'secrets' } as const;
	if (open.length > 0) {
		const names = open.map(({ file }) => file);
		return [
			bad(
				named,
				`Others on this machine may read or change ${names.join(' and ')}.`,
				`Close ${names.length === 1 ? 'it' : 'them'}: chmod 600 ${names.map((name) => `'${name}'`).join(' ')}`
			)
		];
	}
	return there.length === 0 ? [] : [ok(named, 'The keys in DATA_DIR can be read by their owner only.')];
}
