import * as v from 'valibot';

/** Markdown as a tree that components render: there is no HTML in it, so none can be injected. */
export type Inline =
	| { kind: 'text'; text: string }
	| { kind: 'code'; text: string }
	| { kind: 'strong' | 'emphasis' | 'deleted'; children: Inline[] }
	| { kind: 'link'; href: string; title?: string | undefined; children: Inline[] }
	| { kind: 'image'; src: string; alt: string; title?: string | undefined }
	| { kind: 'break' };

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
	| { kind: 'rule' };

const title = v.optional(v.string());

export const Inline: v.GenericSchema<Inline> = v.lazy(() =>
	v.variant('kind', [
		v.strictObject({ kind: v.literal('text'), text: v.string() }),
		v.strictObject({ kind: v.literal('code'), text: v.string() }),
		v.strictObject({ kind: v.picklist(['strong', 'emphasis', 'deleted']), children: v.array(Inline) }),
		v.strictObject({ kind: v.literal('link'), href: v.string(), title, children: v.array(Inline) }),
		v.strictObject({ kind: v.literal('image'), src: v.string(), alt: v.string(), title }),
		v.strictObject({ kind: v.literal('break') })
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
		v.strictObject({ kind: v.literal('rule') })
	])
);

/** The words of some inline Markdown, without its marks. */
export function plainText(inline: readonly Inline[]): string {
	return inline
		.map((node) => {
			switch (node.kind) {
				case 'text':
				case 'code':
					return node.text;
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
