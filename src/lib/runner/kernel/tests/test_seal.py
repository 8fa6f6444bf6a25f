"""A cell that patches the kernel gets no verdict, and the next claim does not notice."""

from __future__ import annotations

import json
import unittest

from procoder import bridge, seal, values
from procoder.explain import explain
from procoder.verify import verify

_FIND = "import gc, types\n\ndef find(name):\n    return [x for x in gc.get_objects() if isinstance(x, types.FunctionType) and x.__name__ == name and x.__module__.startswith('proc' + 'oder')]\n\n"
_MODULE = "import gc\n\ndef module(name):\n    return next(x for x in gc.get_objects() if isinstance(x, dict) and x.get('__name__') == 'procoder.' + name)\n\n"
#: Reaches the kernel, and must not leave anything behind.
CHANGES = [
    _FIND + "for f in find('matches'):\n    f.__code__ = (lambda self, expect: True).__code__\n",
    _FIND + "for f in find('_judge'):\n    f.__code__ = (lambda a, b, c: {'kind': 'confirmed'}).__code__\n",
    _FIND + "for f in find('equal'):\n    f.__code__ = (lambda a, b: True).__code__\n",
    _FIND + "for f in find('_refuse'):\n    f.__defaults__ = (1,)\n",
    _MODULE + "module('verify')['_judge'] = lambda *a: {'kind': 'confirmed'}\n",
    _MODULE + "module('values')['equal'] = lambda *a: True\n",
    _MODULE + "module('values')['Frozen'].matches = lambda *a: True\n",
    _MODULE + "type.__setattr__(module('values')['Frozen'], 'same', lambda *a: True)\n",
    _MODULE + "module('verify')['__builtins__']['isinstance'] = lambda *a: True\n",
    _MODULE + "module('replay')['_WRAPPERS']['list'] = lambda x: [1]\n",
    _MODULE + "module('instrument')['_SAFE'].clear()\n",
    "import sys\nframe = sys._getframe()\nwhile frame is not None:\n    if frame.f_globals.get('__name__') == 'procoder.verify':\n        frame.f_globals['_judge'] = lambda *a: {'kind': 'confirmed'}\n    frame = frame.f_back\n",
    "import ast\nast.literal_eval.__code__ = (lambda x: 1).__code__\n",
    "import re\nre.compile.__code__ = (lambda *a: None).__code__\n",
]
#: Denied from the start.
DENIED = [
    "import procoder.values\nprocoder.values.matches = lambda *a: True\n",
    "import procoder\n",
    "from procoder import verify\nverify.check = None\n",
    "import sys\nsys.modules['procoder.values'].Frozen.matches = lambda *a: True\n",
    "import importlib\nimportlib.import_module('procoder.verify')._judge = None\n",
]
LATE = "class Late:\n    def __init__(self):\n        self.me = self\n    def __del__(self):\n        import gc\n        for x in gc.get_objects():\n            if isinstance(x, dict) and x.get('__name__') == 'procoder.verify':\n                x['_judge'] = lambda *a: {'kind': 'confirmed'}\n\nLate()\n"
PLAIN = "def f(x):\n    return x\n"


def check(code: str, expect: str, context: tuple = ()) -> dict:
    return verify({"id": "c", "kind": "returns", "probe": {"call": "f(1)"}, "expect": expect}, code, context)


class Poison(unittest.TestCase):
    def test_who_changes_the_kernel_gets_no_verdict(self) -> None:
        for poison in CHANGES:
            with self.subTest(poison=poison):
                for expect in ("1", "2"):
                    answer = check(poison + PLAIN, expect)
                    self.assertEqual((answer["kind"], answer.get("why")), ("not-checkable", "runner-unavailable"))
                    self.assertIn("changed", answer["detail"])
                self._is_clean()

    def test_the_kernel_cannot_be_imported(self) -> None:
        for poison in DENIED:
            with self.subTest(poison=poison):
                claim = {"id": "c", "kind": "raises", "probe": {}, "expect": {"type": "Exception"}}
                self.assertEqual(verify(claim, poison), {"kind": "confirmed"})
                self.assertEqual(check(poison + PLAIN, "2")["kind"], "not-checkable")  # f was never defined
                self._is_clean()

    def test_in_a_cell_before(self) -> None:
        # By way of frames: a walk over all objects may use up the budget, which is no verdict either.
        frames = next(code for code in CHANGES if "_getframe" in code)
        answer = check(PLAIN, "2", ({"cellId": "a", "code": frames},))
        self.assertEqual(answer.get("why"), "runner-unavailable")
        self._is_clean()

    def test_who_could_reach_it_is_looked_at(self) -> None:
        for code in (*CHANGES, *DENIED, LATE, "from random import _os\n", "import random\nrandom._os.sys\n", "f = ().__class__\n"):
            self.assertTrue(seal.can_reach(code), code)
        for code in (PLAIN, "import random, math\nprint(random.random())\n", "class A:\n    def __init__(self):\n        pass\n"):
            self.assertFalse(seal.can_reach(code), code)

    def test_late(self) -> None:
        self.assertNotEqual(check(LATE + PLAIN, "2")["kind"], "confirmed")
        self._is_clean()

    def test_explaining_it_says_nothing_and_leaves_nothing(self) -> None:
        for poison in (*CHANGES[:8], DENIED[0]):
            with self.subTest(poison=poison):
                made = explain(poison + PLAIN)
                self.assertEqual([c for c in made["examples"] if c["probe"].get("call", "").startswith("f(")], [])
                self._is_clean()

    def test_through_the_bridge(self) -> None:
        params = {"claim": {"id": "c", "kind": "prints", "probe": {}, "expect": ""}, "code": CHANGES[4]}
        answer = json.loads(bridge.call("verify", json.dumps(params)))
        self.assertEqual(answer["result"]["why"], "runner-unavailable")
        self._is_clean()

    def _is_clean(self) -> None:
        self.assertEqual(check(PLAIN, "1"), {"kind": "confirmed"})
        self.assertEqual(check(PLAIN, "2")["kind"], "contradicted")
        self.assertFalse(values.equal(1, 2))
        self.assertFalse(values.Frozen(1).matches("2"))
