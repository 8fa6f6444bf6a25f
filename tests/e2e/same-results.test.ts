import type { Page } from '@playwright/test';
import * as v from 'valibot';
import { newRunId } from '$lib/domain/ids';
import { OutputPart } from '$lib/domain/run';
import { CallMethod, FromFrame, newCallId, type ToFrame, type Wear } from '$lib/runner/protocol';
import { comparable, fatal, newSeed, rows, sample, type Call, type LastRun, type Session } from '../table';
import { expect, openLesson, test } from './lesson-page';

/**
 * The table that CPython, Pyodide and the runner in Node replay, here in a real browser: through the channel that the page opened
 * to its real frame and worker. The page's cells are left out, because they show less than a row compares.
 */
type Desk = {
	/** Posts a message and gives what the frame says until the job has ended, or another interpreter is there. */
	do(message: ToFrame): Promise<FromFrame[]>;
};

type Tapped = { tappedPort?: MessagePort };

async function tapDesk(page: Page): Promise<Desk> {
	await page.addInitScript(() => {
		const Channel = MessageChannel;
		class Watched extends Channel {
			constructor() {
				super();
				this.port1.addEventListener('message', ({ data }: MessageEvent<{ type?: string }>) => {
					// The desk starts first; the bench waits until it is there.
					if (data.type === 'ready') (window as Tapped).tappedPort ??= this.port1;
				});
			}
		}
		Object.assign(window, { MessageChannel: Watched });
	});
	await openLesson(page);
	return {
		async do(message) {
			const heard = await page.evaluate(
				(posted) =>
					new Promise<unknown[]>((resolve, reject) => {
						const port = (window as Tapped).tappedPort;
						if (port === undefined) return reject(new Error('No frame has said that it is ready.'));
						const said: unknown[] = [];
						const giveUp = setTimeout(
							() => reject(new Error(`No end came; so far: ${JSON.stringify(said).slice(0, 2_000)}`)),
							60_000
						);
						const hear = ({ data }: MessageEvent<{ type: string; id?: string }>): void => {
							// The page asks now and then whether the frame is alive.
							if (data.type === 'pong') return;
							said.push(data);
							// Nobody answers beyond what the row gives: the run is stopped where it asks.
							if (data.type === 'input-wanted') port.postMessage({ type: 'interrupt', id: data.id });
							const isEnd = ['run-end', 'reply', 'call-failed'].includes(data.type);
							// What was lost ends when its replacement is there.
							if (!(isEnd && 'id' in posted && data.id === posted.id) && data.type !== 'ready') return;
							clearTimeout(giveUp);
							port.removeEventListener('message', hear);
							resolve(said);
						};
						port.addEventListener('message', hear);
						port.postMessage(posted);
					}),
				message
			);
			return v.parse(v.array(FromFrame), heard);
		}
	};
}

/** The longest that a row may take. */
const limitMs = 40_000;

type Ran = LastRun & { wear?: Wear };

async function runCell(desk: Desk, code: string, at = 0, answers: string[] = []): Promise<Ran> {
	const cellId = `cell-${at}` as Extract<ToFrame, { type: 'run' }>['cellId'];
	const heard = await desk.do({ type: 'run', id: newRunId(), cellId, code, limitMs, answers });
	const outputs: OutputPart[] = [];
	let needsInput: { prompt: string; secret: boolean } | undefined;
	for (const message of heard) {
		if (message.type === 'output') outputs.push(...message.parts);
		// The value of the last line comes with the end of the run, where nothing follows it.
		const bundle =
			message.type === 'display' ? message.bundle : message.type === 'run-end' ? message.last : undefined;
		if (bundle !== undefined)
			outputs.push(v.parse(OutputPart, { kind: 'display', data: JSON.parse(bundle) as unknown }));
		if (message.type === 'input-wanted') needsInput = { prompt: message.prompt, secret: message.secret };
		if (message.type === 'run-end') {
			const { end, variables, wear, needs = needsInput } = message;
			return { end: { ...end, variables, needsInput: needs }, outputs, wear };
		}
	}
	expect(heard[0], 'a run without an end was lost').toMatchObject({ type: 'lost', why: 'crashed' });
	return { end: { status: 'crashed', durationMs: 0, truncated: 0, variables: 0 }, outputs };
}

async function replaySession(desk: Desk, session: Session): Promise<Ran> {
	let last: Ran | undefined;
	for (const [at, { code, stdin }] of session.cells.entries()) last = await runCell(desk, code, at, stdin);
	return last!;
}

async function replayCall(desk: Desk, { method, params }: Call['call']): Promise<unknown> {
	const heard = await desk.do({
		type: 'call',
		id: newCallId(),
		method: v.parse(CallMethod, method),
		params: JSON.stringify(params),
		timeoutMs: limitMs
	});
	const reply = heard.find((message) => message.type === 'reply');
	expect(reply, `the answer to ${method}`).toBeDefined();
	const answer: unknown = JSON.parse(reply!.result);
	expect(answer).toMatchObject({ ok: true });
	return (answer as { result: unknown }).result;
}

/** The kernel has more methods than the page asks for: those the frame refuses, as it does whatever is not in its protocol. */
const isForPages = (row: (typeof rows)[number]): boolean =>
	'cells' in row || v.is(CallMethod, row.call.method);
const replayed = rows.filter(isForPages);
const notForPages = rows.filter((row) => !isForPages(row)).map(({ id }) => id);

test('the browser gives what the table says, as CPython, Pyodide and Node do', async ({ page }, info) => {
	test.setTimeout(600_000);
	const seed = newSeed();
	const chosen = sample(replayed, seed, 12);
	info.annotations.push({ type: 'seed', description: `${seed} (${chosen.length} of ${rows.length} rows)` });
	expect(notForPages, 'rows that are left out').toEqual(['missing']);
	const desk = await tapDesk(page);
	for (const row of chosen) {
		const name = `row ${row.id}, seed ${seed}`;
		// A fresh interpreter, as the table's README asks.
		expect((await desk.do({ type: 'restart' })).map(({ type }) => type)).toEqual(['lost', 'ready']);
		if ('cells' in row) {
			const last = await replaySession(desk, row);
			const { seen, wanted } = comparable(last, row);
			expect.soft(seen, name).toEqual(wanted);
			if (row.expect.memory === true) expect.soft(last.wear, name).toBe('memory');
		} else {
			const { result } = row.expect;
			const answer = await replayCall(desk, row.call);
			if (v.is(v.record(v.string(), v.unknown()), result) && !Array.isArray(result))
				expect.soft(answer, name).toMatchObject(result);
			else expect.soft(answer, name).toEqual(result);
		}
	}
});

test('what no limit survives ends as a crash, and the next run works', async ({ page }) => {
	test.setTimeout(300_000);
	const desk = await tapDesk(page);
	for (const { id, code } of fatal) {
		expect((await runCell(desk, code)).end.status, id).toBe('crashed');
		const { end, outputs } = await runCell(desk, '6 * 7');
		expect(end.status, id).toBe('ok');
		expect(outputs, id).toEqual([{ kind: 'display', data: { 'text/plain': '42' } }]);
	}
});
