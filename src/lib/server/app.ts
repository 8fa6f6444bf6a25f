import path from 'node:path';
import type { Answer } from '$lib/domain/answer';
import type { ExerciseChecks } from '$lib/domain/exercise-check';
import type { ContentHash } from '$lib/domain/ids';
import type { ProblemCode } from '$lib/domain/problem';
import type { ModelServerId, TutorChoice, TutorModel } from '$lib/domain/tutor-model';
import { createNodePool, type NodePool } from '$lib/runner/node/pool';
import { nobody, type Actor } from './auth/actor';
import { learnerCookie, type LearnerCookie } from './auth/learner-cookie';
import { operatorPass, type OperatorPass } from './auth/operator-pass';
import { cookieSecret, cookieSecretFile } from './auth/secret';
import { browserAddress, describeSettings, readConfig, type Config, type Setting } from './config';
import { openPool, type DatabaseClient, type PostgresTarget } from './db/client';
import { createDatabase } from './db/create-database';
import { startEmbedded, type EmbeddedPostgres, type Say } from './db/embedded';
import { databaseFailure } from './db/failures';
import {
	inspectOwn,
	inspectServer,
	type Inside,
	type Look,
	type Obstacle,
	type OwnDatabase,
	type Unreachable
} from './db/inspect';
import { migrateDatabase } from './db/migrate';
import { clusterDatabase, passwordFile } from './db/postgres/cluster';
import { lessonCatalogue, type Catalogue, type WholeLesson } from './lessons/catalogue';
import { courseWatch, type CourseWatch } from './lessons/course-watch';
import type { Recorded } from './lessons/recorded-file';
import { openModelServers } from './providers/model-servers';
import { appendEvents } from './tutoring/append-events';
import { attempt } from './tutoring/attempt';
import { changeConsent } from './tutoring/change-consent';
import { chooseTutor } from './tutoring/choose-tutor';
import type { Context, Models } from './tutoring/context';
import { eraseMyData } from './tutoring/erase-my-data';
import { createExaminer } from './tutoring/examiner';
import { explain } from './tutoring/explain';
import { exportMyData } from './tutoring/export-my-data';
import { followLog } from './tutoring/follow-log';
import { createGenerator } from './tutoring/generator';
import { giveVerdicts } from './tutoring/give-verdicts';
import { interruptAbandoned } from './tutoring/interrupt-abandoned';
import { loadWork } from './tutoring/load-work';
import { rate } from './tutoring/rate';
import { pullModel } from './tutoring/pull-model';
import { readConsent } from './tutoring/read-consent';
import { readGeneration } from './tutoring/read-generation';
import { readMyData } from './tutoring/read-my-data';
import { readModels } from './tutoring/read-models';
import { readOpen } from './tutoring/read-open';
import { readProgress } from './tutoring/read-progress';
import { readSubmission } from './tutoring/read-submission';
import { readTutor } from './tutoring/read-tutor';
import { readVersion, readVersions } from './tutoring/read-versions';
import { recallLesson, recordLesson } from './tutoring/record-lesson';
import { recordPlay } from './tutoring/record-play';
import { removeModel } from './tutoring/remove-model';
import { saveDraft } from './tutoring/save-draft';
import { createServerBench } from './tutoring/server-bench';
import { startGeneration } from './tutoring/start-generation';
import { stopGeneration } from './tutoring/stop-generation';
import { submit } from './tutoring/submit';
import { unrate } from './tutoring/unrate';

export { browserAddress, describeSettings, nobody, readConfig };

export type { Config, Inside, Look, Obstacle, OwnDatabase, Recorded, Setting, Unreachable, WholeLesson };

