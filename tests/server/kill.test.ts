import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { newLearnerId } from '$lib/domain/ids';
import { startProgram, type Program } from './program';
import { stopPostgres } from './stop-postgres';

const ratings = 200;
const kills = 6;
const readyLimitMs = 5_000;

let dataDir: string;
beforeAll(async () => {
	dataDir = await mkdtemp(path.join(tmpdir(), 'procoder-kill-'));
	await chmod(dataDir, 0o711);
});
afterAll(async () => {
	await stopPostgres(dataDir);
	await rm(dataDir, { recursive: true, force: true });
});

const start = (): Promise<Program> => startProgram({ DATA_DIR: dataDir });

async function ask(program: Program, address: string, body: unknown): Promise<unknown> {
	const response = await fetch(`http://127.0.0.1:${program.ready.port}${address}`, {
		method: 'POST',
		body: JSON.stringify(body)
	});
	if (!response.ok) throw new Error(await response.text());
	return response.json();
}

/** Eight at a time, as many as there are; stops at the first that fails, which is when the server is gone. */
async function inParallel<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
	const pending = [...items];
	const lane = async (): Promise<void> => {
		for (let item = pending.shift(); item !== undefined; item = pending.shift()) {
			try {
				await work(item);
			} catch {
				return;
			}
		}
	};
	await Promise.all(Array.from({ length: 8 }, lane));
}

it(
	`loses none of ${ratings} acknowledged ratings when it is killed again and again`,
	{ timeout: 90_000 },
	async () => {
		const learnerId = newLearnerId();
		let program = await start();
		const explanations: string[] = [];
		await inParallel(
			Array.from({ length: ratings }, (_, index) => index),
			async () => void explanations.push(String(await ask(program, '/explain', { learnerId })))
		);
		expect(explanations).toHaveLength(ratings);

		const acknowledged = new Map<string, string>();
		const stored = async (): Promise<Map<string, string>> => {
			const rows = await ask(program, '/ratings', {});
			return new Map(
				Array.isArray(rows) ? rows.map((row: { id: string; value: string }) => [row.id, row.value]) : []
			);
		};
		const startTimes: number[] = [];
		for (let kill = 0; kill <= kills; kill++) {
			const open = explanations.filter((id) => !acknowledged.has(id));
			// The last round goes on to the end; the others get their share of the work and then die in the middle of it.
			const share =
				kill === kills ? open : open.slice(0, Math.ceil((open.length / (kills - kill + 1)) * 1.2));
			const dying = kill < kills;
			const work = inParallel(share, async (explanationId) => {
				const value = explanations.indexOf(explanationId) % 2 === 0 ? 'helpful' : 'not-helpful';
				const done = await ask(program, '/rate', { learnerId, explanationId, value });
				expect(done).toBe(true);
				acknowledged.set(explanationId, value);
			});
			if (dying) {
				const enough = acknowledged.size + Math.ceil(share.length / 2);
				while (acknowledged.size < enough) await sleep(1);
				// Every second time the database is killed as well, without a chance to tidy up.
				if (kill % 2 === 1) process.kill(program.ready.postgres, 'SIGKILL');
				program.child.kill('SIGKILL');
				await program.gone;
				await work;
				program = await start();
				startTimes.push(program.startMs);
			} else {
				await work;
			}
			const found = await stored();
			for (const [id, value] of acknowledged) expect(found.get(id)).toBe(value);
			expect([...found.keys()].every((id) => explanations.includes(id))).toBe(true);
		}
		expect(acknowledged.size).toBe(ratings);
		// The median: a machine that does other things too may be slow once.
		const [median = Infinity] = startTimes.toSorted((a, b) => a - b).slice(Math.floor(kills / 2));
		expect(median, `milliseconds to ready: ${startTimes.join(', ')}`).toBeLessThan(readyLimitMs);
		program.child.kill('SIGKILL');
		await program.gone;
	}
);
