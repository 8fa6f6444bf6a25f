/** The parts of the report, in their order. */
export const sections = {
	versions: 'Versions',
	configuration: 'Configuration',
	database: 'Database',
	machine: 'Disk and memory',
	lessons: 'Lessons',
	'server-python': 'Python on the server',
	python: 'Python in the browser'
} as const;
export type Section = keyof typeof sections;

/** One line of the report. A problem keeps ProCoder from working, a warning makes it work worse or soon not at all. */
export type Check = {
	readonly section: Section;
	/** Names the line for scripts; the same at every run. */
	readonly name: string;
	readonly state: 'ok' | 'warning' | 'problem';
	/** A sentence. */
	readonly text: string;
	/** What to do about it: with every warning and every problem. */
	readonly advice?: string;
	/** What the sentence says, for scripts. */
	readonly facts?: Readonly<Record<string, string | number | boolean | null>>;
};

type Facts = Check['facts'];
type Named = { readonly section: Section; readonly name: string };

export const ok = (named: Named, text: string, facts?: Facts): Check =>
	make(named, 'ok', text, undefined, facts);
export const warning = (named: Named, text: string, advice: string, facts?: Facts): Check =>
	make(named, 'warning', text, advice, facts);
export const bad = (named: Named, text: string, advice: string, facts?: Facts): Check =>
	make(named, 'problem', text, advice, facts);

function make(
	named: Named,
	state: Check['state'],
	text: string,
	advice: string | undefined,
	facts: Facts
): Check {
	return {
		...named,
		state,
		text,
		...(advice === undefined ? {} : { advice }),
		...(facts === undefined ? {} : { facts })
	};
}

/** `850 MB`, `12.3 GB`: decimal, as disks are sold and `df -H` shows them. */
export function size(bytes: number): string {
	if (bytes < 1_000_000) return `${Math.round(bytes / 1_000)} kB`;
	return bytes < 1_000_000_000 ? `${Math.round(bytes / 1_000_000)} MB` : `${(bytes / 1e9).toFixed(1)} GB`;
}
