import type { Markdown } from '$lib/domain/markdown';
import { headingIds } from './heading-ids';
import { lexPlain } from './lexer';
import { blocksOf, noReferences } from './markdown-tree';

/** Markdown that is no lesson, such as a program's output: any text at all, read as well as it can be. */
export function freeMarkdown(source: string): Markdown[] {
	const tokens = lexPlain(source);
	if (!Array.isArray(tokens)) return [{ kind: 'code', language: '', text: source }];
	const ignore = (): void => undefined;
	return blocksOf(tokens, {
		headingId: headingIds(),
		onNestedCode: ignore,
		onText: ignore,
		onTooDeep: ignore,
		onMaths: ignore,
		...noReferences
	});
}
