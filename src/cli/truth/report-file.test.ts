import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openReport, rowsOfReport } from './report-file';
import { errorRow } from './row';

let folder: string;
beforeAll(async () => {
	folder = await mkdtemp(path.join(tmpdir(), 'procoder-report-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const line = (id: string): string => `${JSON.stringify(errorRow(id, 'none'))}\n`;

it.each(['{', '{"id":"c', line('c').slice(0, -1)])('cuts off a torn last line: %s', async (torn) => {
	const file = path.join(folder, 'torn.jsonl');
	await writeFile(file, line('a') + line('b') + torn);
	const report = await openReport(file);
	expect([...report.done]).toEqual(['a', 'b']);
	await report.write(errorRow('c', 'again'));
	await report.close();
	const ids: string[] = [];
	for await (const row of rowsOfReport(file)) ids.push(row.id);
	expect(ids).toEqual(['a', 'b', 'c']);
});

it.each(['Dear diary', 'Dear diary\n', `${line('a')}x\n`, '{"id":"a","code":"x = 1"}\n'])(
	'leaves a file that is no report as it is: %j',
	async (text) => {
		const file = path.join(folder, 'other.txt');
		await writeFile(file, text);
		await expect(openReport(file)).rejects.toThrow('Is this the right file?');
		expect(await readFile(file, 'utf8')).toBe(text);
	}
);
