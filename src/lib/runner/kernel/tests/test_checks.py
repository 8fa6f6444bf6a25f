"""Exercises: answers that are right, wrong in foreseen and other ways, and hostile; and the notes of the solution."""

from __future__ import annotations

import ast
import builtins
import json
import os
import sys
import time
import unittest
from typing import Any

from procoder import bridge, inputs
from procoder.expectations import LIBRARY, Examiner, alike, same_text, source_of, uses

SETUP = "prices = {'soup': 4, 'tea': 2, 'cake': 5}\n"
GOOD = "def each_pays(guests):\n    return sum(prices.values()) / guests\n"
FLOORED = GOOD.replace("/", "//")
ENDLESS = "It did not come to an end."


def examine(code: str, *checks: Any, solution: str | None = None, **more: Any) -> dict[str, Any]:
    """What the bridge's `check` says. With a solution, its notes are made first and handed in."""
    given = [one if isinstance(one, dict) else {"code": one} for one in checks]
    if solution is not None:
        recorded = examine(solution, *given, mode="record", **more)
        given = [{**one, "notes": notes} for one, notes in zip(given, recorded["notes"])]
    params = {"code": code, "checks": given, **more}
    answer = json.loads(bridge.call("check", json.dumps(params)))
    assert answer["ok"], answer
    return answer["result"]


def first(code: str, check: Any, **more: Any) -> dict[str, Any]:
    """The outcome of one check."""
    result = examine(code, check, **more)
    assert result["status"] == "ran", result
    return result["checks"][0]


ADDS = "a = int(input('First: '))\nb = int(input())\nprint(step(a) + b)\n"
ABOVE = [{"cellId": "above", "code": "def step(n):\n    return n + 1\nseen = []"}]


