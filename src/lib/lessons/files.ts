/** The kinds of data file that a lesson may have, with what each is told to be when it is sent. */
const mediaTypes: Readonly<Record<string, string>> = {
	csv: 'text/csv',
	tsv: 'text/tab-separated-values',
	txt: 'text/plain',
	json: 'application/json',
	jsonl: 'application/jsonl',
	xml: 'application/xml',
	yaml: 'application/yaml',
	yml: 'application/yaml',
	toml: 'application/toml',
	py: 'text/x-python',
	png: 'image/png',
	jpg: 'image/jpeg',
	jpeg: 'image/jpeg',
	gif: 'image/gif',
	webp: 'image/webp',
	svg: 'image/svg+xml',
	wav: 'audio/wav',
	zip: 'application/zip',
	gz: 'application/gzip',
	parquet: 'application/vnd.apache.parquet',
	npy: 'application/octet-stream',
	npz: 'application/octet-stream',
	db: 'application/vnd.sqlite3',
	sqlite: 'application/vnd.sqlite3'
};

/** The endings of `mediaTypes`, for messages. */
export const fileEndings = Object.keys(mediaTypes);

/** What the cells of a lesson gave when they were last recorded lies here, beside the text. It is no data of the lesson's. */
export const recordedFile = 'expected.json';

/**
 * Whether a file in a lesson's folder belongs to the lesson at all. What an author keeps for themselves begins with `_`; what
 * editors and systems leave behind begins with `.` or ends with `~`.
 */
export const belongsToLesson = (name: string): boolean =>
	name !== 'index.md' && name !== recordedFile && !/^[._]/.test(name) && !name.endsWith('~');

/** What a data file is by the ending of its name; undefined for a kind that lessons do not have. */
export function mediaType(name: string): string | undefined {
	const ending = /[^.]\.([a-z0-9]+)$/i.exec(name)?.[1]?.toLowerCase() ?? '';
	return Object.hasOwn(mediaTypes, ending) ? mediaTypes[ending] : undefined;
}