/** Everything that routes and commands may ask of the server, built once. */
export type App = {
	readonly config: Config;
	readonly cookie: LearnerCookie;
	readonly operator: OperatorPass;
	readonly lessons: Catalogue;
	/** Says when a lesson changes. */
	readonly course: CourseWatch;
	readonly tutoring: Tutoring;
	readonly models: ReturnType<typeof bindModels>;
	/** Ends what would go on for ever: requests that follow something, and what a model still writes. */
	drain(): void;
	/** What a browser needs to check answers to an exercise itself; undefined where there is no such exercise. */
	readonly checksOf: (lesson: string, exercise: string) => Promise<ExerciseChecks | undefined>;
	/** Throws when the database does not answer. */
	ping(): Promise<void>;
	/** What a database error means for the one who asked; undefined where it is a fault of ours. */
	readonly failureOf: (error: unknown) => ProblemCode | undefined;
	/** Closes the pool and stops our own Postgres. Safe to call twice. */
	close(): Promise<void>;
};

export type AppOptions = {
	readonly config: Config;
	/** The folder with node_modules and drizzle/. */
	readonly projectRoot: string;
	readonly kernelHash: ContentHash;
	/** Gets a line for each step of the start that takes time. */
	readonly say: Say;
};

/** Database, migrations, repositories, use cases, in this order. Throws a StartError where one of them cannot be had. */
export async function buildApp(options: AppOptions): Promise<App> {
	const { config, projectRoot, say } = options;
	const embedded =
		config.databaseUrl === undefined ? await startEmbedded(config.dataDir, projectRoot, say) : undefined;
	try {
		const target = await findTarget(config, embedded);
		await migrateDatabase(target, projectRoot);
		const cookie = learnerCookie(await cookieSecret(config.dataDir));
		const client = openPool(target, (error) => say(`A database connection was lost: ${error.message}`));
		await interruptAbandoned(client);
		await recordPlay(client);
		return assembleApp(options, cookie, client, embedded);
	} catch (error) {
		await embedded?.stop();
		throw error;
	}
}

async function findTarget(config: Config, embedded: EmbeddedPostgres | undefined): Promise<PostgresTarget> {
	if (config.databaseUrl !== undefined) return { url: config.databaseUrl };
	if (embedded === undefined) throw new Error('There is neither an embedded database nor an address.');
	const { host, port, user, password } = embedded;
	await createDatabase({ host, port, user, password, database: 'postgres' }, clusterDatabase);
	return { host, port, user, password, database: clusterDatabase };
}

/** Ollama serves one request at a time unless it is told otherwise; the others batch. */
const parallelOf: Record<ModelServerId, number> = { ollama: 1, 'openai-compatible': 8 };

function assembleApp(
	options: AppOptions,
	cookie: LearnerCookie,
	client: DatabaseClient,
	embedded: EmbeddedPostgres | undefined
): App {
	const { config, kernelHash, projectRoot } = options;
	let closed: Promise<void> | undefined;
	const nodePool = (more: { size: number; snapshot?: 'other' }): NodePool =>
		createNodePool({ folder: path.join(projectRoot, 'build', 'runner'), warm: 0, ...more });
	// Two, because each takes up to 2 GB; none kept ready, because most visits need none.
	let pool: NodePool | undefined;
	let otherPool: NodePool | undefined;
	const openPool = (): NodePool => (pool ??= nodePool({ size: 2 }));
	const examiner = createExaminer(openPool);
	const close = async (): Promise<void> => {
		course.close();
		await generator.close();
		await examiner.close();
		await bench.close();
		await client.close();
		await embedded?.stop();
	};
	const lessons = lessonCatalogue(
		path.resolve(config.lessonsDir),
		(lesson, source) => recordLesson({ db: client.db }, lesson, source),
		(id) => recallLesson({ db: client.db }, id)
	);
	const goalOf = async (id: string): Promise<string | undefined> => {
		const lesson = await lessons.get(id);
		return lesson === undefined ? undefined : `${lesson.title}. ${lesson.summary}`;
	};
	const bench = createServerBench({
		usual: openPool,
		other: () => (otherPool ??= nodePool({ size: 1, snapshot: 'other' })),
		filesOf: async ({ lessonId, files }) => {
			const found = files.map(async ({ name, hash }) => {
				const bytes = lessonId === undefined ? undefined : await lessons.file(lessonId, name, hash);
				return bytes === undefined ? [] : [{ name, bytes }];
			});
			return (await Promise.all(found)).flat();
		}
	});
	const generator = createGenerator({
		db: client.db,
		bench,
		parallel: (server) => parallelOf[server]
	});
	const models = { servers: openModelServers(config, () => performance.now()), named: config.tutorModel };
	const course = courseWatch(() => lessons.marks());
	return {
		config,
		cookie,
		operator: operatorPass(cookie.name),
		lessons,
		course,
		checksOf: async (lesson, exercise) => {
			const found = await lessons.exercise(lesson, exercise);
			return found === undefined ? undefined : examiner.pageChecks(found);
		},
		tutoring: bindUseCases({
			db: client.db,
			kernelHash,
			offersLesson: async (id) => (await lessons.get(id)) !== undefined,
			exerciseOf: (lesson, exercise, version) => lessons.exercise(lesson, exercise, version),
			examiner,
			goalOf,
			generator,
			models
		}),
		models: bindModels({ db: client.db, models }),
		drain: () => {
			course.close();
			void generator.close();
		},
		ping: () => client.ping(),
		failureOf: databaseFailure,
		close: () => (closed ??= close())
	};
}

