"""What kind of value each parameter seems to want: from its annotation, default, use in the body, and name.

A kind is one of int, float, str, bool, list[int], list[str], list[list[int]], list[dict], dict, function, object, any.
The ranking is a guess; the trials decide, because a wrong kind raises TypeError or AttributeError when it is tried.
"""

from __future__ import annotations

import ast
from collections import Counter
from dataclasses import dataclass, field, replace

from .texts import texts_for

FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda

_BY_NAME = {
    "int": "n num number i j k x y z a b c count limit balance age score year size width height total start stop end step "
    "low high lo hi minutes hours seconds days level amount base exponent power value target celsius fahrenheit points "
    "grade times length steps m p q r",
    "float": "price rate weight temperature radius distance speed percent discount tax salary cost",
    "str": "s text word name owner string sentence phrase char letter c message line title key password email ch prefix "
    "suffix vowel t color colour city sep separator separators symbol",
    "list[int]": "nums numbers xs values scores items lst arr data prices ns ys l list_ a_list sequence seq list1 list2 "
    "digits grades ages temperatures elements lists left right array things stack queue my_list",
    "list[str]": "words names strings lines texts fruits letters",
    "dict": "d dict dict_ dic mapping counts inventory prices_by stock table book scores_by person record dictionary phonebook user",
    "graph": "graph adj adjacency network neighbours neighbors edges_of",
    "list[list[int]]": "matrix grid rows board nested table2d lists",
    "list[tuple]": "pairs cart tuples",
    "tuple": "tup tuple tuple_ point pair coord coords coordinate position pos",
    "set": "set_ seen_set",
    "list[dict]": "people records students products users books",
    "bool": "flag verbose reverse is_member done",
    "function": "func fn f g callback function predicate action op",
}
_KEPT = ("data", "item", "value", "element", "x", "key", "thing", "entry")
_STRING_METHODS = set(
    "upper lower title capitalize strip split replace startswith endswith isdigit isalpha isalnum isupper islower "
    "isspace join swapcase lstrip rstrip find center zfill ljust rjust splitlines encode casefold partition".split()
)
_LIST_METHODS = set("append extend insert remove sort reverse".split())
_SET_METHODS = set("union intersection difference issubset issuperset symmetric_difference isdisjoint discard".split())
_DICT_METHODS = set("items keys values get setdefault update".split())
_ANNOTATIONS = {
    "int": "int",
    "float": "float",
    "str": "str",
    "bool": "bool",
    "list": "list[int]",
    "list[int]": "list[int]",
    "list[float]": "list[int]",
    "list[str]": "list[str]",
    "list[list[int]]": "list[list[int]]",
    "list[list]": "list[list[int]]",
    "list[tuple]": "list[tuple]",
    "set": "set",
    "list[list[float]]": "list[list[int]]",
    "list[dict]": "list[dict]",
    "tuple": "tuple",
    "dict": "dict",
    "callable": "function",
    "iterable[int]": "list[int]",
    "sequence[int]": "list[int]",
    "iterable[str]": "list[str]",
}


class Known(dict[str, list[str]]):
    """The first kinds of the parameters of the cell's functions, by name; and the cell's own constants."""

    def __init__(self, kinds: dict[str, list[str]] | None = None, tree: ast.Module | None = None) -> None:
        super().__init__(kinds or {})
        #: What names of the cell are set to at its top, where that is a literal.
        self.constants = constants_in(tree.body) if tree else {}
        #: Functions that make functions, or that a decorator changed: no good stand-ins for an ordinary one.
        self.odd = {
            node.name
            for node in (tree.body if tree else [])
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
            and (node.decorator_list or any(isinstance(part, ast.FunctionDef) for part in node.body))
        }


def _statements(node: FunctionNode) -> list[ast.stmt]:
    return [] if isinstance(node, ast.Lambda) else node.body


def constants_in(body: list[ast.stmt]) -> dict[str, object]:
    """Names that are set to a literal once and for all."""
    found: dict[str, object] = {}
    for part in body:
        if isinstance(part, ast.Assign) and len(part.targets) == 1 and isinstance(part.targets[0], ast.Name):
            value = _literal(part.value)
            if value is not None:
                found[part.targets[0].id] = value
    return found


