"""The cause that each beginner's error gets: our own rules first, friendly-traceback for the rest."""

from __future__ import annotations

import gc
import json
import linecache
import sys
import time
import tracemalloc

from procoder import bridge, causes_friendly
from procoder.causes_friendly import friendly, plain

from . import friendly as where
from .test_run import DeskCase

#: (code, part of `what`, part of `why`): read one by one. More of them stand in test_run.
OWN = [
    ("for i in range(3) print(i)", "colon is missing", "`:`"),
    ("a = 1 b = 2", "Two statements", "line of its own"),
    ("x = 5 +", "missing at the end", "value after it"),
    ("if x == 1 and:\n  pass", "missing in this line", "value after it"),
    ("[i for i in]", "missing in this line", "value after it"),
    ("for in x: pass", "no name for its items", "`for item in items:`"),
    ("elseif x: pass", "not Python", "`elif`"),
    ("elif if x: pass", "not Python", "`elif`"),
    ("import 'x'", "without quotation marks", "`import math`"),
    ("from math", "needs an `import`", "`from math import sqrt`"),
    ("def 5f(): pass", "starts with a digit", "letter"),
    ("x = 1_000_", "cannot read", "digits"),
    ("x = 08", "starts with a zero", "text in quotes"),
    ("'\\x'", "backslash", "`r`"),
    ("open('C:\\Users')", "backslash", "`\\\\`"),
    ("a, b += 1", "`+=`", "one name"),
    ("def f(a, a): pass", "same name", "of its own"),
    ("f'{'", "f-string", "braces"),
    ("'''abc", "three quotation marks", "same three"),
    ("{1, 2}[0]", "no positions", "`list(…)`"),
    ("len[1]", "has no items", "round brackets"),
    ("async def f(): pass\nf() + 1", "a coroutine", "`await`"),
    ("raise 'x'", "Only exceptions", "`raise ValueError(…)`"),
    ("(1, 2).append(3)", "nothing called `append`", "a tuple cannot be changed"),
    ("[1].push(4)", "nothing called `push`", "`.append(…)`"),
    ("'abc'.length", "nothing called `length`", "`len(…)`"),
    ("{1}.append(2)", "nothing called `append`", "`.add(…)`"),
    ("import os.pth", "no module called `os.pth`", "`os.path`"),
    ("class A:\n    def f(): pass\nA().f()", "no parameter for its object", "`def f(self):`"),
    ("class A: pass\nA(1)", "takes no values", "`__init__`"),
    ("class A:\n    def __init__(self, x): pass\nA()", "`A` was called with too few", "`x`"),
    ("'%d' % 'x'", "needs a number", "`%s`"),
    ("'%s' % (1, 2)", "more values", "`%s`"),
    ("'%s %s' % 1", "fewer values", "round brackets"),
    ("'{} {}'.format(1)", "more places", "one value for each"),
    ("b'a' + 'b'", "Bytes and text", "`.encode()`"),
    ("import json\njson.loads('x')", "not JSON", "line 1, column 1"),
    ("list.append(1)", "the class itself", "before the dot"),
    ("a, b = 1", "only one value", "a whole number"),
    ("a, b = None", "only one value", "`return`"),
    ("abs('x')", "`abs` cannot work with a text", "`int(…)`"),
    ("round('x')", "`round` cannot work with a text", "number"),
    ("chr(-1)", "outside of what is allowed", "value"),
    ("str(10**5000)", "too many digits", "4300"),
    ("open('/')", "folder", "file"),
    ("open()", "too few", "`file`"),
    ("'abc'.split(1)", "a text is needed", "round brackets"),
    ("def f():\n    z += 1\nf()", "before it has a value", "`z = 0`"),
    ("class A:\n    def f(self): return self.nme\n    name = 1\nA().f()", "An `A` object has nothing called `nme`", "`.name`"),
    ("from math import sqroot", "nothing called `sqroot`", "`sqrt`"),
    ("import random\nrandom.randit(1, 2)", "nothing called `randit`", "`.randint`"),
    ("def f(name): pass\nf(nme=1)", "no parameter called `nme`", "`name`"),
    ("d = {'a': 1}\nfor k in d: d[k + 'b'] = 1", "while a loop went through it", "copy"),
    ("raise MemoryError", "more memory", "smaller"),
    ("import js", "no module called `js`", "not for cells"),
]
#: What comes from friendly-traceback.
FRIENDLY = [
    ("f = lambda x: return x", "cannot make sense", "`return` by mistake"),
    ("try:\n  pass\nx = 1", "cannot make sense", "`except`"),
    ("1 if 2", "cannot make sense", "`else some_value`"),
    ("del 5", "cannot make sense", "cannot delete the literal `5`"),
    ("x = {1: 2, 3}", "cannot make sense", "dict"),
    ("#ok\n$x", "cannot make sense", "`$` by mistake"),
    ("def f(:\n pass", "cannot make sense", "`:`"),
    ("nonlocal x", "cannot make sense", "function"),
]


