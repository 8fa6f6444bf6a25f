import { contentHash, type ContentHash } from '$lib/domain/ids';
import type { ModelVersion } from '$lib/domain/model';
import type { Submission } from '$lib/domain/submission';

/**
 * Whole answers of models, as they were written, for the next one who asks the same. There are no verdicts in it: the reader's own bench
 * runs the claims again.
 */
export type AnswerCache = {
	get(key: ContentHash): string | undefined;
	set(key: ContentHash, answer: string): void;
};

/** Characters of all answers together: some thousands of answers. */
const mostChars = 20_000_000;

/** In this process's memory; what was asked for longest ago goes first. */
export function memoryCache(most = mostChars): AnswerCache {
	const kept = new Map<ContentHash, string>();
	let chars = 0;
	const drop = (key: ContentHash): void => {
		chars -= kept.get(key)?.length ?? 0;
		kept.delete(key);
	};
	return {
		get(key) {
			const answer = kept.get(key);
			if (answer === undefined) return undefined;
			kept.delete(key);
			kept.set(key, answer);
			return answer;
		},
		set(key, answer) {
			drop(key);
			if (answer.length > most) return;
			kept.set(key, answer);
			chars += answer.length;
			for (const oldest of kept.keys()) {
				if (chars <= most) break;
				drop(oldest);
			}
		}
	};
}

/** What has to be the same for an answer to be: the code and what ran before it, the lesson, the weights, and how they were asked. */
export function answerKey(
	{ code, context, stdin, files }: Submission,
	asked: ModelVersion & {
		readonly promptVersion: string;
		readonly settings: object;
		readonly lesson: string | undefined;
	}
): Promise<ContentHash> {
	const before = context.map((cell) => plain(cell.code));
	return contentHash(JSON.stringify([plain(code), before, stdin, files.map(({ hash }) => hash), asked]));
}

/** Line endings and blanks at the ends of lines say nothing. */
const plain = (code: string): string =>
	code
		.split(/\r\n|\r|\n/)
		.map((line) => line.trimEnd())
		.join('\n')
		.trimEnd();