@dataclass
class Parameter:
    """One parameter. `kinds` is ranked, best first; `keys` are dictionary keys that the body asks for."""

    name: str
    kinds: list[str] = field(default_factory=list)
    default: ast.expr | None = None
    keyword_only: bool = False
    #: One of the values that `*args` takes up.
    star: bool = False
    annotated: bool = False
    #: Whether nothing but the name speaks for the kind.
    guessed: bool = False
    keys: list[str] = field(default_factory=list)
    #: Numbers and texts that the body compares the parameter with, as literal values.
    borders: list = field(default_factory=list)
    #: Characters and texts that the body compares the parameter's items with.
    characters: list[str] = field(default_factory=list)
    #: Whether the body relies on the order of the items.
    sorted: bool = False
    #: Sources of values that the code seems made for, by kind.
    seeds: dict[str, list[str]] = field(default_factory=dict)
    #: How objects of the cell's own classes are made that it may take (see `objects`).
    objects: list[str] = field(default_factory=list)


def parameters(
    node: FunctionNode,
    skip_self: bool = False,
    known: dict[str, list[str]] | None = None,
    around: ast.ClassDef | None = None,
) -> list[Parameter]:
    """The parameters that a call should give. `known` has the first kinds of other functions' parameters by name.

    `around` is the class whose methods use what `node` keeps of its parameters.
    """
    arguments = node.args
    positional = [*arguments.posonlyargs, *arguments.args]
    defaults: list[ast.expr | None] = [None] * (len(positional) - len(arguments.defaults)) + list(
        arguments.defaults
    )
    found = []
    for argument, default in list(zip(positional, defaults))[1 if skip_self else 0 :]:
        parameter = _parameter(argument, default, node, known or {}, around)
        if skip_self and argument.arg in _KEPT and parameter.guessed:
            # A method that only keeps what it is given shows most with a plain number.
            parameter.kinds = ["int", *(kind for kind in parameter.kinds if kind != "int")]
        found.append(parameter)
    for argument, default in zip(arguments.kwonlyargs, arguments.kw_defaults):
        parameter = _parameter(argument, default, node, known or {})
        parameter.keyword_only = True
        found.append(parameter)
    if arguments.vararg:
        # `*args` is tried with a few plain values, as further positional arguments.
        element = _Use(arguments.vararg.arg)
        element.read(node)
        kind = "str" if element.votes["list[str]"] > element.votes["list[int]"] else "int"
        taken = Parameter(arguments.vararg.arg, [kind], star=True)
        functions = element.functions(node)
        if element.called_items:
            taken.kinds, taken.seeds = ["function"], {"function": functions}
        found += [replace(taken) for _ in range(3)]
    _relate(found, node)
    return found


def _relate(found: list[Parameter], node: FunctionNode) -> None:
    """What is looked up in a dictionary is one of its keys."""
    tables = {parameter.name for parameter in found if parameter.kinds[0] in ("dict", "graph")}
    for part in ast.walk(node):
        key = table = None
        if isinstance(part, ast.Subscript):
            key, table = part.slice, part.value
        elif isinstance(part, ast.Compare) and isinstance(part.ops[0], (ast.In, ast.NotIn)):
            key, table = part.left, part.comparators[0]
        elif isinstance(part, ast.Call) and isinstance(part.func, ast.Attribute) and part.args:
            if part.func.attr in ("get", "pop", "setdefault"):
                key, table = part.args[0], part.func.value
        if isinstance(table, ast.Name) and table.id in tables and isinstance(key, ast.Name):
            for parameter in found:
                if parameter.name == key.id and not parameter.annotated and parameter.kinds[0] != "str":
                    parameter.kinds = ["str", *(kind for kind in parameter.kinds if kind != "str")]


