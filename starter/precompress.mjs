// What the build is served as: every file of the pages also compressed, beside it, so that the server never compresses.
import { readdirSync, rmSync, statSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';

const brotli = promisify(brotliCompress);
const zip = promisify(gzip);

/**
 * Above this, brotli's best quality takes tens of seconds a file (26 s for Python's 9.6 MB, measured, against 0.4 s) for an
 * eighth less to send, once: what is so large is kept by the browser for a year.
 */
const largeBytes = 1_000_000;
/** Below this a file fits into one packet anyway. */
const smallBytes = 256;
/** How many files are held in memory at a time; the compressing itself runs on as many threads as libuv has. */
const atOnce = 4;

/** Compressed already: another round costs time and saves nothing. */
const packed = /\.(br|gz|zip|whl|woff2?|png|jpe?g|webp|avif|gif|mp4|webm)$/i;

/**
 * Writes `FILE.br` and `FILE.gz` beside every file below `folder` that gets smaller by it; the server's reader of files looks
 * for them under these names. Copies from an earlier build whose file no longer shrinks are removed.
 * @param {string} folder absolute, or relative to the working directory; nothing happens where it does not exist
 * @returns {Promise<{ files: number, bytes: number, brotliBytes: number }>} the files that were compressed, before and after
 */
export async function precompress(folder) {
	const waiting = filesIn(folder);
	const done = { files: 0, bytes: 0, brotliBytes: 0 };
	await Promise.all(
		Array.from({ length: atOnce }, async () => {
			for (let file = waiting.shift(); file !== undefined; file = waiting.shift()) {
				const bytes = await readFile(file);
				if (bytes.length < smallBytes) continue;
				const [br, gz] = await Promise.all([brotli(bytes, brotliOptions(bytes)), zip(bytes, { level: 6 })]);
				await Promise.all([keep(`${file}.br`, br, bytes), keep(`${file}.gz`, gz, bytes)]);
				done.files += 1;
				done.bytes += bytes.length;
				done.brotliBytes += Math.min(br.length, bytes.length);
			}
		})
	);
	return done;
}

/** The largest first, so that none is begun when the others are done. @param {string} folder */
function filesIn(folder) {
	try {
		return readdirSync(folder, { recursive: true, withFileTypes: true })
			.filter((entry) => entry.isFile() && !packed.test(entry.name))
			.map((entry) => path.join(entry.parentPath, entry.name))
			.map((file) => ({ file, bytes: statSync(file).size }))
			.sort((a, b) => b.bytes - a.bytes)
			.map(({ file }) => file);
	} catch (error) {
		if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
		throw error;
	}
}

/** @param {Buffer} bytes */
function brotliOptions(bytes) {
	const large = bytes.length > largeBytes;
	return {
		params: {
			[constants.BROTLI_PARAM_QUALITY]: large ? 5 : constants.BROTLI_MAX_QUALITY,
			// Text mode is tuned to UTF-8; what is large here is WebAssembly and memory.
			[constants.BROTLI_PARAM_MODE]: large ? constants.BROTLI_MODE_GENERIC : constants.BROTLI_MODE_TEXT,
			[constants.BROTLI_PARAM_SIZE_HINT]: bytes.length
		}
	};
}

/** @param {string} target @param {Buffer} compressed @param {Buffer} original */
async function keep(target, compressed, original) {
	if (compressed.length < original.length) await writeFile(target, compressed);
	else rmSync(target, { force: true });
}
