import * as v from 'valibot';

/** In pixels of a page. */
const side = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(100_000));

/** How large a picture is by itself, in pixels of a page. */
export type PictureSize = { readonly width: number; readonly height: number };

/** Markdown as a tree that components render: there is no HTML in it, so none can be injected. */
export type Inline =
	| { kind: 'text'; text: string }
	| { kind: 'code'; text: string }
	| { kind: 'strong' | 'emphasis' | 'deleted'; children: Inline[] }
	| { kind: 'link'; href: string; title?: string | undefined; children: Inline[] }
	| {
			kind: 'image';
			src: string;
			alt: string;
			title?: string | undefined;
			/** Both, or none where the picture does not say how large it is. */
			width?: number | undefined;
			height?: number | undefined;
	  }
	| { kind: 'break' }
	/** LaTeX, as it was typed. `display`: on a line of its own. */
	| { kind: 'math'; text: string; display: boolean }
	/** Points at the note of that number in a `footnotes` block. `first`: the note leads back to here. */
	| { kind: 'footnote'; number: number; first: boolean };

/** For the typesetter, wherever it is called: a formula neither grows without end nor leaves its place, and links to nothing. */
export const mathsLimits = { maxExpand: 200, maxSize: 20, strict: 'ignore', trust: false } as const;

/** The five kinds of Quarto, and one that only sets its text apart. */
export const calloutLooks = ['note', 'tip', 'warning', 'caution', 'important', 'plain'] as const;
export type CalloutLook = (typeof calloutLooks)[number];

export type Markdown =
	| { kind: 'heading'; level: 1 | 2 | 3 | 4 | 5 | 6; id: string; children: Inline[] }
	| { kind: 'paragraph'; children: Inline[] }
	| { kind: 'code'; language: string; text: string }
	| { kind: 'list'; ordered: boolean; start: number; items: Markdown[][] }
	| { kind: 'quote'; children: Markdown[] }
	| {
			kind: 'table';
			align: ('left' | 'center' | 'right' | null)[];
			header: Inline[][];
			rows: Inline[][][];
	  }
	| { kind: 'rule' }
	| {
			kind: 'callout';
			look: CalloutLook;
			/** Empty: the callout is called by its kind. */
			title: Inline[];
			/** Whether it can be folded, and how it begins. */
			fold: 'never' | 'open' | 'closed';
			children: Markdown[];
	  }
	| { kind: 'footnotes'; notes: { number: number; children: Markdown[] }[] };

const title = v.optional(v.string());

export const Inline: v.GenericSchema<Inline> = v.lazy(() =>
	v.variant('kind', [
		v.strictObject({ kind: v.literal('text'), text: v.string() }),
		v.strictObject({ kind: v.literal('code'), text: v.string() }),
		v.strictObject({ kind: v.picklist(['strong', 'emphasis', 'deleted']), children: v.array(Inline) }),
		v.strictObject({ kind: v.literal('link'), href: v.string(), title, children: v.array(Inline) }),
		v.strictObject({
			kind: v.literal('image'),
			src: v.string(),
			alt: v.string(),
			title,
			width: v.optional(side),
			height: v.optional(side)
		}),
		v.strictObject({ kind: v.literal('break') }),
		v.strictObject({ kind: v.literal('math'), text: v.string(), display: v.boolean() }),
		v.strictObject({ kind: v.literal('footnote'), number: v.number(), first: v.boolean() })
	])
);

export const Markdown: v.GenericSchema<Markdown> = v.lazy(() =>
	v.variant('kind', [
		v.strictObject({
			kind: v.literal('heading'),
			level: v.picklist([1, 2, 3, 4, 5, 6]),
			id: v.string(),
			children: v.array(Inline)
		}),
		v.strictObject({ kind: v.literal('paragraph'), children: v.array(Inline) }),
		v.strictObject({ kind: v.literal('code'), language: v.string(), text: v.string() }),
		v.strictObject({
			kind: v.literal('list'),
			ordered: v.boolean(),
			start: v.number(),
			items: v.array(v.array(Markdown))
		}),
		v.strictObject({ kind: v.literal('quote'), children: v.array(Markdown) }),
		v.strictObject({
			kind: v.literal('table'),
			align: v.array(v.nullable(v.picklist(['left', 'center', 'right']))),
			header: v.array(v.array(Inline)),
			rows: v.array(v.array(v.array(Inline)))
		}),
		v.strictObject({ kind: v.literal('rule') }),
		v.strictObject({
			kind: v.literal('callout'),
			look: v.picklist(calloutLooks),
			title: v.array(Inline),
			fold: v.picklist(['never', 'open', 'closed']),
			children: v.array(Markdown)
		}),
		v.strictObject({
			kind: v.literal('footnotes'),
			notes: v.array(v.strictObject({ number: v.number(), children: v.array(Markdown) }))
		})
	])
);

/** The words of some inline Markdown, without its marks. */
export function plainText(inline: readonly Inline[]): string {
	return inline
		.map((node) => {
			switch (node.kind) {
				case 'text':
				case 'code':
				case 'math':
					return node.text;
				case 'footnote':
					return '';
				case 'image':
					return node.alt;
				case 'break':
					return ' ';
				default:
					return plainText(node.children);
			}
		})
		.join('');
}
