import { pythonLanguage } from '@codemirror/lang-python';
import type { Completion } from '@codemirror/autocomplete';

const words = (text: string): string[] => text.trim().split(/\s+/);

const keywords = words(`
	False None True and as assert async await break class continue def del elif else except finally for from global if import in
	is lambda match nonlocal not or pass raise return try while with yield case
`);
const functions = words(`
	abs all any ascii bin callable chr delattr dir divmod enumerate eval exec filter format getattr globals hasattr hash help hex
	id input isinstance issubclass iter len locals map max min next oct open ord pow print range repr reversed round setattr
	sorted sum super vars zip
`);
const classes = words(`
	bool bytearray bytes classmethod complex dict float frozenset int list object property set slice staticmethod str tuple type
	ArithmeticError AssertionError AttributeError EOFError Exception FileNotFoundError ImportError IndentationError IndexError
	KeyError KeyboardInterrupt LookupError ModuleNotFoundError NameError NotImplementedError OSError OverflowError
	PermissionError RecursionError RuntimeError StopIteration SyntaxError TimeoutError TypeError UnicodeError ValueError
	ZeroDivisionError
`);

/** What Python knows without being told: keywords, and the built-ins that learners meet. */
export const pythonsOwn: readonly Completion[] = [
	...keywords.map((label) => ({ label, type: 'keyword', boost: -1 })),
	...functions.map((label) => ({ label, type: 'function', boost: -1 })),
	...classes.map((label) => ({ label, type: 'class', boost: -1 }))
];

type Node = ReturnType<typeof pythonLanguage.parser.parse>['topNode'];

/** The names that a cell's top level binds, read from its text alone: what cells below it can use. */
export function definedNames(code: string): Completion[] {
	const found = new Map<string, string>();
	pythonLanguage.parser.parse(code).iterate({
		enter: ({ node, name }) => {
			if (/Comprehension|LambdaExpression|ParamList/.test(name)) return false;
			// A loop's body is on the same level; a function's is not.
			if (name === 'Body') return !/^(?:Function|Class)Definition$/.test(node.parent?.name ?? '');
			if (name !== 'VariableName') return true;
			const type = bindingOf(node);
			if (type !== undefined) found.set(code.slice(node.from, node.to), type);
			return true;
		}
	});
	return [...found].map(([label, type]) => ({ label, type }));
}

/** What kind of thing the statement around a name binds it to; `undefined` where the name is only read. */
function bindingOf(node: Node): string | undefined {
	const outer = outermost(node);
	// Targets stand before `=`, or before a loop's `in`.
	const isBefore = (word: string): boolean => {
		for (let next = outer.nextSibling; next !== null; next = next.nextSibling)
			if (next.name === word) return true;
		return false;
	};
	switch (outer.parent?.name) {
		case 'FunctionDefinition':
			return 'function';
		case 'ClassDefinition':
			return 'class';
		case 'AssignStatement':
		case 'NamedExpression':
			return isBefore('AssignOp') ? 'variable' : undefined;
		case 'ForStatement':
			return isBefore('in') ? 'variable' : undefined;
		case 'WithStatement':
			return node.prevSibling?.name === 'as' ? 'variable' : undefined;
		case 'ImportStatement': {
			// `import a.b` binds `a`; `from a import b as c` binds `c` only.
			const before = node.prevSibling?.name;
			let next = node.nextSibling;
			while (next?.name === '.' || next?.prevSibling?.name === '.') next = next.nextSibling;
			if (before === '.' || before === 'from' || next?.name === 'as') return undefined;
			return outer.parent.firstChild?.name === 'from' ? 'variable' : 'namespace';
		}
		default:
			return undefined;
	}
}

/** A name in `(a, [b, *c])` is bound by what stands around all of it. */
function outermost(node: Node): Node {
	let outer = node;
	while (outer.parent !== null && /^(?:Tuple|Array|Parenthesized)Expression$/.test(outer.parent.name))
		outer = outer.parent;
	return outer;
}