class Typing(unittest.TestCase):
    """Answers that ask with `input()`."""

    def test_lines_are_typed_and_the_prompt_is_no_output(self) -> None:
        check = "expect_run(inputs=[3, '4'], prints='8')\nexpect_run(inputs=[0, 0], contains='1')"
        self.assertEqual(first(ADDS, check, context=ABOVE), {"ok": True})
        wrong = first(ADDS.replace("+ b", "- b"), check, context=ABOVE)
        told = {"ok": False, "call": "input: '3', '4'", "expected": "8", "got": "0", "printed": True}
        self.assertEqual(wrong, told)

    def test_as_the_solution_with_generated_lines(self) -> None:
        check = "expect_run(inputs=[[1, 2]])\nfor_all_runs(integers(0, 9), integers(0, 9))"
        good = ADDS.replace("First: ", "What is the first number? ")
        self.assertEqual(first(good, check, solution=ADDS, context=ABOVE), {"ok": True})
        cheat = "a, b = int(input()), int(input())\nprint({(1, 2): 4}.get((a, b), 0))\n"
        self.assertEqual(first(cheat, check, solution=ADDS, context=ABOVE)["call"], "input: '0', '0'")

    def test_each_run_begins_from_nothing(self) -> None:
        code = "seen.append(input())\nprint(len(seen))"
        check = "expect_run(inputs=['a'], prints='1')\nexpect_run(inputs=['b'], prints='1')"
        self.assertEqual(first(code, check, context=ABOVE), {"ok": True})

    def test_who_asks_for_more_is_told_so(self) -> None:
        check = "expect_run(inputs=[3], prints='8')"
        wrong = first(ADDS, check, context=ABOVE)
        self.assertEqual(wrong["call"], "input: '3'")
        self.assertIn("once more than the 1", wrong["message"])
        self.assertNotIn("error", wrong)
        nothing = first(ADDS, "expect_run(prints='8')", context=ABOVE)
        self.assertIn("nobody types anything here", nothing["message"])
        author = examine(ADDS, {"code": "expect_run(inputs=[3])"}, mode="record", context=ABOVE)
        self.assertIn("The solution asks with input() for more", author["checks"][0]["bad"])

    def test_who_asks_for_less_is_told_so_where_the_output_differs(self) -> None:
        wrong = first("a = input()\nprint(a)", "expect_run(inputs=[3, 4], prints='8')")
        self.assertEqual((wrong["got"], wrong["message"]), ("3", "`input()` asks once; 2 would be answered."))

    def test_an_answer_that_asks_where_nothing_is_typed(self) -> None:
        asks = "def double(n):\n    return n * 2\nprint(double(int(input())))"
        self.assertIn("nobody types", first(asks, "expect_call('double', 2, gives=4)")["message"])
        recorded = examine("x = input()", "expect_value('x', 1)", mode="record")
        self.assertIn("expect_run(inputs=", recorded["checks"][0]["bad"])
        both = examine(asks, "expect_call('double', 2, gives=4)", "expect_run(inputs=[3], prints='6')")
        self.assertEqual(both["checks"], [{"ok": True}, {"ok": True}])

    def test_a_function_that_asks(self) -> None:
        asks = "def ask(what):\n    return int(input(what)) + 1"
        self.assertEqual(first(asks, "expect_call('ask', 'Age', inputs=[3], gives=4)"), {"ok": True})
        self.assertEqual(first(asks, "expect_call('ask', 'Age', inputs=[3])", solution=asks), {"ok": True})
        wrong = first(asks, "expect_call('ask', 'Age', gives=4)")
        self.assertIn("nobody types anything here", wrong["message"])
        self.assertIn("nobody types", first(asks, "assert ask('Age') == 4")["message"])
        raised = first(asks, "expect_call('ask', 'Age', inputs=['x'], raises=ValueError)")
        self.assertEqual(raised, {"ok": True})

    def test_until_the_lines_end(self) -> None:
        reads = "total = 0\ntry:\n    while True:\n        total += int(input())\nexcept EOFError:\n    print(total)\n"
        self.assertEqual(first(reads, "expect_run(inputs=[1, 2, 3], prints='6')"), {"ok": True})
        whole = "import sys\nprint(sum(map(int, sys.stdin)))"
        self.assertEqual(first(whole, "expect_run(inputs=[1, 2, 3], prints='6')"), {"ok": True})

    def test_an_error_and_an_end_that_is_meant(self) -> None:
        wrong = first(ADDS, "expect_run(inputs=['x', 1], prints='8')", context=ABOVE)
        self.assertEqual((wrong["error"]["type"], wrong["error"]["line"]), ("ValueError", 1))
        self.assertEqual(first(ADDS, "expect_run(inputs=['x', 1], raises=ValueError)", context=ABOVE), {"ok": True})
        self.assertEqual(first(ADDS, "expect_run(inputs=['x', 1])", solution=ADDS, context=ABOVE), {"ok": True})
        leaves = "if input() == 'q':\n    print('bye')\n    raise SystemExit"
        self.assertEqual(first(leaves, "expect_run(inputs=['q'], prints='bye')"), {"ok": True})

    def test_asking_for_ever_ends(self) -> None:
        loop = "while True:\n    try:\n        input()\n    except EOFError:\n        pass\n"
        self.assertEqual(examine(loop, "expect_run(inputs=[1], prints='')")["status"], "endless")
        later = "if input() == 'go':\n    while True:\n        pass\n"
        wrong = first(later, "expect_run(inputs=['go'], prints='')")
        self.assertEqual((wrong["message"], wrong["call"]), (ENDLESS, "input: 'go'"))

    def test_a_mistake_is_recognised_by_what_it_prints(self) -> None:
        mistakes = [{"id": "glues", "detector": "student.run(3, 4) == '34\\n'"}]
        glued = "print(input() + input())"
        result = examine(glued, "expect_run(inputs=[3, 4], prints='7')", mistakes=mistakes)
        self.assertEqual(result["mistake"], "glues")


