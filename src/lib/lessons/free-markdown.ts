import type { Markdown } from '$lib/domain/markdown';
import { lex } from './body';
import { headingIds } from './heading-ids';
import { blocksOf } from './markdown-tree';

/** Markdown that is no lesson, such as a program's output: any text at all, read as well as it can be. */
export function freeMarkdown(source: string): Markdown[] {
	const tokens = lex(source);
	if (tokens === undefined) return [{ kind: 'code', language: '', text: source }];
	const ignore = (): void => undefined;
	return blocksOf(tokens, { headingId: headingIds(), onNestedCode: ignore, onTooDeep: ignore });
}
