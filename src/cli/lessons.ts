import { existsSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { readConfig } from '$lib/server/app';
import { checkLessons } from './lessons/check-lessons';
import { newLesson } from './lessons/new-lesson';
import { progress } from './lessons/progress';
import { asJson, asText, problemsOf } from './lessons/report';

/** `npm run lessons:new` and `npm run lessons:check`, when there is a build: see starter/run-lessons.mjs. It runs in ProCoder's folder. */
const usage = `npm run lessons:new add-up-a-bill        makes a lesson that can be read, run and checked
npm run lessons:check                    checks every lesson
npm run lessons:check -- loops           checks one: its name, or the path of its folder
npm run lessons:check -- --update        writes what the cells give into expected.json beside each lesson
npm run --silent lessons:check -- --json says it for scripts

The check ends with 0 where nothing is wrong, and with 1 where something is.`;

const say = (text: string): void => void process.stdout.write(`${text}\n`);
const complain = (text: string): void => void process.stderr.write(`${text}\n`);

process.exitCode = await main(process.argv.slice(2));

async function main([command = '', ...rest]: string[]): Promise<number> {
	const asked = options(rest);
	if (asked?.values.help === true) {
		say(usage);
		return 0;
	}
	const [name, ...more] = asked?.positionals ?? [];
	if (asked === undefined || more.length > 0) return wrongUse();
	try {
		const { lessonsDir } = readConfig(process.env, process.cwd());
		if (command === 'new' && name !== undefined) return await make(lessonsDir, name);
		if (command === 'check') return await check(lessonsDir, name, asked.values);
		return wrongUse();
	} catch (error) {
		complain(error instanceof Error ? error.message : String(error));
		return 1;
	}
}

function options(rest: string[]) {
	try {
		const flag = { type: 'boolean', default: false } as const;
		return parseArgs({
			args: rest,
			allowPositionals: true,
			options: { json: flag, update: flag, help: flag }
		});
	} catch {
		return undefined;
	}
}

function wrongUse(): number {
	complain(usage);
	return 2;
}

async function make(lessonsDir: string, slug: string): Promise<number> {
	const made = await newLesson(lessonsDir, slug);
	if (!made.ok) {
		complain(made.why);
		return 1;
	}
	say(`${path.relative(process.cwd(), made.file)} is a lesson that runs as it is.
While npm start runs, open /lessons/${made.id} beside your editor: what you save is shown there at once.
npm run lessons:check -- ${made.id} says whether all in it is true.`);
	return 0;
}

async function check(
	lessonsDir: string,
	wanted: string | undefined,
	{ json, update }: { json: boolean; update: boolean }
): Promise<number> {
	const place = wanted === undefined ? { folder: lessonsDir } : findLesson(lessonsDir, wanted);
	if (place === undefined) {
		complain(`There is no lesson “${wanted ?? ''}”, neither as a name in ${lessonsDir} nor as a path.`);
		return 2;
	}
	const report = await checkLessons({
		...place,
		update,
		runner: path.join(process.cwd(), 'build', 'runner'),
		progress: (all) => progress(process.stderr, all)
	});
	const colour = process.stdout.isTTY && !process.env['NO_COLOR'] && process.env['TERM'] !== 'dumb';
	say(json ? asJson(report) : asText(report, colour).join('\n'));
	return problemsOf(report).length === 0 ? 0 : 1;
}

/** A lesson by its name, or by a path as the person sees it from where they are: its folder, its file, or a folder of lessons. */
function findLesson(lessonsDir: string, wanted: string): { folder: string; only?: string } | undefined {
	const from = process.env['INIT_CWD'] ?? process.cwd();
	for (const candidate of [path.resolve(from, wanted), path.resolve(wanted), path.join(lessonsDir, wanted)]) {
		if (!existsSync(candidate)) continue;
		const folder = statSync(candidate).isDirectory() ? candidate : path.dirname(candidate);
		if (existsSync(path.join(folder, 'index.md')) || /^\d+-[^/]+$/.test(path.basename(folder)))
			return { folder: path.dirname(folder), only: path.basename(folder) };
		return { folder };
	}
	const names = existsSync(lessonsDir) ? readdirSync(lessonsDir) : [];
	const name = names.find((one) => one.replace(/^\d+-/, '') === wanted);
	return name === undefined ? undefined : { folder: lessonsDir, only: name };
}