class Answers(unittest.TestCase):
    def test_an_answer_is_judged_with_context_and_setup(self) -> None:
        context = [{"cellId": "above", "code": "guests = 2"}]
        result = examine(GOOD, "assert each_pays(guests) == 5.5", context=context, setup=[SETUP])
        self.assertEqual(result, {"status": "ran", "checks": [{"ok": True}]})

    def test_what_was_expected_and_what_came(self) -> None:
        wrong = first(FLOORED, 'expect_call("each_pays", 2, gives=5.5)', setup=[SETUP])
        self.assertEqual(wrong, {"ok": False, "call": "each_pays(2)", "expected": "5.5", "got": "5"})

    def test_the_solution_is_compared_with_where_it_is_not(self) -> None:
        check = 'expect_call("each_pays", 2)\nexpect_call("each_pays", guests=0)'
        good = examine(GOOD, check, solution=GOOD, setup=[SETUP])
        self.assertEqual(good["checks"], [{"ok": True}])
        bad = examine(FLOORED, check, solution=GOOD, setup=[SETUP])
        self.assertEqual(bad["checks"], [{"ok": False, "call": "each_pays(2)", "expected": "5.5", "got": "5"}])
        safe = GOOD.replace("/ guests", "/ max(guests, 1)")
        calm = examine(safe, check, solution=GOOD, setup=[SETUP])["checks"][0]
        self.assertFalse(calm["ok"])
        calm = examine(safe, 'expect_call("each_pays", 0)', solution=GOOD, setup=[SETUP])["checks"][0]
        self.assertEqual(
            calm, {"ok": False, "call": "each_pays(0)", "expected": "ZeroDivisionError", "got": "11.0"}
        )

    def test_notes_hold_values_and_nothing_of_the_source(self) -> None:
        notes = examine(GOOD, 'expect_call("each_pays", 2)', mode="record", setup=[SETUP])["notes"]
        self.assertEqual(notes, [{"each_pays(2) #1": {"gives": "5.5"}}])

    def test_equal_calls_are_counted(self) -> None:
        code = "seen = []\ndef turn():\n    seen.append(1)\n    return len(seen)\n"
        check = 'expect_call("turn")\nexpect_call("turn")'
        self.assertEqual(examine(code, check, solution=code)["checks"], [{"ok": True}])
        other = examine("def turn():\n    return 1\n", check, solution=code)["checks"][0]
        self.assertEqual((other["expected"], other["got"]), ("2", "1"))

    def test_raises(self) -> None:
        check = 'expect_call("parse", "x", raises=ValueError)'
        self.assertTrue(first("def parse(t):\n    return int(t)\n", check)["ok"])
        other = first("def parse(t):\n    return {}[t]\n", check)
        error = {"type": "KeyError", "message": "'x'", "line": 2}
        self.assertEqual(other, {"ok": False, "call": "parse('x')", "expected": "ValueError", "error": error})
        none = first("def parse(t):\n    return 0\n", check)
        self.assertEqual((none["expected"], none["got"]), ("ValueError", "0"))

    def test_prints(self) -> None:
        check = 'expect_call("greet", "Ada", prints="Hello Ada\\n")'
        self.assertTrue(first("def greet(name):\n    print('Hello', name)\n", check)["ok"])
        other = first("def greet(name):\n    print('Hi', name)\n", check)
        self.assertEqual((other["expected"], other["got"], other["printed"]), ("Hello Ada", "Hi Ada", True))

    def test_printing_beside_the_result_is_no_fault_unless_the_solution_prints(self) -> None:
        loud, quiet = "def f(n):\n    print('f', n)\n    return n\n", "def f(n):\n    return n\n"
        self.assertTrue(first(loud, 'expect_call("f", 1)', solution=quiet)["ok"])
        self.assertFalse(first(quiet, 'expect_call("f", 1)', solution=loud)["ok"])

    def test_the_two_confusions_have_a_word_of_their_own(self) -> None:
        printed = first("def f(n):\n    print(n * 2)\n", 'expect_call("f", 2, gives=4)')
        self.assertIn("printed", printed["message"])
        forgotten = first("def f(n):\n    n * 2\n", 'expect_call("f", 2, gives=4)')
        self.assertIn("`return`", forgotten["message"])
        text = first("def f(n):\n    return str(n * 2)\n", 'expect_call("f", 2, gives=4)')
        self.assertIn("text", text["message"])

    def test_arguments_are_shown_as_they_were(self) -> None:
        code = "def last(items):\n    items.clear()\n    return 1\n"
        check = 'scores = [1, 2]\nexpect_call("last", scores, gives=2)'
        self.assertEqual(first(code, check)["call"], "last([1, 2])")
        self.assertTrue(first(code, 'scores = [1]\nexpect_call("last", scores)\nassert scores == [1]', solution=code)["ok"])

    def test_values_output_and_methods(self) -> None:
        code = "total = 12.0\nprint('Hello  ')\nclass Box:\n    def size(self):\n        return 3\nbox = Box()\n"
        for check in (
            'expect_value("total", 12)',
            'expect_value("total")',
            'expect_output("Hello\\n")',
            "expect_output()",
            'expect_output(contains="ell")',
            'expect_call("box.size", gives=3)',
            'assert student.output.startswith("Hello")',
            'assert "total" in student.names and "total" in student.source',
        ):
            with self.subTest(check=check):
                self.assertEqual(first(code, check, solution=code), {"ok": True})
        self.assertEqual(first(code, 'expect_value("total", 13)')["got"], "12.0")
        self.assertEqual(first(code, 'expect_output("Bye")')["got"], "Hello  ")
        self.assertFalse(first(code, 'expect_output(contains="bye")')["ok"])

    def test_what_is_not_there_yet(self) -> None:
        for check in ('expect_call("nothing", 1)', 'expect_value("nothing")', "assert nothing(1) == 2"):
            with self.subTest(check=check):
                self.assertEqual(first("x = 1", check), {"ok": False, "message": "There is no `nothing` here yet."})

    def test_an_assert_tells_what_it_compared(self) -> None:
        code = "def f(n):\n    return n + 1\n"
        for check, told in (
            ("assert f(1) == 3", {"call": "f(1)", "expected": "3", "got": "2"}),
            ("assert 3 == f(1)", {"call": "f(1)", "expected": "3", "got": "2"}),
            ("assert not f(1)", {"call": "f(1)", "expected": "False", "got": "2"}),
            ("assert isinstance(f(1), str)", {"call": "isinstance(f(1), str)", "expected": "True", "got": "False"}),
            ("assert f(1) > 3", {"message": "This does not hold: `f(1) > 3`. `f(1)` is 2."}),
            ("assert 0 < f(1) < 2", {"call": "0 < f(1) < 2", "expected": "True", "got": "False"}),
            ("assert f(1) == 3, 'Add two.'", {"message": "Add two."}),
            ("for n in range(3):\n    assert f(n) < 3, f'{n} is too much'", {"message": "2 is too much"}),
        ):
            with self.subTest(check=check):
                self.assertEqual(first(code, check), {"ok": False, **told})
        self.assertTrue(first(code, "assert f(1) == 2")["ok"])

    def test_an_error_in_the_learners_function_has_its_line(self) -> None:
        code = "def f(n):\n    n = n\n    return n + 'a'\n"
        for check in ('expect_call("f", 1, gives=2)', "assert f(1) == 2"):
            with self.subTest(check=check):
                found = first(code, check)
                self.assertEqual((found["call"], found["error"]["type"], found["error"]["line"]), ("f(1)", "TypeError", 3))

    def test_the_words_of_the_code(self) -> None:
        self.assertTrue(first("for n in [1]:\n    print(n)\n", 'expect_uses("for")\nforbid("while")\nforbid("sum")')["ok"])
        self.assertEqual(first("x = sum([1])", 'forbid("sum", "Add them yourself.")')["message"], "Add them yourself.")
        self.assertIn("`for`", first("x = 1", 'expect_uses("for")')["message"])

    def test_code_that_does_not_run(self) -> None:
        for code, kind in (("x = ", "SyntaxError"), ("print(nam)", "NameError"), ("raise StopIteration", "StopIteration")):
            with self.subTest(code=code):
                result = examine(code, "assert True")
                self.assertEqual((result["status"], result["error"]["type"]), ("error", kind))
                self.assertNotIn("checks", result)
        self.assertEqual(examine("x = 1\nraise SystemExit\n", "assert x == 1")["checks"], [{"ok": True}])

    def test_checks_do_not_see_each_others_names(self) -> None:
        result = examine("x = 1", "x = 2\ny = 1", "assert x == 1", "assert 'y' not in globals()")
        self.assertEqual(result["checks"], [{"ok": True}] * 3)


