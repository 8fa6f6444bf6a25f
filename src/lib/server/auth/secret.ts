import { randomBytes } from 'node:crypto';
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { explainFileError, StartError } from '$lib/server/db/start-error';

/** Where the key is kept. */
export const cookieSecretFile = (dataDir: string): string => path.join(dataDir, 'cookie-secret');

/** The key that cookies are signed with: 32 random bytes in DATA_DIR that only we can read, made on first use. */
export async function cookieSecret(dataDir: string): Promise<Buffer> {
	const file = cookieSecretFile(dataDir);
	try {
		await mkdir(dataDir, { recursive: true, mode: 0o700 });
		await writeFile(file, `${randomBytes(32).toString('base64url')}\n`, {
			mode: 0o600,
			flag: 'wx',
			flush: true
		}).catch((error: unknown) => {
			if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
		});
		const secret = Buffer.from((await readFile(file, 'utf8')).trim(), 'base64url');
		if (secret.byteLength < 32) {
			throw new StartError(`${file} is damaged. Delete it to make a new one: learners will then start anew.`);
		}
		await chmod(file, 0o600);
		return secret;
	} catch (error) {
		throw explainFileError(error, file);
	}
}