def _parameter(
    argument: ast.arg,
    default: ast.expr | None,
    node: FunctionNode,
    known: dict,
    around: ast.ClassDef | None = None,
) -> Parameter:
    use = _Use(argument.arg)
    use.known = known
    use.constants = {**getattr(known, "constants", {}), **constants_in(_statements(node))}
    use.read(node)
    if around is not None:
        use.follow(node, around)
    annotated = _annotation(argument.annotation)
    if annotated:
        use.votes[annotated] += 100
    if isinstance(default, ast.Constant) and default.value is not None:
        use.votes[type(default.value).__name__] += 20
    elif isinstance(default, (ast.List, ast.Tuple)):
        use.votes["list[int]"] += 20
    elif isinstance(default, ast.Dict):
        use.votes["dict"] += 20
    guessed = not any(use.votes.values())
    plain = argument.arg.lower().rstrip("0123456789").rstrip("_") or argument.arg.lower()
    # `first_name` is a name, `start_balance` a balance.
    last = plain.rpartition("_")[2]
    for kind, names in _BY_NAME.items():
        if plain in names.split() or last != plain and len(last) > 2 and last in names.split():
            use.votes[kind] += {"int": 2, "graph": 12}.get(kind, 3)
    if argument.arg.endswith("s") and not any(use.votes.values()):
        use.votes["list[int]"] += 1
    if use.keys:
        # A record's other keys may be read through another name (`best["name"]`).
        use.keys += [
            key
            for part in ast.walk(node)
            if isinstance(part, ast.Subscript) and isinstance(key := _literal(part.slice), str)
        ]
    votes = Counter({kind: score for kind, score in use.votes.items() if kind in _POPULAR and score > 0})
    ranked = [kind for kind, _ in votes.most_common()]
    rest = [kind for kind in _POPULAR if kind not in ranked]
    texts = texts_for(argument.arg, node)
    if texts:
        use.seeds["str"] = texts
    if use.rows:
        use.seeds["list[tuple]"] = use.rows
    if use.unpacked:
        for kind, one, two in (("tuple", "(", ")"), ("list[int]", "[", "]")):
            rows = [(3, 4, 12, 2, 5), (8, 1, 5, 7, 2), (0, 0, 0, 0, 0), (-2, 5, 1, -1, 4)]
            use.seeds[kind] = [one + ", ".join(map(str, row[: use.unpacked])) + two for row in rows]
    use.seeds["function"] = use.functions(node)
    return Parameter(
        argument.arg,
        ranked + rest,
        default,
        annotated=bool(annotated),
        guessed=guessed,
        keys=use.keys,
        borders=use.borders,
        characters=use.characters,
        sorted=_halves(argument.arg, node),
        seeds=use.seeds,
    )


def _halves(name: str, node: FunctionNode) -> bool:
    """Whether the body looks for something in the middle of a list, or goes through it from both of its ends."""
    loops = [part for part in ast.walk(node) if isinstance(part, ast.While) and isinstance(part.test, ast.Compare)]
    for loop in loops:
        sides = [loop.test.left, *loop.test.comparators]  # type: ignore[attr-defined]
        places = {side.id for side in sides if isinstance(side, ast.Name)}
        halved = any(isinstance(part, ast.BinOp) and isinstance(part.op, ast.FloorDiv) for part in ast.walk(loop))
        read = {
            part.slice.id
            for part in ast.walk(loop)
            if isinstance(part, ast.Subscript)
            and isinstance(part.slice, ast.Name)
            and isinstance(part.value, ast.Name)
            and part.value.id == name
        }
        if len(places) == 2 and read and (halved or places <= read):
            return True
    return False


_POPULAR = [
    "int",
    "list[int]",
    "str",
    "list[str]",
    "dict",
    "list[list[int]]",
    "float",
    "bool",
    "list[dict]",
    "function",
    "tuple",
    "list[tuple]",
    "set",
    "graph",
]


def _annotation(node: ast.expr | None) -> str | None:
    if node is None:
        return None
    text = node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ast.unparse(node)
    text = text.lower().replace("typing.", "").replace(" ", "").replace("|none", "")
    if text.startswith("optional[") and text.endswith("]"):
        text = text[len("optional[") : -1]
    for outer in ("dict[", "mapping["):
        if text.startswith(outer):
            return "dict"
    if text.startswith(("list[dict", "list[mapping")):
        return "list[dict]"
    if text.startswith("list[tuple"):
        return "list[tuple]"
    if text.startswith("list[list"):
        return "list[list[int]]"
    if text.startswith("tuple["):
        return "tuple"
    if text.startswith("set["):
        return "set"
    if text.startswith(("iterable", "sequence")):
        return "list[str]" if "str" in text else "list[int]"
    if text.startswith("callable"):
        return "function"
    return _ANNOTATIONS.get(text)