class Mistakes(unittest.TestCase):
    FORESEEN = [
        {"id": "broken", "detector": "1 / 0"},
        {"id": "adds", "detector": "each_pays(2) == 13"},
        {"id": "rounds-down", "detector": "found = each_pays(2)\nfound == 5"},
        {"id": "named"},
    ]

    def test_the_first_that_is_recognised(self) -> None:
        check = "assert each_pays(2) == 5.5"
        wrong = examine(FLOORED, check, setup=[SETUP], mistakes=self.FORESEEN)
        self.assertEqual(wrong["mistake"], "rounds-down")
        self.assertNotIn("mistake", examine(GOOD, check, setup=[SETUP], mistakes=self.FORESEEN))
        other = examine(GOOD.replace("/", "*"), check, setup=[SETUP], mistakes=self.FORESEEN)
        self.assertNotIn("mistake", other)

    def test_none_is_looked_for_where_all_checks_pass(self) -> None:
        result = examine(FLOORED, "assert True", setup=[SETUP], mistakes=self.FORESEEN)
        self.assertEqual(result, {"status": "ran", "checks": [{"ok": True}]})

    def test_a_check_can_name_one(self) -> None:
        result = examine("x = 1", 'mistake("named")', mistakes=self.FORESEEN)
        self.assertEqual(result["mistake"], "named")
        unknown = examine("x = 1", 'mistake("nobody")', mistakes=self.FORESEEN)["checks"][0]
        self.assertIn("nobody", unknown["bad"])

    def test_code_that_ends_with_an_error_can_be_one(self) -> None:
        foreseen = [{"id": "text", "detector": "student.error == 'TypeError' and '+' in student.source"}]
        result = examine("print('a' + 1)", "assert True", mistakes=foreseen)
        self.assertEqual((result["status"], result["mistake"]), ("error", "text"))