class Own(DeskCase):
    def test_table(self) -> None:
        for code, what, why in OWN:
            with self.subTest(code=code):
                error = self.run_cell(code)["error"]
                cause = error["cause"]
                self.assertIn(what, cause["what"])
                self.assertIn(why, cause["why"])
                for text in cause.values():
                    self.assertEqual(text.count("`") % 2, 0, text)

    def test_nothing_is_better_than_nonsense(self) -> None:
        # What a learner raises says itself what it means.
        self.assertNotIn("cause", self.run_cell("raise ValueError('mine')")["error"])
        self.assertNotIn("cause", self.run_cell("class E(Exception): pass\nraise E('mine')")["error"])


class Friendly(DeskCase):
    def setUp(self) -> None:
        super().setUp()
        if not where.is_there():
            self.skipTest(where.MISSING)

    def test_table(self) -> None:
        for code, what, why in FRIENDLY:
            with self.subTest(code=code):
                error = self.run_cell(code)["error"]
                self.assertIn(what, error["cause"]["what"])
                self.assertIn(why, error["cause"]["why"])

    def test_it_is_quick_and_quiet(self) -> None:
        self.run_cell("f = lambda x: return x")
        out, err = sys.stdout, sys.stderr
        started = time.perf_counter()
        for code, _, _ in FRIENDLY:
            self.run_cell(code)
            self.assertEqual((self.text(), self.text("stderr")), ("", ""))
        self.assertLess((time.perf_counter() - started) / len(FRIENDLY), 0.2)
        self.assertEqual((sys.stdout, sys.stderr), (out, err))
        started = time.perf_counter()
        self.run_cell("x = 1\n" * 50_000 + "f = lambda x: return x")
        self.assertLess(time.perf_counter() - started, 5)

    def test_it_leaves_python_as_it_was(self) -> None:
        self.assertEqual(linecache.getlines.__module__, "linecache")
        self.run_cell("f = lambda x: return x")
        claim = {"id": "c", "kind": "prints", "probe": {}, "expect": "1\n"}
        answer = json.loads(bridge.call("verify", json.dumps({"claim": claim, "code": "import sys\nprint(1)"})))
        self.assertEqual(answer["result"], {"kind": "confirmed"})

    def test_it_keeps_nothing_of_what_it_read(self) -> None:
        def grown(runs: int) -> int:
            for _ in range(runs):
                for code in ("f = lambda x: return x\n" + "#x\n" * 50, "x = 5\n1 if 2\n" + "y = 1\n" * 50):
                    self.run_cell(code)
            gc.collect()
            return tracemalloc.get_traced_memory()[0]

        grown(160)  # the kernel itself keeps the last 300 cells
        tracemalloc.start()
        self.addCleanup(tracemalloc.stop)
        first = grown(160)
        self.assertLess(grown(80) - first, 150_000)

    def test_it_never_raises(self) -> None:
        class Broken(Exception):
            def __str__(self) -> str:
                raise SystemExit(3)

        self.assertIsNone(causes_friendly.explain(Broken(), ""))

    def test_without_it_the_kernel_says_what_it_can(self) -> None:
        core, friendly.core = friendly.core, None
        try:
            cause = self.run_cell("f = lambda x: return x")["error"]["cause"]
        finally:
            friendly.core = core
        self.assertIn("missing comma", cause["why"])


class Plain(DeskCase):
    def test_sentences(self) -> None:
        for text, said in [
            ("I am guessing that you wrote `x` by mistake.\nRemoving it seems to fix the error.\n", "Perhaps you wrote `x` by mistake. Removing it seems to fix the error."),
            ("The bracket on line 1 is not closed.\n\n    1: x=[1,2\n         ^\n", "The bracket on line 1 is not closed."),
            ("Currently, I cannot guess the likely cause of this error.\nTry to examine closely the line.", ""),
            ("No information is known about this exception.\nPlease report this example to\nhttps://x/y\n", ""),
            ("I suspect you wrote `{op}` by mistake.", ""),
            ("Try inserting the statement\n\n    global a\n\nas the first line.", "Try inserting the statement `global a`. as the first line."),
            ("", ""),
        ]:
            with self.subTest(text=text):
                self.assertEqual(plain(text), said)
