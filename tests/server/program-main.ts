import { createServer } from 'node:http';
import { readConfig } from '$lib/server/app';
import { openPool } from '$lib/server/db/client';
import { createDatabase } from '$lib/server/db/create-database';
import { startEmbedded } from '$lib/server/db/embedded';
import { migrateDatabase } from '$lib/server/db/migrate';
import * as v from 'valibot';
import { ExplanationId, LearnerId } from '$lib/domain/ids';
import { RatingValue } from '$lib/domain/rating';
import { explained, openWorld } from './world';

/**
 * A server that can be killed: our Postgres, migrations and use cases behind HTTP. `PROGRAM=idle` starts the database and
 * does nothing more, to see whether that lets the process end.
 */
const say = (line: string): void => void process.stdout.write(`${line}\n`);
const config = readConfig(process.env, process.cwd());
const server = await startEmbedded(config.dataDir, process.cwd(), say).catch((error: unknown) => {
	say(String(error));
	process.exit(1);
});
if (process.env['PROGRAM'] === 'idle') say(`ready 0 ${server.pid()}`);
else await listen();

async function listen(): Promise<void> {
	const { host, port, user, password } = server;
	await createDatabase({ host, port, user, password, database: 'postgres' }, 'procoder');
	const target = { host, port, user, password, database: 'procoder' };
	await migrateDatabase(target, process.cwd());
	const client = openPool(target, () => undefined);
	const tutoring = await openWorld(client.db);

	const Rate = v.object({ learnerId: LearnerId, explanationId: ExplanationId, value: RatingValue });
	const answers: Record<string, (body: unknown) => Promise<unknown>> = {
		'/explain': async (body) => {
			const { learnerId } = v.parse(v.object({ learnerId: LearnerId }), body);
			return (await explained(tutoring, { kind: 'learner', learnerId })).explanationId;
		},
		'/rate': async (body) => {
			const { learnerId, explanationId, value } = v.parse(Rate, body);
			const rating = { value, reasons: [] };
			return (await tutoring.rate({ kind: 'learner', learnerId }, { explanationId, rating })).ok;
		},
		'/ratings': async () =>
			(await client.db.execute('select explanation_id as id, value from rating order by 1')).rows
	};
	const http = createServer((request, response) => {
		let text = '';
		request.on('data', (chunk: Buffer) => (text += chunk.toString()));
		request.on('end', () => {
			const answer = answers[request.url ?? ''];
			void Promise.resolve(text === '' ? undefined : JSON.parse(text))
				.then((body: unknown) => answer?.(body))
				.then(
					(value) => response.writeHead(200).end(JSON.stringify(value)),
					(error: unknown) => response.writeHead(500).end(String(error))
				);
		});
	});
	http.listen(0, '127.0.0.1', () => {
		const address = http.address();
		say(`ready ${address instanceof Object ? address.port : 0} ${server.pid()}`);
	});
}