class Generated(unittest.TestCase):
    def test_the_first_difference_is_told(self) -> None:
        solution, answer = "def size(n):\n    return abs(n)\n", "def size(n):\n    return n\n"
        found = examine(answer, 'for_all("size", integers(-9, 9))', solution=solution)["checks"][0]
        self.assertEqual(found, {"ok": False, "call": "size(-9)", "expected": "9", "got": "-9"})

    def test_the_same_inputs_every_time(self) -> None:
        kinds = (inputs.lists(inputs.integers(0, 9)), inputs.texts(), inputs.floats(), inputs.one_of("a", "b"))
        rows = inputs.rows(kinds, 20, "1 1 f")
        self.assertEqual(rows, inputs.rows(kinds, 20, "1 1 f"))
        self.assertNotEqual(rows, inputs.rows(kinds, 20, "2 1 f"))
        self.assertEqual(len(rows), 20)
        self.assertEqual(rows[0], ([], "", -100.0, "a"))

    def test_there_are_no_more_than_there_are(self) -> None:
        self.assertEqual(inputs.rows((inputs.one_of(True, False),), 20, ""), [(True,), (False,)])
        self.assertEqual(inputs.rows((inputs.integers(3, 3),), 20, ""), [(3,)])

    def test_bounds_hold(self) -> None:
        for row in inputs.rows((inputs.integers(-3, 4), inputs.floats(0.111, 0.5), inputs.texts(3, "xy")), 200, ""):
            self.assertTrue(-3 <= row[0] <= 4 and 0.111 <= row[1] <= 0.5 and len(row[2]) <= 3 and set(row[2]) <= {*"xy"})


