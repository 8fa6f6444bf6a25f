import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { measureTruth } from './truth/measure-truth';
import { progress } from './truth/progress';
import { providers } from './truth/providers';
import { asTable } from './truth/table';

/** `npm run truth`, when there is a build: see starter/run-truth.mjs. It runs in ProCoder's folder. */
const usage = `npm run truth -- --corpus programs.jsonl --out report.jsonl

  --corpus FILE     a file with {"id","code","entry"?,"language"?} in each line, or a folder of Python files
  --out FILE        the report, a line for each program; one that is there already is gone on with
  --provider NAME   who explains: ${[...providers.keys()].join(', ')} (which is the default)
  --jobs N          programs at the same time, each on a core of its own
  --limit N         only the first N programs
  --no-second-way   runs no program in this machine's own Python (docs/truth.md says what that is for)
  --json            says the summary for scripts

What each number means stands in docs/truth.md. Ctrl-C stops; the same command goes on.`;

/** More lanes than this only wait for each other. */
const mostJobs = 64;

const say = (text: string): void => void process.stdout.write(`${text}\n`);
const complain = (text: string): void => void process.stderr.write(`${text}\n`);

process.exitCode = await main(process.argv.slice(2));

async function main(args: string[]): Promise<number> {
	const asked = options(args);
	if (asked?.help === true) {
		say(usage);
		return 0;
	}
	const corpus = asked?.corpus;
	const out = asked?.out;
	const jobs = numberOf(asked?.jobs, Math.min(availableParallelism(), mostJobs));
	const limit = numberOf(asked?.limit, Infinity);
	if (asked === undefined || corpus === undefined || out === undefined || !jobs || !limit) {
		complain(usage);
		return 2;
	}
	const provider = providers.get(asked.provider);
	if (provider === undefined) {
		complain(`There is no provider “${asked.provider}”. There is: ${[...providers.keys()].join(', ')}.`);
		return 2;
	}
	// As the person sees paths from where they are.
	const from = process.env['INIT_CWD'] ?? process.cwd();
	if (!existsSync(path.resolve(from, corpus))) {
		complain(`There is no corpus at ${path.resolve(from, corpus)}.`);
		return 2;
	}
	const stop = new AbortController();
	for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => stop.abort());
	try {
		const summary = await measureTruth({
			corpus: path.resolve(from, corpus),
			out: path.resolve(from, out),
			provider,
			jobs: Math.min(jobs, mostJobs),
			limit,
			secondWay: !asked['no-second-way'],
			runner: path.join(process.cwd(), 'build', 'runner'),
			progress: (all) => progress(process.stderr, all, () => performance.now()),
			signal: stop.signal
		});
		say(asked.json ? JSON.stringify(summary, null, 2) : asTable(summary).join('\n'));
		if (!stop.signal.aborted) return 0;
		complain(`Stopped after ${summary.programs} programs. The same command goes on from here.`);
		return 130;
	} catch (error) {
		complain(error instanceof Error ? error.message : String(error));
		return 1;
	}
}

function options(args: string[]) {
	const flag = { type: 'boolean', default: false } as const;
	try {
		return parseArgs({
			args,
			options: {
				corpus: { type: 'string' },
				out: { type: 'string' },
				provider: { type: 'string', default: 'built-in' },
				jobs: { type: 'string' },
				limit: { type: 'string' },
				'no-second-way': flag,
				json: flag,
				help: flag
			}
		}).values;
	} catch {
		return undefined;
	}
}

/** A whole number from 1; `undefined` for anything else. */
function numberOf(text: string | undefined, otherwise: number): number | undefined {
	if (text === undefined) return otherwise;
	return /^[1-9]\d{0,8}$/.test(text) ? Number(text) : undefined;
}
