"""The smallest change that mends a mistake: proposed, and believed only because the changed code ran."""

from __future__ import annotations

import unittest

from procoder.explain import explain
from procoder.explain.mending import mend_runtime, mend_syntax
from procoder.explain.meter import Clock, Metered

#: Typical mistakes, with what the sentence about the mend must hold; each mended program runs to its end.
MISTAKES = {
    'colon': ('def f(x)\n    return x\nprint(f(2))\n', 'Put `:` at the end of line 1'),
    'bracket': ('print((1 + 2)\nx = 3\n', 'Put `)` at the end of line 1'),
    'quote': ("name = 'Ada\nprint(name)\n", "Put `'` at the end of line 1"),
    'equals': ('x = 3\nif x = 3:\n    print(x)\n', 'Write `==` in the place of `=` in line 2'),
    'indent': ('def f(x):\nreturn x\n', 'Put four spaces before line 2'),
    'unexpected': ('x = 1\n  y = 2\n', 'Take the spaces before line 2 away'),
    'print2': ('print "hello"\n', 'Put round brackets around `"hello"` in line 1'),
    'elseif': ('x = 3\nif x > 4:\n    print(1)\nelse if x > 2:\n    print(2)\n', 'Write `elif` in the place of `else if` in line 4'),
    'curly': ('print(“hi”)\n', 'Write straight quotation marks and signs in line 1'),
    'and': ('x = 3\nif x > 1 && x < 5:\n    print(x)\n', 'Write `and` in the place of `&&` in line 2'),
    'plusplus': ('i = 0\ni++\nprint(i)\n', 'Write `+=` and then the number one in the place of `++` in line 2'),
    'comma': ('x = [1, 2 3]\nprint(x)\n', 'Put `,` behind `2` in line 1'),
    'brace': ("x = {'a': 1\nprint(x)\n", 'Put a closing brace at the end of line 1'),
    'paren2': ('print("a"))\n', 'Take `)` away in line 1'),
    'zero': ('x = 007\n', 'Take the zeros at the start of `007` away in line 1'),
    'function': ('function f(x):\n    return x\n', 'Write `def` in the place of `function` in line 1'),
    'quote2': ('print("hello)\n', 'Put `"` behind `hello` in line 1'),
    'dedent': ('if True:\n    x = 1\n   y = 2\n', 'Put four spaces before line 3'),
    'order': ('x = 3\nif x => 2:\n    print(x)\n', 'Write `>=` in the place of `=>` in line 2'),
    'name': ('total = 3\nprint(totl)\n', 'Write `total` in the place of `totl` in line 2'),
    'Print': ('Print("x")\n', 'Write `Print` in small letters in line 1'),
    'math': ('print(math.sqrt(4))\n', 'Write `import math` in a line of its own above line 1'),
    'true': ('x = true\n', 'Write `true` with a capital letter in line 1'),
    'concat': ('age = 12\nprint("You are " + age)\n', 'Put `str(…)` around `age` in line 2'),
    'input': ('age = input()\nprint(age + 1)\n', 'Put `int(…)` around `input(…)` in line 1'),
    'index': ('xs = [1, 2, 3]\nfor i in range(len(xs) + 1):\n    print(xs[i])\n', 'Take `+ 1` away in line 2'),
    'while': ('xs = [1, 2]\ni = 0\nwhile i <= len(xs):\n    print(xs[i])\n    i += 1\n', 'Write `<` in the place of `<=` in line 3'),
    'push': ('xs = []\nxs.push(3)\n', 'Write `append` in the place of `push` in line 2'),
    'none': ('xs = [1]\nxs = xs.append(3)\nprint(xs.count(1))\n', 'Take `= xs` away in line 2'),
    'key': ('d = {"Ada": 1}\nprint(d["ada"])\n', 'Write `ada` with a capital letter in line 2'),
    'call': ('xs = [1]\nprint(xs(0))\n', 'Write square brackets in the place of the round ones in `xs(0)` in line 2'),
    'float': ('xs = [1, 2, 3]\nprint(xs[len(xs) / 2])\n', 'Put `/` behind `/` in line 2'),
    'iter': ('for i in 5:\n    print(i)\n', 'Put `range(…)` around `5` in line 1'),
    'self': ('class A:\n    def hi():\n        print("hi")\n\nA().hi()\n', 'Put `self` behind `(` in line 2'),
    'last': ('xs = [1, 2]\nprint(xs[len(xs)])\n', 'Put `-` and then the number one behind `)` in line 2'),
    'size': ('d = {"a": 1, "b": 2}\nfor k in d:\n    if d[k] < 2:\n        del d[k]\n', 'Put `list(…)` around `d` in line 2'),
    'int': ('print(int("3.5"))\n', 'Write `float` in the place of `int` in line 1'),
    'global': ('count = 0\ndef add():\n    count += 1\nadd()\n', 'Write `global count` in a line of its own below line 2'),
    'typo': ('s = "a"\nprint(s.uper())\n', 'Write `upper` in the place of `uper` in line 2'),
    'list': ('xs = [1]\nxs = xs + 4\n', 'Put square brackets around `4` in line 2'),
    'length': ('xs = [1]\nprint(xs.length)\n', 'Write `len(xs)` in the place of `xs.length` in line 2'),
}
#: Nothing that could be tried is the mend of these.
UNMENDED = ("class = 3\nprint(class)\n", "print(100 / 0)\n", "x = 3\nelse:\n    print(x)\n", "d = {}\nprint(d['a'])\n")


def mend_of(code: str):  # noqa: ANN201
    """The mend of a program that is broken, or that stops with an error."""
    try:
        compile(code, "x", "exec")
    except SyntaxError as problem:
        return mend_syntax(problem, code)
    clock = Clock()
    submission = Metered(code, (), clock)
    raised = submission.observe(stdin=("5",)).raised
    assert raised is not None and raised.line is not None, code
    return mend_runtime(submission, raised.type, raised.message, raised.line, ("5",), clock)


class Mends(unittest.TestCase):
    def test_typical_mistakes_are_mended(self) -> None:
        for name, (code, sentence) in MISTAKES.items():
            with self.subTest(name):
                mend = mend_of(code)
                assert mend is not None
                self.assertTrue(mend.runs)
                self.assertTrue(mend.sentence().startswith(sentence), mend.sentence())
                lines = code.split("\n")
                mended = "\n".join([*lines[: mend.line - 1], mend.now, *lines[mend.line :]])
                seen = Metered(mended, (), Clock()).observe(stdin=("5",))
                self.assertIsNone(seen.raised)

    def test_what_is_not_proven_is_not_said(self) -> None:
        for code in UNMENDED:
            with self.subTest(code):
                self.assertIsNone(mend_of(code))

    def test_the_marked_line_says_how(self) -> None:
        for code in ("x = 3\nif x = 3:\n    print(x)\n", "age = 12\nprint('You are ' + age)\n"):
            step = next(step for step in explain(code, strict=True)["steps"] if step["from"] == 2)
            self.assertIn(" in line 2. Then the code runs", step["text"])
            self.assertIn("this was tried", step["text"])


if __name__ == "__main__":
    unittest.main()