class Comparison(unittest.TestCase):
    def test_as_beginners_see_it(self) -> None:
        for left, right in (
            (1, 1.0),
            (0.1 + 0.2, 0.3),
            ([0.1 + 0.2, (1,)], [0.3, (1.0,)]),
            ({"a": 0.1 + 0.2}, {"a": 0.3}),
            (1e-13, 0.0),
            ({1, 2}, {2, 1}),
            (float("nan"), float("nan")),
            (10**400, 10**400),
        ):
            with self.subTest(left=left):
                self.assertTrue(alike(left, right) and alike(right, left))
        for left, right in ((1, 2), ("1", 1), ([1], (1,)), (None, 0), (10**400, 1.0), ([1], [1, 1]), (1.0, 1.0001)):
            with self.subTest(left=left):
                self.assertFalse(alike(left, right) or alike(right, left))

    def test_what_claims_to_equal_everything_does_not(self) -> None:
        code = "class All:\n    def __eq__(self, other):\n        return True\ndef f():\n    return All()\n"
        self.assertFalse(first(code, 'expect_call("f", gives=1)')["ok"])
        self.assertFalse(first(code, 'expect_call("f")', solution="def f():\n    return 1\n")["ok"])

    def test_printed_text(self) -> None:
        self.assertTrue(same_text("a \nb\n", "a\nb"))
        self.assertFalse(same_text("a\n\nb", "a\nb"))
        self.assertFalse(same_text(" a", "a"))

    def test_sources_do_not_depend_on_the_order_of_a_set(self) -> None:
        self.assertEqual(source_of({"b", "a", "c"}), "{'a', 'b', 'c'}")
        self.assertEqual(source_of([{2, 1}, (3,)]), "[{1, 2}, (3,)]")
        self.assertLessEqual(len(source_of("a" * 10_000)), 500)

    def test_words(self) -> None:
        tree = ast.parse("if a:\n    pass\nelif b:\n    x = f'{a}'\nwords.append(1)\ny = [n for n in z if not n]\n")
        for word in ("if", "elif", "f-string", "append", "words.append", "comprehension", "not"):
            self.assertTrue(uses(tree, word), word)
        for word in ("else", "for", "while", "words", "other.append", "and", "list.append"):
            self.assertFalse(uses(tree, word), word)


class Authors(unittest.TestCase):
    def test_what_cannot_work_is_named(self) -> None:
        for result, named in (
            (examine("x = 1", "assert ("), "check 1 is not Python"),
            (examine("x = 1", "return 1"), "'return' outside function"),
            (examine("x = 1", "assert True", setup=["1 / 0"]), "division by zero"),
            (examine("x = 1", "assert True", setup=["1 /"]), "setup 1 is not Python"),
            (examine("x = 1", "assert True", mistakes=[{"id": "m", "detector": "("}]), "mistake “m”"),
        ):
            with self.subTest(named=named):
                self.assertEqual(result["status"], "broken")
                self.assertIn(named, result["message"])

    def test_a_check_that_checks_nothing(self) -> None:
        for check, line in (("", 1), ("# f(2) is 4\n", 1), ("'Four.'\npass", 1), ("y = 4\n\nx == y", 3), ("len([x]) == 1", 1), ("x", 1)):
            with self.subTest(check=check):
                result = examine("x = 1", "assert x == 1", check)
                self.assertEqual(result["status"], "broken")
                self.assertIn("check 2 ", result["message"])
                self.assertIn(f"(line {line})", result["message"])
        self.assertIn("`assert x == 2`", examine("x = 1", "x == 2")["message"])

    def test_a_check_that_may_fail_is_none_of_those(self) -> None:
        for check in ("'One.'\nassert x", "[expect_value('x', n) for n in [1]]", "x == 2 and mistake('m')", "int(x)", "if x > 1:\n    x"):
            with self.subTest(check=check):
                self.assertEqual(examine("x = 1", check), {"status": "ran", "checks": [{"ok": True}]})

    def test_a_name_that_nobody_has_is_the_authors_fault(self) -> None:
        for check, meant in (("expect_cal('f', 1)", "`expect_call`"), ("assert douple(1)", "`double`")):
            bad = first("def double(n):\n    return 2 * n", check, mode="record")["bad"]
            self.assertIn(f"Did you mean {meant}?", bad)
        self.assertNotIn("Did", first("x = 1", "assert qqqqq", mode="record")["bad"])
        self.assertEqual(set(LIBRARY), set(Examiner(None, None, 1, None).library()))  # type: ignore[arg-type]

    def test_what_the_notes_cannot_say(self) -> None:
        code = "class A:\n    pass\ndef make():\n    return A()\ndef long():\n    return 'a' * 100_000\n"
        for name in ("make", "long"):
            recorded = examine(code, f'expect_call("{name}")', mode="record")
            self.assertIn(name, recorded["checks"][0]["bad"])
        self.assertIn("make()", first(code, 'expect_call("make")')["bad"])

    def test_a_fault_of_the_check_is_no_fault_of_the_learner(self) -> None:
        self.assertEqual(first("x = 1", "int('a')")["error"]["type"], "ValueError")
        self.assertNotIn("line", first("x = 1", "int('a')")["error"])


