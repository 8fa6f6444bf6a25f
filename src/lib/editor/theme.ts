import { HighlightStyle, syntaxHighlighting } from '@codemirror/language';
import type { Extension } from '@codemirror/state';
import { EditorView } from '@codemirror/view';
import { tags } from '@lezer/highlight';

/** The editor in the page's own colours: they are CSS variables, so light and dark need no second theme. */
const look = EditorView.theme({
	'&': { color: 'var(--ink)', backgroundColor: 'transparent', fontSize: '15px' },
	'&.cm-focused': { outline: 'none' },
	'.cm-scroller': { fontFamily: 'var(--font-mono)', lineHeight: '24px', overflow: 'auto', maxHeight: '80vh' },
	'.cm-content': { padding: '10px 0', caretColor: 'var(--ink)', fontVariantLigatures: 'none' },
	'.cm-line': { padding: '0 16px 0 8px' },
	// Not see-through: long lines scroll under it.
	'.cm-gutters': { backgroundColor: 'var(--card)', color: 'var(--soft)', border: 'none' },
	'.cm-lineNumbers .cm-gutterElement': {
		minWidth: '38px',
		padding: '0 6px 0 8px',
		fontSize: '13px',
		lineHeight: '24px'
	},
	'.cm-activeLine, .cm-activeLineGutter': { backgroundColor: 'transparent' },
	'.cm-content ::selection': { backgroundColor: 'var(--wash)' },
	'&.cm-focused .cm-matchingBracket': { backgroundColor: 'var(--wash)', outline: 'none' },
	'&.cm-focused .cm-nonmatchingBracket': { backgroundColor: 'var(--no-wash)', outline: 'none' },
	'.cm-line.procoder-lit': { backgroundColor: 'var(--wash)' },
	'.cm-line.procoder-failed': { backgroundColor: 'var(--no-wash)' },
	'.cm-lineNumbers .procoder-failed-number': {
		backgroundColor: 'var(--no-wash)',
		color: 'var(--no)',
		fontWeight: '700',
		boxShadow: 'inset 3px 0 var(--no)'
	},
	'.procoder-failure': {
		position: 'sticky',
		boxSizing: 'border-box',
		padding: '0 16px 2px 8px',
		backgroundColor: 'var(--no-wash)',
		color: 'var(--no)',
		fontFamily: 'var(--font-sans)',
		fontSize: '14.5px',
		lineHeight: '22px',
		overflowWrap: 'anywhere',
		whiteSpace: 'normal',
		userSelect: 'text'
	},
	'.cm-tooltip': {
		border: '1px solid var(--line-strong)',
		borderRadius: '7px',
		backgroundColor: 'var(--card)',
		color: 'var(--ink)',
		overflow: 'hidden'
	},
	'.cm-tooltip.cm-tooltip-autocomplete > ul': {
		fontFamily: 'var(--font-mono)',
		fontSize: '15px',
		minWidth: '200px',
		maxWidth: 'min(560px, 92vw)',
		maxHeight: '13.5em',
		'& > li': { padding: '3px 10px', lineHeight: '22px' }
	},
	// As specific as CodeMirror's own blue, which it is to replace.
	'& .cm-tooltip.cm-tooltip-autocomplete > ul > li[aria-selected]': {
		backgroundColor: 'var(--wash)',
		color: 'var(--ink)',
		boxShadow: 'inset 3px 0 var(--accent)'
	},
	'.cm-completionMatchedText': { textDecoration: 'none', fontWeight: '700' },
	'.cm-completionDetail': { marginLeft: '0.4em', color: 'var(--soft)', fontStyle: 'normal' },
	'@media (pointer: coarse)': {
		'.cm-tooltip.cm-tooltip-autocomplete > ul > li': { padding: '11px 12px' },
		// A finger that scrolls the page must not be caught by a cell.
		'.cm-scroller': { maxHeight: 'none' }
	}
});

const colours = HighlightStyle.define([
	{
		tag: [tags.keyword, tags.operatorKeyword, tags.controlKeyword, tags.definitionKeyword],
		color: 'var(--code-keyword)'
	},
	{ tag: [tags.number, tags.bool, tags.null], color: 'var(--code-number)' },
	{ tag: [tags.string, tags.special(tags.string)], color: 'var(--code-string)' },
	{ tag: [tags.comment], color: 'var(--code-comment)', fontStyle: 'italic' },
	{
		tag: [tags.function(tags.definition(tags.variableName)), tags.definition(tags.className)],
		color: 'var(--code-name)'
	}
]);

export const theme: Extension = [look, syntaxHighlighting(colours)];
