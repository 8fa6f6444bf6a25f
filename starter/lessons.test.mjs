import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, it, onTestFinished, vi } from 'vitest';
import { projectAt } from './project.mjs';
import { runLessons } from './run-lessons.mjs';

it('says what to do where there is no build', async () => {
	const folder = await mkdtemp(path.join(tmpdir(), 'procoder-starter-'));
	onTestFinished(() => rm(folder, { recursive: true, force: true }));
	const said = vi.spyOn(console, 'error').mockImplementation(() => undefined);
	onTestFinished(() => {
		said.mockRestore();
		process.exitCode = 0;
	});
	await runLessons(['check'], projectAt(folder));
	expect(said).toHaveBeenCalledExactlyOnceWith(
		'There is no build here yet. Run npm start once: it installs, builds and starts.'
	);
	expect(process.exitCode).toBe(1);
});