class Hostile(unittest.TestCase):
    def tearDown(self) -> None:
        # None of it may be felt by the next answer.
        self.assertEqual(examine(GOOD, "assert each_pays(2) == 5.5", setup=[SETUP])["checks"], [{"ok": True}])
        self.assertTrue(builtins.len([1]) == 1 and callable(json.dumps))
        self.assertIsNone(sys.gettrace())

    def fails(self, code: str, *checks: str) -> dict[str, Any]:
        result = examine(code, *(checks or ('expect_call("f", 1, gives=2)', "assert f(1) == 2", 'expect_call("f", 1)')),
                         solution=None if checks else "def f(n):\n    return n + 1\n")
        passed = result["status"] == "ran" and any(outcome["ok"] for outcome in result["checks"])
        self.assertFalse(passed, result)
        return result

    def test_redefines_the_library(self) -> None:
        words = "expect_call expect_value expect_output expect_uses forbid for_all mistake student"
        self.fails("".join(f"{word} = lambda *a, **k: None\n" for word in words.split()) + "def f(n):\n    return 0\n")

    def test_patches_builtins(self) -> None:
        for patch in (
            "import builtins\nbuiltins.isinstance = lambda *a: True\nbuiltins.AssertionError = KeyError\n",
            "import builtins\nbuiltins.len = builtins.repr = builtins.type = lambda *a: 2\n",
            "__builtins__ = {}\n",
            "import math\nmath.isclose = lambda *a, **k: True\n",
            "import ast\nast.literal_eval = ast.parse = ast.walk = lambda *a, **k: []\n",
        ):
            with self.subTest(patch=patch):
                self.fails(patch + "def f(n):\n    return 0\n")

    def test_what_is_compared_is_compared_with_pythons_own_functions(self) -> None:
        for patch in (
            "import math\nmath.isclose = math.isnan = lambda *a, **k: True\n",
            "import random\nrandom.Random.random = lambda self: 0\nrandom.Random.getrandbits = lambda self, n: 0\n",
            "import builtins\nbuiltins.isinstance = lambda *a: True\nbuiltins.getattr = builtins.id = print\n",
            "import builtins\ndef patch():\n    builtins.isinstance = lambda *a: True\n    builtins.len = print\n",
        ):
            with self.subTest(patch=patch):
                call = "    patch()\n" if "def patch" in patch else ""
                right = f"{patch}def f(n):\n{call}    return n / 2\n"
                check = 'expect_call("f", 1)\nfor_all("f", floats(0, 9))\nexpect_call("f", 1)'
                solution = "def f(n):\n    return n / 2\n"
                self.assertEqual(first(right, check, solution=solution), {"ok": True})
                wrong = first(right.replace("/ 2", "/ 2 if n < 5 else 0.7"), check, solution=solution)
                self.assertEqual((wrong["ok"], wrong["got"]), (False, "0.7"))

    def test_a_loop_ends_after_the_builtins_were_put_back(self) -> None:
        code = "import builtins\nbuiltins.len = print\ndef f(n):\n    while True:\n        try:\n            while True:\n                pass\n        except BaseException:\n            pass\n"
        self.fails(code, {"code": 'expect_call("f", 1, gives=2)', "limitMs": 300})  # type: ignore[arg-type]

    def test_pythons_names_in_a_check_are_pythons(self) -> None:
        code = "len = lambda x: 3\nsum = 0\nTrue_ = 1\ndef items():\n    return [1]\n"
        self.assertTrue(first(code, "assert len(items()) == 1 and sum([1, 2]) == 3")["ok"])
        self.assertTrue(first(code, 'expect_call("len", [1], gives=3)')["ok"])

    def test_endless_loops(self) -> None:
        started = time.perf_counter()
        self.assertEqual(examine("while True:\n    pass\n", "assert True"), {"status": "endless"})
        stubborn = "def f(n):\n    while True:\n        try:\n            while True:\n                pass\n        except BaseException:\n            pass\n"
        for check in ('expect_call("f", 1, gives=2)', "assert f(1) == 2"):
            result = self.fails(stubborn, {"code": check, "limitMs": 300})  # type: ignore[arg-type]
            told = {"ok": False, "message": ENDLESS, "call": "f(1)"}
            self.assertEqual({**result["checks"][0], "clock": True}, {**told, "clock": True})
        self.assertEqual(examine("x = 1", "assert x", context=[{"cellId": "c", "code": "while True: pass"}])["status"], "endless")
        self.assertLess(time.perf_counter() - started, 20)

    def test_more_seconds_for_a_machine_that_is_slow(self) -> None:
        slow = "def f():\n    n = 0\n    while n < 3000:\n        n += 1\n"
        check = {"code": "expect_call('f', gives=None)", "limitMs": 0.001}
        self.assertTrue(first(slow, check)["clock"])
        self.assertEqual(first(slow, check, patience=60_000_000), {"ok": True})

    def test_whether_the_steps_or_the_clock_ended_it_is_told(self) -> None:
        loop, slow = "def f(n):\n    while True:\n        pass\n", "def f(n):\n    while True:\n        sorted(range(100_000))\n"
        check = 'expect_call("f", 1, gives=2)'
        self.assertNotIn("clock", first(loop, check))
        self.assertTrue(first(slow, {"code": check, "limitMs": 300})["clock"])
        self.assertEqual(examine("while True:\n    pass\n", check), {"status": "endless"})

    def test_an_endless_repr_or_message(self) -> None:
        loop = "    def {}(self, *a):\n        while True:\n            pass\n"
        for method in ("__repr__", "__eq__", "__str__"):
            code = "class A(Exception):\n" + loop.format(method) + "def f(n):\n    return A()\ndef g(n):\n    raise A()\n"
            for check in ('expect_call("f", 1, gives=2)', 'expect_call("g", 1, gives=2)', "assert f(1) == 2"):
                with self.subTest(method=method, check=check):
                    self.fails(code, {"code": check, "limitMs": 300})  # type: ignore[arg-type]

    def test_huge_output(self) -> None:
        code = "def f(n):\n    print('a' * 3_000_000)\n    return 'b' * 3_000_000\nprint('c' * 3_000_000)\n"
        result = examine(code, 'expect_call("f", 1, gives=2)', 'expect_output("c")', 'expect_call("f", 1, prints="a")')
        self.assertFalse(any(outcome["ok"] for outcome in result["checks"]))
        self.assertLess(len(json.dumps(result)), 5_000)

    def test_prints_exits_and_raises_where_it_should_not(self) -> None:
        for body in ("raise StopIteration(2)", "raise SystemExit", "raise GeneratorExit", "import os; os._exit = None; exit()"):
            with self.subTest(body=body):
                result = self.fails(f"def f(n):\n    {body}\n")
                self.assertIn("error", result["checks"][0])
        code = "import sys\nsys.stdout = None\nsys.exit = None\ndef f(n):\n    print(n)\n"
        self.assertTrue(first(code, 'expect_call("f", 1, prints="1")')["ok"])

    def test_what_it_does_to_the_kernel_decides_nothing(self) -> None:
        patch = "import gc, types\nfor x in gc.get_objects():\n    if isinstance(x, types.FunctionType) and x.__name__ in ('alike', '_alike', '_find'):\n        x.__code__ = (lambda *a: True).__code__\n"
        self.assertEqual(examine(patch + "def f(n):\n    return 0\n", 'expect_call("f", 1, gives=2)'), {"status": "tampered"})
        self.assertFalse(alike(1, 2))

    def test_it_cannot_import_the_checks(self) -> None:
        self.assertEqual(examine("import procoder.checks", "assert True")["error"]["type"], "ModuleNotFoundError")

    def test_leaves_no_files_and_no_folder_behind(self) -> None:
        before = os.getcwd()
        examine("import os\nopen('left.txt', 'w').write('x')\nos.chdir('/')\n", "assert True")
        self.assertEqual((os.getcwd(), os.path.exists("left.txt")), (before, False))

    def test_asks_for_a_line_that_nobody_types(self) -> None:
        self.assertIn("nobody types", first("x = input()", "assert True")["message"])


if __name__ == "__main__":
    unittest.main()
