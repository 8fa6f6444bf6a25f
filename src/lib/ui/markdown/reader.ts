import { createContext } from 'svelte';
import type { Markdown } from '$lib/domain/markdown';

/** Markdown text as a tree. The parser comes from outside: a page without Markdown output never loads it. */
export type MarkdownReader = (source: string) => Promise<readonly Markdown[]>;

export const [getMarkdownReader, setMarkdownReader] = createContext<MarkdownReader>();
