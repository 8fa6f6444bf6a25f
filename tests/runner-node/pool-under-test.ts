import { readdirSync, readFileSync } from 'node:fs';
import { inject } from 'vitest';
import type { CellId } from '$lib/domain/ids';
import type { OutputPart } from '$lib/domain/run';
import type { GroupListener, JobGroup, NodeRunEnd, RunRequest } from '$lib/runner/node/group';
import { createNodePool, type NodePool, type PoolOptions } from '$lib/runner/node/pool';

export const never = new AbortController().signal;

export const newPool = (options: Partial<PoolOptions> = {}): NodePool =>
	createNodePool({ folder: inject('runnerFolder'), size: 2, ...options });

export type Ran = { end: NodeRunEnd; outputs: OutputPart[]; text: string };

/** Runs a cell and gives everything that it showed; `text` is its output and its last value, one after the other. */
export async function runCell(
	group: JobGroup,
	code: string,
	more: Partial<RunRequest> & { signal?: AbortSignal } = {}
): Promise<Ran> {
	const { signal = never, ...request } = more;
	const outputs: OutputPart[] = [];
	const end = await group.run(
		{ cellId: 'cell' as CellId, code, ...request },
		{ output: (part) => outputs.push(part) },
		signal
	);
	const text = outputs
		.map((part) => (part.kind === 'display' ? part.data['text/plain'] : part.text))
		.join('');
	return { end, outputs, text };
}

/** One cell in a group of its own. */
export async function runAlone(
	pool: NodePool,
	code: string,
	more: Partial<RunRequest> = {},
	on: GroupListener = {}
): Promise<Ran> {
	const group = pool.group(never, on);
	try {
		return await runCell(group, code, more);
	} finally {
		group.close();
	}
}

/** Whether any process of a group still runs; the dead that nobody has buried yet do not count. */
export function groupRuns(pgid: number): boolean {
	return groupMembers(pgid).length > 0;
}

export function groupMembers(pgid: number): number[] {
	return processes()
		.filter((one) => one.pgid === pgid && one.state !== 'Z')
		.map(({ pid }) => pid);
}

function processes(): { pid: number; pgid: number; state: string }[] {
	return readProcFolder().flatMap((pid) => {
		try {
			const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
			const [state = '', , pgrp] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
			return [{ pid, state, pgid: Number(pgrp) }];
		} catch {
			return [];
		}
	});
}

const readProcFolder = (): number[] =>
	readdirSync('/proc')
		.filter((name) => /^\d+$/.test(name))
		.map(Number);
