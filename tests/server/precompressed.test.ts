import { chmod, mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startBuiltServer, type BuiltServer } from './built-server';
import { stopPostgres } from './stop-postgres';

let dataDir: string;
let server: BuiltServer;
beforeAll(async () => {
	dataDir = await mkdtemp(path.join(tmpdir(), 'procoder-precompressed-'));
	await chmod(dataDir, 0o711);
	server = await startBuiltServer(dataDir);
});
afterAll(async () => {
	server.child.kill('SIGKILL');
	await server.gone;
	await stopPostgres(dataDir);
	await rm(dataDir, { recursive: true, force: true });
});

const client = path.resolve('build/client');

/** The address of the build's largest file whose name ends so: a tiny one may not be worth packing. */
async function addressOf(ending: string): Promise<string> {
	const names = await readdir(path.join(client, '_app/immutable'), { recursive: true });
	const found = await Promise.all(
		names
			.filter((candidate) => candidate.endsWith(ending))
			.map(async (name) => ({ name, size: (await stat(path.join(client, '_app/immutable', name))).size }))
	);
	const [largest] = found.sort((a, b) => b.size - a.size);
	if (largest === undefined) throw new Error(`The build has no file that ends in ${ending}.`);
	return `/_app/immutable/${largest.name}`;
}

type Raw = { encoding: string | undefined; cache: string | undefined; body: Buffer };

/** The bytes as they come over the wire: fetch would unpack them. */
function get(address: string, accept: string): Promise<Raw> {
	return new Promise((resolve, reject) => {
		const asked = request(`${server.address}${address}`, { headers: { 'accept-encoding': accept } });
		asked.on('response', (response) => {
			const parts: Buffer[] = [];
			response.on('data', (part: Buffer) => parts.push(part));
			response.on('error', reject);
			response.on('end', () =>
				resolve({
					encoding: response.headers['content-encoding'],
					cache: response.headers['cache-control'],
					body: Buffer.concat(parts)
				})
			);
		});
		asked.on('error', reject);
		asked.end();
	});
}

it.each(['.js', '.css', '.wasm'])('serves %s compressed, and it unpacks to the file', async (ending) => {
	const address = await addressOf(ending);
	const file = await readFile(path.join(client, address));
	const br = await get(address, 'gzip, deflate, br');
	expect(br).toMatchObject({ encoding: 'br', cache: 'public,max-age=31536000,immutable' });
	expect(brotliDecompressSync(br.body).equals(file)).toBe(true);
	const gz = await get(address, 'gzip');
	expect(gz.encoding).toBe('gzip');
	expect(gunzipSync(gz.body).equals(file)).toBe(true);
	const plain = await get(address, 'identity');
	expect(plain.encoding).toBeUndefined();
	expect(plain.body.equals(file)).toBe(true);
	expect(br.body.length).toBeLessThan(file.length / 2);
});

it.each(['.zip', '.woff2'])('serves %s as it is: it is packed already', async (ending) => {
	const address = await addressOf(ending);
	const answer = await get(address, 'gzip, deflate, br');
	expect(answer.encoding).toBeUndefined();
	expect(answer.body.equals(await readFile(path.join(client, address)))).toBe(true);
});

it('packs a page for who can unpack it, and says that it differs', async () => {
	const packed = await get('/lessons/first-functions', 'gzip, deflate, br');
	expect(packed.encoding).toBe('br');
	const page = brotliDecompressSync(packed.body).toString();
	const plain = await get('/lessons/first-functions', 'identity');
	expect(plain.encoding).toBeUndefined();
	// Each answer has a nonce of its own.
	const withoutNonce = (html: string): string => html.replaceAll(/nonce="[^"]*"/g, '');
	expect(withoutNonce(page)).toBe(withoutNonce(plain.body.toString()));
	expect(packed.body.length).toBeLessThan(plain.body.length / 4);
	const { headers } = await fetch(`${server.address}/lessons/first-functions`);
	expect(headers.get('vary')).toMatch(/accept-encoding/i);
});