/** What can be known of an installation from outside, for `npm run doctor`: nothing is started, made or changed. */
export const inspect = {
	ownDatabase: inspectOwn,
	databaseAt: (url: string, projectRoot: string): Promise<Look> => inspectServer({ url }, projectRoot),
	lessons: (folder: string): ReturnType<Catalogue['list']> =>
		lessonCatalogue(path.resolve(folder), () => Promise.resolve()).list(),
	/** The same folder with everything that its authors wrote, for the checker of lessons. */
	wholeLessons: (folder: string): ReturnType<Catalogue['everything']> =>
		lessonCatalogue(path.resolve(folder), () => Promise.resolve()).everything(),
	/** The files that nobody but us may read. */
	secretFiles: (dataDir: string): string[] => [cookieSecretFile(dataDir), passwordFile(dataDir)]
};

/** Every use case with its context. Who acts comes first, in each of them. */
export function bindUseCases(context: Context) {
	const bind =
		<I, O>(useCase: (context: Context, actor: Actor, input: I) => Promise<Answer<O>>) =>
		(actor: Actor, input: I): Promise<Answer<O>> =>
			useCase(context, actor, input);
	return {
		loadWork: bind(loadWork),
		readProgress: bind(readProgress),
		saveDraft: bind(saveDraft),
		readVersions: bind(readVersions),
		readVersion: bind(readVersion),
		submit: bind(submit),
		readSubmission: bind(readSubmission),
		startGeneration: bind(startGeneration),
		readGeneration: bind(readGeneration),
		appendEvents: bind(appendEvents),
		explain: bind(explain),
		giveVerdicts: bind(giveVerdicts),
		followLog: bind(followLog),
		readOpen: bind(readOpen),
		stopGeneration: bind(stopGeneration),
		rate: bind(rate),
		unrate: bind(unrate),
		attempt: bind(attempt),
		readConsent: bind(readConsent),
		changeConsent: bind(changeConsent),
		readMyData: bind(readMyData),
		exportMyData: bind(exportMyData),
		eraseMyData: bind(eraseMyData)
	};
}
/** What concerns the model servers and nobody's work. */
export const bindModels = (context: Models) => ({
	readModels: (actor: Actor) => readModels(context, actor),
	readTutor: () => readTutor(context),
	chooseTutor: (actor: Actor, choice: TutorChoice) => chooseTutor(context, actor, { choice }),
	pullModel: (actor: Actor, model: TutorModel) => Promise.resolve(pullModel(context, actor, model)),
	removeModel: (actor: Actor, model: TutorModel) => removeModel(context, actor, model)
});

export type Tutoring = ReturnType<typeof bindUseCases>;
