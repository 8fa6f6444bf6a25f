import { existsSync, readdirSync, rmSync, statSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import path from 'node:path';
import { defineConfig } from '@playwright/test';
import { quietFlags } from './starter/browser.mjs';
import { newSeed } from './tests/table.ts';

// This file is read again in every worker: what is chosen once travels in variables.
const chosen = process.env['PROCODER_E2E_PORT'];
const port = chosen === undefined ? await freePort() : Number(chosen);
process.env['PROCODER_E2E_PORT'] = String(port);
// Which cases of the large sets are run; the file that tests are in asks for it again in every worker.
process.env['PROCODER_SEED'] ??= String(newSeed());
const baseURL = `http://127.0.0.1:${port}`;

const results = path.join(import.meta.dirname, 'test-results');
// One folder for each run: two runs at once must not empty each other's database.
const dataDir = path.join(results, `e2e-data-${port}`);
if (chosen === undefined) removeOldData();

const { CHROMIUM_PATH, PROCODER_CHROMIUM_SANDBOX } = process.env;
const sandbox =
	PROCODER_CHROMIUM_SANDBOX === undefined ? process.getuid?.() !== 0 : PROCODER_CHROMIUM_SANDBOX === 'on';

export default defineConfig({
	testDir: 'tests/e2e',
	// Not test-results itself: Playwright empties its folder when it starts, and the logs of the other lanes are there.
	outputDir: 'test-results/e2e',
	snapshotPathTemplate: 'tests/e2e/pictures/{arg}{ext}',
	reporter: [['list'], ['json', { outputFile: 'test-results/e2e.json' }]],
	fullyParallel: false,
	workers: 2,
	// A second try, because the machine may stand still for seconds; who needs it is named at the end of `npm test`.
	retries: 1,
	timeout: 90_000,
	expect: { timeout: 20_000 },
	use: {
		baseURL,
		browserName: 'chromium',
		contextOptions: { reducedMotion: 'reduce' },
		launchOptions: {
			...(CHROMIUM_PATH ? { executablePath: CHROMIUM_PATH } : {}),
			chromiumSandbox: sandbox,
			args: quietFlags
		},
		// Snapshots of the page only: a film of every test would take much of the two cores that there may be.
		trace: { mode: 'retain-on-failure', screenshots: false, sources: false },
		screenshot: 'only-on-failure'
	},
	webServer: {
		// The server of production, on the Node that npm installed.
		command: 'node_modules/.bin/node build/serve.js',
		url: baseURL,
		env: { NODE_ENV: 'production', HOST: '127.0.0.1', PORT: String(port), DATA_DIR: dataDir },
		stdout: 'pipe',
		timeout: 120_000,
		reuseExistingServer: false,
		gracefulShutdown: { signal: 'SIGTERM', timeout: 20_000 }
	}
});

async function freePort(): Promise<number> {
	const probe = createServer();
	await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
	const { port: free } = probe.address() as AddressInfo;
	await new Promise((resolve) => probe.close(resolve));
	return free;
}

/** What earlier runs left; an hour is longer than any run takes. */
function removeOldData(): void {
	if (!existsSync(results)) return;
	for (const name of readdirSync(results).filter((entry) => entry.startsWith('e2e-data'))) {
		const folder = path.join(results, name);
		if (folder === dataDir || Date.now() - statSync(folder).mtimeMs > 3_600_000)
			rmSync(folder, { recursive: true, force: true });
	}
}
