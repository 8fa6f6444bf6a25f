import { readConfig } from '$lib/server/app';
import { startEmbedded } from '$lib/server/db/embedded';

/**
 * A process that owns a database folder until it is killed. With `AFTER=end` it starts the database and then has nothing
 * more to do, to see whether that lets a process end.
 */
const say = (line: string): void => void process.stdout.write(`${line}\n`);
const config = readConfig(process.env, process.cwd());
const server = await startEmbedded(config.dataDir, process.cwd(), say).catch((error: unknown) => {
	say(String(error));
	process.exit(1);
});
say(`ready ${server.pid()}`);
if (process.env['AFTER'] !== 'end') setInterval(() => undefined, 60_000);
