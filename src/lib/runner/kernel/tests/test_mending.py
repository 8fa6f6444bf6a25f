"""The smallest change that mends a mistake: proposed, and believed only because the changed code ran."""

from __future__ import annotations

import unittest

from procoder.explain import explain
from procoder.explain.mending import mend_runtime, mend_syntax
from procoder.explain.meter import Clock, Metered

#: Typical mistakes, with what the sentence about the mend must hold; each mended program runs to its end.
MISTAKES = {
    'colon': ('def f(x)\n    return x\nprint(f(2))\n', 'Change line 1 to `def f(x):`'),
    'bracket': ('print((1 + 2)\nx = 3\n', 'Change line 1 to `print((1 + 2))`'),
    'quote': ("name = 'Ada\nprint(name)\n", "Change line 1 to `name = 'Ada'`"),
    'equals': ('x = 3\nif x = 3:\n    print(x)\n', 'Change line 2 to `if x == 3:`'),
    'indent': ('def f(x):\nreturn x\n', 'Put 4 spaces before line 2'),
    'unexpected': ('x = 1\n  y = 2\n', 'Take the spaces before line 2 away'),
    'print2': ('print "hello"\n', 'Change line 1 to `print("hello")`'),
    'elseif': ('x = 3\nif x > 4:\n    print(1)\nelse if x > 2:\n    print(2)\n', 'Change line 4 to `elif x > 2:`'),
    'curly': ('print(“hi”)\n', 'Change line 1 to `print("hi")`'),
    'and': ('x = 3\nif x > 1 && x < 5:\n    print(x)\n', 'Change line 2 to `if x > 1 and x < 5:`'),
    'plusplus': ('i = 0\ni++\nprint(i)\n', 'Change line 2 to `i += 1`'),
    'comma': ('x = [1, 2 3]\nprint(x)\n', 'Put a comma after `2` in line 1'),
    'brace': ("x = {'a': 1\nprint(x)\n", 'Put a closing brace at the end of line 1'),
    'paren2': ('print("a"))\n', 'Change line 1 to `print("a")`'),
    'zero': ('x = 007\n', 'Change line 1 to `x = 7`'),
    'function': ('function f(x):\n    return x\n', 'Change line 1 to `def f(x):`'),
    'quote2': ('print("hello)\n', 'Change line 1 to `print("hello")`'),
    'dedent': ('if True:\n    x = 1\n   y = 2\n', 'Put 4 spaces before line 3'),
    'order': ('x = 3\nif x => 2:\n    print(x)\n', 'Change line 2 to `if x >= 2:`'),
    'name': ('total = 3\nprint(totl)\n', 'Change line 2 to `print(total)`'),
    'Print': ('Print("x")\n', 'Change line 1 to `print("x")`'),
    'math': ('print(math.sqrt(4))\n', 'Write `import math` in a line of its own above line 1'),
    'true': ('x = true\n', 'Change line 1 to `x = True`'),
    'concat': ('age = 12\nprint("You are " + age)\n', 'Change line 2 to `print("You are " + str(age))`'),
    'input': ('age = input()\nprint(age + 1)\n', 'Change line 1 to `age = int(input())`'),
    'index': ('xs = [1, 2, 3]\nfor i in range(len(xs) + 1):\n    print(xs[i])\n', 'Change line 2 to `for i in range(len(xs)):`'),
    'while': ('xs = [1, 2]\ni = 0\nwhile i <= len(xs):\n    print(xs[i])\n    i += 1\n', 'Change line 3 to `while i < len(xs):`'),
    'push': ('xs = []\nxs.push(3)\n', 'Change line 2 to `xs.append(3)`'),
    'none': ('xs = [1]\nxs = xs.append(3)\nprint(xs.count(1))\n', 'Change line 2 to `xs.append(3)`'),
    'key': ('d = {"Ada": 1}\nprint(d["ada"])\n', 'Change line 2 to `print(d["Ada"])`'),
    'call': ('xs = [1]\nprint(xs(0))\n', 'Change line 2 to `print(xs[0])`'),
    'float': ('xs = [1, 2, 3]\nprint(xs[len(xs) / 2])\n', 'Change line 2 to `print(xs[len(xs) // 2])`'),
    'iter': ('for i in 5:\n    print(i)\n', 'Change line 1 to `for i in range(5):`'),
    'self': ('class A:\n    def hi():\n        print("hi")\n\nA().hi()\n', 'Change line 2 to `def hi(self):`'),
    'last': ('xs = [1, 2]\nprint(xs[len(xs)])\n', 'Change line 2 to `print(xs[len(xs) - 1])`'),
    'size': ('d = {"a": 1, "b": 2}\nfor k in d:\n    if d[k] < 2:\n        del d[k]\n', 'Change line 2 to `for k in list(d):`'),
    'int': ('print(int("3.5"))\n', 'Change line 1 to `print(float("3.5"))`'),
    'global': ('count = 0\ndef add():\n    count += 1\nadd()\n', 'Write `global count` in a line of its own below line 2'),
    'typo': ('s = "a"\nprint(s.uper())\n', 'Change line 2 to `print(s.upper())`'),
    'list': ('xs = [1]\nxs = xs + 4\n', 'Change line 2 to `xs = xs + [4]`'),
    'length': ('xs = [1]\nprint(xs.length)\n', 'Change line 2 to `print(len(xs))`'),
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
            self.assertIn("Change line 2 to `", step["text"])
            self.assertIn("this was tried", step["text"])


if __name__ == "__main__":
    unittest.main()
