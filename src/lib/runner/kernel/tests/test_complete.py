"""What stands after a dot is read off, and nothing of a learner's runs for it."""

from __future__ import annotations

import json
import types
import unittest
from typing import Any

from procoder import bridge, complete

TRAPS = """
ran = []
class Meta(type):
    def __getattribute__(self, name): ran.append("meta " + name); return type.__getattribute__(self, name)
    def __dir__(self): ran.append("meta dir"); return []
    def __instancecheck__(self, other): ran.append("instance"); return True
    def __eq__(self, other): ran.append("meta equal"); return True
    __hash__ = type.__hash__
class Key:
    def __init__(self, name): self.hash = hash(name)
    def __hash__(self): return self.hash
    def __eq__(self, other): ran.append("equal"); return False
class Text(str):
    def __hash__(self): ran.append("hash"); return str.__hash__(self)
    def __eq__(self, other): ran.append("text equal"); return False
class Names(dict):
    def items(self): ran.append("items"); return []
    def __iter__(self): ran.append("iterate"); return iter(())
    def __getitem__(self, name): ran.append("item"); raise KeyError
class Descriptor:
    def __get__(self, *_): ran.append("descriptor"); return 1
class Default:
    def __repr__(self): ran.append("repr"); return "?"
class Trap(metaclass=Meta):
    by_descriptor = Descriptor()
    def __getattribute__(self, name): ran.append(name); return object.__getattribute__(self, name)
    def __getattr__(self, name): ran.append(name)
    def __dir__(self): ran.append("dir"); return []
    def __repr__(self): ran.append("repr"); return ""
    @property
    def __class__(self): ran.append("class"); return str
    @property
    def asked(self): ran.append("property"); return "x"
    def method(self, first, second=Default(), *rest, third=3, **more): pass
    @classmethod
    def made(cls, word="a"): pass
    @staticmethod
    def plain(number): pass
class Hidden:
    shown = 1
    @property
    def __dict__(self): ran.append("dict"); return {}
trap = Trap()
names = Names(held=1)
names[Key("held")] = 2
names[Text("odd")] = 3
object.__setattr__(trap, "__dict__", names)
globals()[Key("trap")] = "wrong"
hidden = Hidden()
ran.clear()
"""


class Completes(unittest.TestCase):
    def setUp(self) -> None:
        self.module = types.ModuleType("__main__")

    def run_cell(self, code: str) -> None:
        exec(compile(code, "<cell>", "exec"), vars(self.module))  # noqa: S102 - as a cell would

    def ask(self, *path: str, instance: bool = False, private: bool = False) -> Any:
        found = complete.members(self.module, list(path), instance, private)
        return None if found is None else {row["name"]: (row["kind"], row["detail"]) for row in found}

    def test_methods_of_python_with_their_parameters(self) -> None:
        self.run_cell("text = 'a'\nitems = [1]")
        found = self.ask("text")
        self.assertEqual(found["replace"], ("method", "(old, new, count=-1)"))
        self.assertEqual(found["upper"], ("method", "()"))
        self.assertEqual(self.ask("items")["append"], ("method", "(object)"))
        self.assertEqual(sorted(found), [name for name in sorted(dir("")) if not name.startswith("_")])
        self.assertEqual(found, self.ask("str", instance=True))
        self.assertIn("__len__", self.ask("text", private=True))

    def test_modules_classes_and_what_they_hold(self) -> None:
        self.run_cell(
            "import math, os\nclass Point:\n    zero = 'z'\n    __slots__ = ('x', 'y')\n"
            "    def move(self, by, *, far=True): pass\n"
            "class Named:\n    def __init__(self): self.name = 'Ada'\np = Point()\np.x = []\nn = Named()"
        )
        self.assertEqual(self.ask("math")["sqrt"], ("method", "(x)"))
        self.assertEqual(self.ask("math")["pi"], ("value", ""))
        self.assertEqual(self.ask("os")["path"], ("module", ""))
        self.assertIn("join", self.ask("os", "path"))
        value = ("value", "")
        self.assertEqual(
            self.ask("p"), {"move": ("method", "(by, *, far=True)"), "x": value, "y": value, "zero": value}
        )
        self.assertEqual(self.ask("Point")["move"], ("method", "(self, by, *, far=True)"))
        self.assertIn("append", self.ask("p", "x"))
        self.assertIn("upper", self.ask("Point", "zero"))
        self.assertIn("upper", self.ask("n", "name"))
        self.assertEqual(self.ask("int")["from_bytes"][0], "method")

    def test_nothing_where_nothing_is_known(self) -> None:
        self.run_cell("class Point:\n    __slots__ = ('x',)\np = Point()")
        for path in (("nosuch",), ("p", "x"), ("p", "nosuch"), ("p", "nosuch", "more")):
            with self.subTest(path):
                self.assertIsNone(self.ask(*path))
        self.assertIsNone(self.ask("len", "__self__"))

    def test_nothing_of_the_learners_runs(self) -> None:
        self.run_cell(TRAPS)
        found = self.ask("trap")
        self.assertEqual(found["method"], ("method", "(first, second=…, *rest, third=3, **more)"))
        self.assertEqual(found["made"], ("method", "(word='a')"))
        self.assertEqual(found["plain"], ("method", "(number)"))
        self.assertEqual(found["asked"], ("value", ""))
        self.assertEqual(found["held"], ("value", ""))
        self.assertIn("made", self.ask("Trap"))
        self.assertEqual(self.ask("hidden"), {"shown": ("value", "")})
        for last in ("asked", "by_descriptor", "nosuch", "__class__", "__dict__", "odd"):
            with self.subTest(last):
                self.assertIsNone(self.ask("trap", last))
        self.assertIsNotNone(self.ask("trap", "held"))
        self.assertEqual(vars(self.module)["ran"], [])

    def test_it_is_short(self) -> None:
        self.run_cell(
            "class Wide: pass\nfor n in range(2_000): setattr(Wide, f'name{n:04}', n)\n"
            "def f(n=10**100_000): pass\nclass C: f = f"
        )
        self.assertEqual(len(self.ask("Wide")), 400)
        self.assertEqual(self.ask("C")["f"], ("method", "(n=…)"))

    def test_by_the_door(self) -> None:
        answer = json.loads(bridge.call("complete", json.dumps({"path": ["str"], "instance": True})))
        self.assertIn({"name": "upper", "kind": "method", "detail": "()"}, answer["result"])
        answer = json.loads(bridge.call("complete", json.dumps({"path": ["no"]})))
        self.assertEqual(answer, {"ok": True, "result": None})


if __name__ == "__main__":
    unittest.main()
