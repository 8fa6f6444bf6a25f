import { spawn } from 'node:child_process';
import { tmpdir } from 'node:os';
import * as v from 'valibot';
import type { Claim } from '$lib/domain/claim';
import { ClaimId } from '$lib/domain/ids';
import { SecondWay } from './row';
import script from './second_way.py?raw';

/** A Python of the machine, which knows nothing of our kernel. */
export type PlainPython = {
	readonly version: string;
	/** What it says of claims that were confirmed. Never rejects: what cannot be tried is told as untried. */
	judge(code: string, claims: readonly Claim[]): Promise<SecondWay>;
};

/** Oldest first, so that the newest of those that answer is the last. `python` is what Windows calls it. */
const commands = ['python', 'python3', 'python3.11', 'python3.12', 'python3.13', 'python3.14'];
const oldest = [3, 11];
const askTimeoutMs = 10_000;
/** Each claim has 5 s of its own; this is for one that ends nothing all the same. */
const judgeTimeoutMs = 60_000;

/** The newest Python that is found, or `undefined`. `kernelPython` is the version in which the claims were confirmed. */
export async function findPlainPython(kernelPython: string): Promise<PlainPython | undefined> {
	let found: { command: string; version: string } | undefined;
	for (const command of commands) {
		// A version manager's stand-in is slow to start, so the program behind it is asked for.
		const question = 'import sys, os; print(sys.executable, sys.version.split()[0], hasattr(os, "fork"))';
		const answer = await run(command, ['-I', '-c', question], '', askTimeoutMs);
		const [, path, version, forks] = /^(.+) (\S+) (True|False)\s*$/.exec(answer) ?? [];
		if (path === undefined || version === undefined || forks !== 'True') continue;
		if (isRecent(version) && (found === undefined || compare(version, found.version) >= 0))
			found = { command: path, version };
	}
	return found && plainPython(found, kernelPython);
}

const compare = (a: string, b: string): number => a.localeCompare(b, 'en', { numeric: true });
const isRecent = (version: string): boolean => compare(version, oldest.join('.')) >= 0;
const minorOf = (version: string): string => version.split('.').slice(0, 2).join('.');

const Said = v.variant('kind', [
	v.strictObject({ kind: v.literal('agreed') }),
	v.strictObject({ kind: v.literal('differed'), got: v.string() }),
	v.strictObject({ kind: v.literal('untried'), why: v.string() })
]);
const Answer = v.strictObject({ claimId: ClaimId, said: Said });

function plainPython(
	{ command, version }: { command: string; version: string },
	kernelPython: string
): PlainPython {
	// What an error says is worded anew in each version.
	const compareMessages = minorOf(version) === minorOf(kernelPython);
	return {
		version,
		async judge(code, claims) {
			const task = JSON.stringify({ code, claims, compareMessages });
			const arguments_ = ['-I', '-S', '-B', '-X', 'utf8', '-c', script];
			const printed = claims.length === 0 ? '' : await run(command, arguments_, task, judgeTimeoutMs);
			const answers = printed.split('\n').flatMap((line) => {
				const answer = v.safeParse(v.pipe(v.string(), v.parseJson(), Answer), line);
				return answer.success ? [answer.output] : [];
			});
			const of = new Map(answers.map(({ claimId, said }) => [claimId, said]));
			const result: v.InferInput<typeof SecondWay> = {
				python: version,
				agreed: 0,
				differed: [],
				untried: []
			};
			for (const { id } of claims) {
				const said = of.get(id) ?? { kind: 'untried', why: 'it gave no answer' };
				if (said.kind === 'agreed') result.agreed += 1;
				else if (said.kind === 'differed')
					result.differed.push({ claimId: id, got: said.got.slice(0, 2_000) });
				else result.untried.push({ claimId: id, why: said.why.slice(0, 500) });
			}
			return v.parse(SecondWay, result);
		}
	};
}

/** What a program prints; '' where it cannot be started. It is ended when its time is over. */
function run(command: string, args: string[], input: string, timeoutMs: number): Promise<string> {
	return new Promise((resolve) => {
		const parts: Buffer[] = [];
		const child = spawn(command, args, {
			cwd: tmpdir(),
			env: { PATH: process.env['PATH'] ?? '' },
			stdio: ['pipe', 'pipe', 'ignore'],
			timeout: timeoutMs,
			killSignal: 'SIGKILL'
		});
		child.on('error', () => resolve(''));
		child.stdout.on('data', (part: Buffer) => parts.push(part));
		// One that ended early reads no more.
		child.stdin.on('error', () => undefined);
		child.on('close', () => resolve(Buffer.concat(parts).toString('utf8')));
		child.stdin.end(input);
	});
}
