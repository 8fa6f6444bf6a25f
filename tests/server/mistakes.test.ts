import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { startBuiltServer } from './built-server';
import { stopPostgres } from './stop-postgres';

it('answers a client’s mistakes without a line in its log', { timeout: 120_000 }, async () => {
	const dataDir = await mkdtemp(path.join(tmpdir(), 'procoder-mistakes-'));
	await chmod(dataDir, 0o711);
	const server = await startBuiltServer(dataDir);
	onTestFinished(async () => {
		server.child.kill('SIGKILL');
		await server.gone;
		await stopPostgres(dataDir);
		await rm(dataDir, { recursive: true, force: true });
	});
	// The last line of a start, which may still be on its way.
	await expect.poll(() => server.said.some((line) => line.startsWith('For authors: '))).toBe(true);
	const before = server.said.length;
	const status = async (method: string, address: string, accept: string): Promise<number> => {
		const headers = { origin: server.address, accept };
		const response = await fetch(`${server.address}${address}`, { method, headers });
		await response.text();
		return response.status;
	};
	for (const accept of ['text/html', 'application/json', '*/*']) {
		expect(await status('GET', '/lessons/%ff', accept)).toBe(400);
		expect(await status('GET', '/api/v1/lessons/%ff/work', accept)).toBe(400);
		for (const method of ['POST', 'PUT', 'DELETE', 'PATCH']) {
			expect([method, accept, await status(method, '/', accept)]).toEqual([method, accept, 405]);
		}
		expect(await status('GET', '/nowhere', accept)).toBe(404);
	}
	expect(server.said.slice(before)).toEqual([]);
});
