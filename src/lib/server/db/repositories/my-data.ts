import { and, asc, count, eq, getTableColumns, gt, max, sql, type SQL } from 'drizzle-orm';
import type { PgColumn } from 'drizzle-orm/pg-core';
import type { LearnerId } from '$lib/domain/ids';
import type { ExportPart, ExportRow, MyData } from '$lib/domain/my-data';
import type { Database } from '../client';
import { attempt } from '../schema/attempt';
import { draft } from '../schema/draft';
import { draftVersion } from '../schema/draft-version';
import { event } from '../schema/event';
import { explanation } from '../schema/explanation';
import { generation } from '../schema/generation';
import { learner } from '../schema/learner';
import { rating } from '../schema/rating';
import { submission } from '../schema/submission';
import { verdict } from '../schema/verdict';

/** Of rows that may be megabytes as few are in memory at a time as this. */
const largeRows = 10;
const smallRows = 50;

/** How much there is of a learner's, and of what time. */
export async function selectMyData(db: Database, learnerId: LearnerId): Promise<MyData> {
	const [self] = await db
		.select({ first: learner.createdAt, last: learner.consentTrainingAt })
		.from(learner)
		.where(eq(learner.id, learnerId));
	const [drafts] = await db
		.select({ rows: count(), last: max(draft.updatedAt) })
		.from(draft)
		.where(eq(draft.learnerId, learnerId));
	const [submissions] = await db
		.select({ rows: count(), last: max(submission.createdAt) })
		.from(submission)
		.where(eq(submission.learnerId, learnerId));
	const [explanations] = await db
		.select({ rows: count(explanation.id), last: max(generation.updatedAt) })
		.from(generation)
		.innerJoin(submission, eq(submission.id, generation.submissionId))
		.leftJoin(explanation, eq(explanation.generationId, generation.id))
		.where(eq(submission.learnerId, learnerId));
	const [ratings] = await db
		.select({ rows: count(), last: max(rating.updatedAt) })
		.from(rating)
		.where(eq(rating.learnerId, learnerId));
	const [attempts] = await db
		// The browser's word and the server's on one answer are one attempt.
		.select({ rows: sql<number>`count(distinct ${attempt.id})::int`, last: max(attempt.createdAt) })
		.from(attempt)
		.where(eq(attempt.learnerId, learnerId));
	const last = [self, drafts, submissions, explanations, ratings, attempts]
		.flatMap((part) => part?.last ?? [])
		.concat(self?.first ?? [])
		.reduce<Date | undefined>(
			(latest, one) => (latest !== undefined && latest > one ? latest : one),
			undefined
		);
	return {
		drafts: drafts?.rows ?? 0,
		submissions: submissions?.rows ?? 0,
		explanations: explanations?.rows ?? 0,
		ratings: ratings?.rows ?? 0,
		attempts: attempts?.rows ?? 0,
		...(self === undefined ? {} : { first: self.first.toISOString() }),
		...(last === undefined ? {} : { last: last.toISOString() })
	};
}

/** The rows of one part of a learner's export, read from the database a few at a time, as they are asked for. */
export type ExportReader<P extends ExportPart> = (
	db: Database,
	learnerId: LearnerId
) => AsyncGenerator<ExportRow<P>>;