class _Use(ast.NodeVisitor):
    """Votes for the kind of one name, from how a function's body uses it."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.votes: Counter[str] = Counter()
        self.keys: list[str] = []
        self.borders: list = []
        self.characters: list[str] = []
        self.known: dict[str, list[str]] = {}
        self.constants: dict[str, object] = {}
        #: Under which name an object keeps it.
        self.attribute = ""
        self.function = ""
        self.seeds: dict[str, list[str]] = {}
        #: Lists of records that a loop can take apart.
        self.rows: list[str] = []
        #: Into how many names the value itself is taken apart.
        self.unpacked = 0
        #: With how many arguments it is called, as a function.
        self.arguments: int | None = None
        #: Whether its items are called.
        self.called_items = False
        #: Names that the function starts as a text.
        self.texts: set[str] = set()

    def read(self, node: ast.AST) -> None:
        self.function = getattr(node, "name", "")
        self.texts = {
            part.targets[0].id
            for part in ast.walk(node)
            if isinstance(part, ast.Assign)
            and isinstance(part.targets[0], ast.Name)
            and isinstance(part.value, ast.Constant)
            and isinstance(part.value.value, str)
        }
        for child in ast.iter_child_nodes(node):
            if not isinstance(child, ast.arguments):
                self.visit(child)

    def functions(self, node: ast.AST) -> list[str]:
        """Names of functions that can be called as this one is: the cell's own, then Python's."""
        own = getattr(node, "name", "")
        fitting = [
            name
            for name, kinds in self.known.items()
            if name != own and name not in getattr(self.known, "odd", ()) and (self.arguments is None or len(kinds) == self.arguments)
        ]
        return [*fitting[:3], *(("max", "min") if self.arguments == 2 else ("abs", "str", "len", "bool"))]

    def follow(self, start: FunctionNode, around: ast.ClassDef) -> None:
        """Votes of the other methods, for the attribute that the start of an object keeps the parameter in."""
        for part in ast.walk(start):
            if isinstance(part, ast.Assign) and self._is(part.value) and isinstance(part.targets[0], ast.Attribute):
                self.attribute = part.targets[0].attr
        if self.attribute:
            for method in around.body:
                if isinstance(method, ast.FunctionDef) and method is not start:
                    for child in method.body:
                        self.visit(child)

    def _is(self, node: ast.AST | None) -> bool:
        if self.attribute and isinstance(node, ast.Attribute):
            return node.attr == self.attribute and getattr(node.value, "id", "") == "self"
        return isinstance(node, ast.Name) and node.id == self.name

    def _vote(self, weight: int, *kinds: str) -> None:
        for kind in kinds:
            self.votes[kind] += weight

    def visit_Assign(self, node: ast.Assign) -> None:
        target = node.targets[0]
        if self._is(node.value) and isinstance(target, ast.Tuple):
            if all(isinstance(part, ast.Name) for part in target.elts):
                self.unpacked = len(target.elts)
                self._vote(9, "tuple")
                self._vote(7, "list[int]")
        self.generic_visit(node)

    def visit_For(self, node: ast.For) -> None:
        self._looped(node.iter, node.target, node.body)
        self.generic_visit(node)

    def visit_comprehension(self, node: ast.comprehension) -> None:
        self._looped(node.iter, node.target, list(node.ifs))
        self.generic_visit(node)

    def _comprehension(self, node: ast.expr) -> None:
        parts = [getattr(node, field, None) for field in ("elt", "key", "value")]
        for clause in node.generators:  # type: ignore[attr-defined]
            self._looped(clause.iter, clause.target, [part for part in parts if part is not None])
        self.generic_visit(node)

    visit_ListComp = visit_SetComp = visit_GeneratorExp = visit_DictComp = _comprehension

    def _looped(self, source: ast.expr, target: ast.expr, body: list) -> None:
        item: ast.expr | None = target
        if isinstance(source, ast.Call) and isinstance(source.func, ast.Name) and source.args:
            name = source.func.id
            if name == "range" and any(self._is(arg) for arg in source.args):
                return self._vote(8, "int")
            if name == "enumerate" and isinstance(target, ast.Tuple) and len(target.elts) == 2:
                source, item = source.args[0], target.elts[1]
            elif name in ("sorted", "reversed", "set", "list"):
                source = source.args[0]
            elif name == "zip" and isinstance(target, ast.Tuple):
                for argument, part in zip(source.args, target.elts):
                    if self._is(argument):
                        self._looped(argument, part, body)
                return None
        looked_up = source
        if isinstance(source, ast.Call) and isinstance(source.func, ast.Attribute) and source.func.attr == "get":
            looked_up = ast.Subscript(source.func.value, source.args[0] if source.args else ast.Constant(0))
        if isinstance(looked_up, ast.Subscript) and self._is(looked_up.value):
            if not isinstance(looked_up.slice, (ast.Constant, ast.Slice)):
                self._vote(14, "graph")
        if isinstance(source, ast.Call) and isinstance(source.func, ast.Attribute) and self._is(source.func.value):
            if source.func.attr == "items" and isinstance(target, ast.Tuple) and len(target.elts) == 2:
                self._entries(target.elts[1], body)
            return None
        if isinstance(source, ast.Subscript):
            source = source.value
        if not self._is(source):
            return None
        self._vote(4, "list[int]", "list[str]", "str")
        self._vote(2, "list[list[int]]", "dict")
        if isinstance(item, ast.Tuple):
            self._take_apart(item, body)
            return self._vote(9, "list[tuple]")
        if isinstance(item, ast.Name):
            inner = _Use(item.id)
            inner.texts = self.texts
            for part in body:
                inner.visit(part)
            if inner.votes["function"] > 10:
                self.called_items, self.arguments = True, inner.arguments
            self._from_items(inner)
        return None

    def _entries(self, value: ast.expr, body: list) -> None:
        """Dictionaries whose values are what a loop over their entries wants."""
        if not isinstance(value, ast.Name):
            return
        inner = _Use(value.id)
        inner.texts = self.texts
        for part in body:
            inner.visit(part)
        votes = inner.votes
        number = votes["int"] + votes["float"]
        if max(votes["list[int]"], votes["list[str]"]) > number:
            self.seeds["dict"] = ["{'a': [3, 1], 'b': [5]}", "{'x': [2, 2, 8], 'y': []}"]
        elif votes["str"] > number:
            self.seeds["dict"] = ["{'a': 'red', 'b': 'blue'}", "{'x': 'red', 'y': 'red'}"]

    def _take_apart(self, item: ast.Tuple, body: list) -> None:
        """Rows for a loop over records."""
        kinds = []
        for target in item.elts:
            if not isinstance(target, ast.Name):
                return
            inner = _Use(target.id)
            inner.texts = self.texts
            for part in body:
                inner.visit(part)
            text = target.id in _BY_NAME["str"].split() or inner.votes["str"] > inner.votes["int"] + inner.votes["float"]
            kinds.append("str" if text else "int")
        words, numbers = ("pen", "book", "cup"), ((2, 5, 3), (4, 1, 2), (3, 2, 6))
        rows = [
            tuple(words[turn] if kind == "str" else numbers[turn][at % 3] for at, kind in enumerate(kinds))
            for turn in range(3)
        ]
        self.rows = [repr(rows), repr(rows[1:]), "[]", repr(rows[:1]), repr([rows[0], rows[0]])]

    def _from_items(self, inner: "_Use") -> None:
        votes = inner.votes
        if votes["list[int]"] > max(votes["str"], votes["int"], 3):
            return self._vote(14, "list[list[int]]")
        if votes["int"] + votes["float"] > votes["str"]:
            self._vote(6, "list[int]")
            self._vote(-5, "str", "list[str]")
        elif votes["str"]:
            chars = any(isinstance(border, str) for border in inner.borders) or votes["char"]
            self._vote(7, "str" if chars else "list[str]")
            self._vote(5, "list[str]" if chars else "str")
        if inner.keys:
            self._vote(14, "list[dict]")
            self.keys += inner.keys
        self.borders += [border for border in inner.borders if isinstance(border, (int, float))]
        self.characters += [border for border in inner.borders if isinstance(border, str)]
        return None

    def visit_Call(self, node: ast.Call) -> None:
        function = node.func
        if self._is(function):
            self._vote(15, "function")
            starred = any(isinstance(arg, ast.Starred) for arg in node.args)
            self.arguments = None if starred else len(node.args)
        if isinstance(function, ast.Attribute) and self._is(function.value):
            if function.attr in _STRING_METHODS:
                self._vote(10, "str")
            if function.attr in ("isdigit", "isalpha", "isupper", "islower", "isspace"):
                self.votes["char"] += 1
            if function.attr in _LIST_METHODS or function.attr == "pop" and len(node.args) < 2:
                self._vote(10, "list[int]")
                self._vote(6, "list[str]")
            if function.attr in _DICT_METHODS:
                self._vote(10, "dict")
                key = _literal(node.args[0]) if node.args else None
                if isinstance(key, str):
                    self.keys.append(key)
                    self._vote(2, "dict")
            if function.attr in _SET_METHODS:
                self._vote(10, "set")
        if isinstance(function, ast.Attribute) and any(map(self._is, node.args)):
            if function.attr == "update":
                self._vote(5, "dict")
            elif function.attr in ("findall", "search", "match", "sub", "fullmatch", "compile"):
                self._vote(9, "str")
            elif function.attr in ("nlargest", "nsmallest", "heapify") and self._is(node.args[-1]):
                self._vote(9, "list[int]")
            elif function.attr in _SET_METHODS:
                self._vote(5, "set")
        if isinstance(function, ast.Name):
            for position, argument in enumerate(node.args):
                if self._is(argument):
                    self._passed(function.id, position)
                elif (
                    isinstance(argument, ast.BinOp)
                    and self._is(argument.left)
                    and function.id == self.function
                ):
                    self._vote(5, "int")
        if isinstance(function, ast.Attribute) and function.attr == "join" and any(map(self._is, node.args)):
            self._vote(9, "list[str]")
        if (
            isinstance(function, ast.Attribute)
            and isinstance(function.value, ast.Name)
            and function.value.id == "math"
        ):
            if any(map(self._is, node.args)):
                self._vote(6, "int", "float")
        self.generic_visit(node)

    def _passed(self, name: str, position: int) -> None:
        if name in ("len", "sorted", "reversed", "list", "set", "enumerate", "tuple"):
            self._vote(3, "list[int]", "str", "list[str]")
            self._vote(1, "dict", "list[list[int]]")
        elif name in ("sum", "max", "min"):
            self._vote(7, "list[int]")
        elif name in ("range", "abs", "round", "chr", "divmod", "pow", "bin", "hex"):
            self._vote(8, "int")
        elif name in ("ord",):
            self._vote(9, "str")
        elif name == "int":
            self._vote(4, "str")
            self._vote(2, "int", "float")
        elif name == "float":
            self._vote(3, "str", "float")
        kinds = self.known.get(name, [])
        if position < len(kinds):
            self._vote(5, kinds[position])

    def visit_BinOp(self, node: ast.BinOp) -> None:
        for this, other in ((node.left, node.right), (node.right, node.left)):
            if not self._is(this):
                continue
            text = (
                isinstance(other, ast.JoinedStr)
                or isinstance(other, ast.Constant)
                and isinstance(other.value, str)
            )
            text = text or isinstance(other, ast.Name) and other.id in self.texts
            if isinstance(node.op, ast.Add):
                if text or isinstance(other, ast.Call) and getattr(other.func, "id", "") == "str":
                    self._vote(9, "str")
                    self.votes["char"] += 1
                elif isinstance(other, (ast.List, ast.ListComp)):
                    self._vote(9, "list[int]")
                else:
                    self._vote(2, "int")
                    self._vote(1, "float", "str", "list[int]")
            elif isinstance(node.op, ast.Mult) and text:
                self._vote(6, "int")
            elif isinstance(node.op, ast.Mod) and this is node.right and text:
                self._vote(2, "str", "int")
            else:
                self._vote(6, "int")
                self._vote(5 if isinstance(node.op, (ast.Div, ast.Mult)) else 2, "float")
        self.generic_visit(node)

    def _asked(self, node: ast.expr) -> None:
        if self._is(node):
            self._vote(3, "bool")

    def visit_If(self, node: ast.If) -> None:
        self._asked(node.test)
        self.generic_visit(node)

    def visit_IfExp(self, node: ast.IfExp) -> None:
        self._asked(node.test)
        self.generic_visit(node)

    def visit_BoolOp(self, node: ast.BoolOp) -> None:
        for part in node.values:
            self._asked(part)
        self.generic_visit(node)

    def visit_UnaryOp(self, node: ast.UnaryOp) -> None:
        if self._is(node.operand):
            self._vote(1, "bool") if isinstance(node.op, ast.Not) else self._vote(5, "int")
        self.generic_visit(node)

    def visit_AugAssign(self, node: ast.AugAssign) -> None:
        if self._is(node.value) and isinstance(node.target, ast.Name) and node.target.id in self.texts:
            self._vote(8, "str")
            self.votes["char"] += 1
        elif self._is(node.value) and isinstance(node.op, ast.Add):
            self._vote(4, "int")
            self._vote(1, "str")
        elif self._is(node.value) or self._is(node.target):
            self._vote(6, "int")
        self.generic_visit(node)

    def visit_Compare(self, node: ast.Compare) -> None:
        sides = [node.left, *node.comparators]
        for operator, left, right in zip(node.ops, sides, sides[1:]):
            for this, other in ((left, right), (right, left)):
                if (
                    isinstance(this, ast.Call)
                    and getattr(this.func, "id", "") == "len"
                    and any(map(self._is, this.args))
                ):
                    continue
                remainder = isinstance(this, ast.BinOp) and (self._is(this.left) or self._is(this.right))
                if not self._is(this) or remainder:
                    continue
                value = _literal(other)
                if value is None and isinstance(other, ast.Name):
                    value = self.constants.get(other.id)
                if isinstance(value, dict):
                    value = list(value)
                if isinstance(operator, (ast.In, ast.NotIn)):
                    if this is right:
                        self._vote(3, "list[int]", "str", "dict", "list[str]")
                    elif isinstance(value, str):
                        self._vote(8, "str")
                        self.votes["char"] += 1
                        self.borders += list(value[:4])
                    elif isinstance(value, (list, tuple, set)) and value:
                        self._vote(6, "str" if isinstance(next(iter(value)), str) else "int")
                        self.borders += list(value)[:4]
                elif isinstance(value, str):
                    self._vote(8, "str")
                    self.borders.append(value)
                elif isinstance(value, (list, tuple, dict)):
                    self._vote(9, {"list": "list[int]", "tuple": "tuple", "dict": "dict"}[type(value).__name__])
                elif type(value) in (int, float):
                    self._vote(6, "int")
                    self._vote(3, "float")
                    self.borders.append(value)
                elif isinstance(operator, (ast.Lt, ast.Gt, ast.LtE, ast.GtE)):
                    self._vote(2, "int")
        self.generic_visit(node)

    def visit_Subscript(self, node: ast.Subscript) -> None:
        if self._is(node.value):
            index = node.slice
            key = _literal(index)
            if isinstance(key, str):
                self._vote(10, "dict")
                self.keys.append(key)
            elif isinstance(index, ast.Slice) or isinstance(key, int):
                self._vote(5, "list[int]", "str")
                self._vote(2, "list[str]")
            elif isinstance(getattr(node, "ctx", None), ast.Store):
                self._vote(4, "list[int]", "dict")
            else:
                self._vote(4, "list[int]")
                self._vote(3, "str", "dict")
        inner = node.value
        if isinstance(inner, ast.Subscript) and self._is(inner.value):
            self._vote(8, "list[list[int]]")
        if self._is(node.slice):
            table = self.constants.get(node.value.id) if isinstance(node.value, ast.Name) else None
            if isinstance(table, dict) and table:
                self._vote(8, "str" if isinstance(next(iter(table)), str) else "int")
                self.borders += list(table)[:4]
            self._vote(2, "int", "str")
        self.generic_visit(node)

    def visit_FormattedValue(self, node: ast.FormattedValue) -> None:
        if self._is(node.value):
            self._vote(1, "str")
        self.generic_visit(node)


def _literal(node: ast.AST) -> object:
    try:
        return ast.literal_eval(node)  # type: ignore[arg-type]
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return None
