import type { CellId } from '$lib/domain/ids';
import { createNodePool } from '$lib/runner/node/pool';

/**
 * A process that uses a pool: for tests that kill it, and that run it as somebody else. Its arguments are the runner's folder and
 * codes of cells, which run in groups of their own at once; it prints a JSON line for the pool's state, one with its processes when
 * all are busy, and one for each run.
 */
const [folder = '', ...codes] = process.argv.slice(2);
const say = (line: object): void => console.log(JSON.stringify(line));
const never = new AbortController().signal;
const pool = createNodePool({ folder, size: Math.max(1, codes.length) });
say(await pool.state());
await Promise.all(
	codes.map(async (code) => {
		const group = pool.group(never);
		await group.run({ cellId: 'cell' as CellId, code: '1' }, {}, never);
		const running = group.run(
			{ cellId: 'cell' as CellId, code, limitMs: 60_000 },
			{ output: (part) => say({ part }) },
			never
		);
		say({ pids: pool.pids });
		say({ end: await running });
		group.close();
	})
);
await pool.close();