/** A reader for each part; what is in no part is in no export. */
export const exportReaders: { readonly [P in ExportPart]: ExportReader<P> } = {
	drafts: (db, learnerId) =>
		paged(async (last) => {
			const { learnerId: owner, ...columns } = getTableColumns(draft);
			const rows = await db
				.select(columns)
				.from(draft)
				.where(
					and(
						eq(owner, learnerId),
						after([draft.lessonId, draft.cellId], last && [last.lessonId, last.cellId])
					)
				)
				.orderBy(asc(draft.lessonId), asc(draft.cellId))
				.limit(largeRows);
			return rows.map(plain);
		}, largeRows),
	draftVersions: (db, learnerId) =>
		paged(async (last) => {
			const { learnerId: owner, ...columns } = getTableColumns(draftVersion);
			const { lessonId, cellId, revision } = columns;
			const rows = await db
				.select(columns)
				.from(draftVersion)
				.where(
					and(
						eq(owner, learnerId),
						after([lessonId, cellId, revision], last && [last.lessonId, last.cellId, last.revision])
					)
				)
				.orderBy(asc(lessonId), asc(cellId), asc(revision))
				.limit(largeRows);
			return rows.map(plain);
		}, largeRows),
	submissions: (db, learnerId) =>
		paged(async (last) => {
			const { learnerId: owner, ...columns } = getTableColumns(submission);
			const rows = await db
				.select(columns)
				.from(submission)
				.where(and(eq(owner, learnerId), last && gt(submission.id, last.id)))
				.orderBy(asc(submission.id))
				.limit(largeRows);
			return rows.map(plain);
		}, largeRows),
	generations: (db, learnerId) =>
		paged(async (last) => {
			// When a server last did what with it is about the server.
			const {
				beatAt: _beat,
				startedAt: _started,
				readAt: _read,
				stopAt: _stop,
				...columns
			} = getTableColumns(generation);
			const rows = await db
				.select(columns)
				.from(generation)
				.innerJoin(submission, eq(submission.id, generation.submissionId))
				.where(and(eq(submission.learnerId, learnerId), last && gt(generation.id, last.id)))
				.orderBy(asc(generation.id))
				.limit(largeRows);
			return rows.map(plain);
		}, largeRows),
	async *events(db, learnerId) {
		for await (const { id } of exportReaders.generations(db, learnerId)) {
			yield* paged(async (last: ExportRow<'events'> | undefined) => {
				const rows = await db
					.select()
					.from(event)
					.where(and(eq(event.generationId, id), last && gt(event.seq, last.seq)))
					.orderBy(asc(event.seq))
					.limit(smallRows);
				return rows.map(plain);
			}, smallRows);
		}
	},
	explanations: (db, learnerId) =>
		paged(async (last) => {
			const rows = await db
				.select(getTableColumns(explanation))
				.from(explanation)
				.innerJoin(generation, eq(generation.id, explanation.generationId))
				.innerJoin(submission, eq(submission.id, generation.submissionId))
				.where(and(eq(submission.learnerId, learnerId), last && gt(explanation.id, last.id)))
				.orderBy(asc(explanation.id))
				.limit(largeRows);
			return rows.map(plain);
		}, largeRows),
	async *verdicts(db, learnerId) {
		for await (const { id } of exportReaders.explanations(db, learnerId)) {
			yield* paged(async (last: ExportRow<'verdicts'> | undefined) => {
				const rows = await db
					.select()
					.from(verdict)
					.where(
						and(
							eq(verdict.explanationId, id),
							after([verdict.claimId, verdict.by], last && [last.claimId, last.by])
						)
					)
					.orderBy(asc(verdict.claimId), asc(verdict.by))
					.limit(smallRows);
				return rows.map(plain);
			}, smallRows);
		}
	},
	ratings: (db, learnerId) =>
		paged(async (last) => {
			const { learnerId: owner, ...columns } = getTableColumns(rating);
			const rows = await db
				.select(columns)
				.from(rating)
				.where(and(eq(owner, learnerId), last && gt(rating.explanationId, last.explanationId)))
				.orderBy(asc(rating.explanationId))
				.limit(largeRows);
			return rows.map(plain);
		}, largeRows),
	attempts: (db, learnerId) =>
		paged(async (last) => {
			const { learnerId: owner, ...columns } = getTableColumns(attempt);
			const rows = await db
				.select(columns)
				.from(attempt)
				.where(and(eq(owner, learnerId), after([attempt.id, attempt.by], last && [last.id, last.by])))
				.orderBy(asc(attempt.id), asc(attempt.by))
				.limit(largeRows);
			return rows.map(plain);
		}, largeRows)
};

/** All rows, page after page; each page begins after the last row of the one before. */
async function* paged<R>(read: (last: R | undefined) => Promise<R[]>, size: number): AsyncGenerator<R> {
	let last: R | undefined;
	for (;;) {
		const rows = await read(last);
		yield* rows;
		last = rows.at(-1);
		if (rows.length < size) return;
	}
}

/** That a row comes after these values in the order of these columns. */
const after = (
	columns: readonly PgColumn[],
	values: readonly (string | number)[] | undefined
): SQL | undefined =>
	values &&
	sql`(${sql.join([...columns], sql`, `)}) > (${sql.join(
		values.map((value) => sql`${value}`),
		sql`, `
	)})`;

type Told<T> = T extends Date ? string : T;
type Plain<R> = { [K in keyof R as null extends R[K] ? never : K]: Told<R[K]> } & {
	[K in keyof R as null extends R[K] ? K : never]?: Told<NonNullable<R[K]>>;
};

/** A row as JSON says it: moments as texts, and nothing where nothing is stored. */
function plain<R extends Record<string, unknown>>(row: R): Plain<R> {
	const entries = Object.entries(row).flatMap(([key, value]) =>
		value === null ? [] : [[key, value instanceof Date ? value.toISOString() : value] as const]
	);
	// What became of each entry is what the type says; `Object.fromEntries` cannot know it.
	return Object.fromEntries(entries) as Plain<R>;
}
