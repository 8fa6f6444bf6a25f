"""Small programs as beginners write them; the explainer must cope with every one."""

from __future__ import annotations

#: name → source. Functions of numbers, strings and lists must get at least two examples and two edge cases.
FUNCTIONS: dict[str, str] = {
    "add": "def add(a, b):\n    return a + b\n",
    "square": "def square(x):\n    return x ** 2\n",
    "is_even": "def is_even(n):\n    return n % 2 == 0\n\nprint(is_even(4))\n",
    "celsius": "def to_fahrenheit(celsius):\n    return celsius * 9 / 5 + 32\n",
    "total": "def total(numbers):\n    result = 0\n    for n in numbers:\n        result += n\n    return result\n",
    "average": "def average(numbers):\n    return sum(numbers) / len(numbers)\n\nprint(average([1, 2, 3]))\n",
    "average_guard": (
        "def average(numbers):\n    if not numbers:\n        return 0\n    total = 0\n    for n in numbers:\n"
        "        total = total + n\n    return total / len(numbers)\n"
    ),
    "largest": (
        "def largest(values):\n    best = values[0]\n    for v in values:\n        if v > best:\n            best = v\n"
        "    return best\n"
    ),
    "count_evens": (
        "def count_evens(nums):\n    count = 0\n    for n in nums:\n        if n % 2 == 0:\n            count += 1\n    return count\n"
    ),
    "only_positive": (
        "def only_positive(nums):\n    out = []\n    for n in nums:\n        if n > 0:\n            out.append(n)\n    return out\n"
    ),
    "doubled": "def doubled(nums):\n    return [n * 2 for n in nums]\n",
    "long_words": "def long_words(words, size=3):\n    return [w for w in words if len(w) > size]\n",
    "find": (
        "def find(items, target):\n    for i in range(len(items)):\n        if items[i] == target:\n            return i\n    return -1\n"
    ),
    "has_negative": (
        "def has_negative(numbers):\n    for n in numbers:\n        if n < 0:\n            return True\n    return False\n"
    ),
    "clamp": (
        "def clamp(x, low, high):\n    if x < low:\n        return low\n    if x > high:\n        return high\n    return x\n"
    ),
    "bigger": "def bigger(a, b):\n    if a > b:\n        return a\n    else:\n        return b\n",
    "grade": (
        "def grade(score):\n    if score >= 90:\n        return 'A'\n    elif score >= 80:\n        return 'B'\n"
        "    elif score >= 70:\n        return 'C'\n    return 'F'\n"
    ),
    "sign": (
        "def sign(n):\n    if n > 0:\n        return 'positive'\n    if n < 0:\n        return 'negative'\n    return 'zero'\n"
    ),
    "palindrome": "def is_palindrome(s):\n    s = s.lower()\n    return s == s[::-1]\n",
    "reverse": "def reverse(text):\n    result = ''\n    for ch in text:\n        result = ch + result\n    return result\n",
    "vowels": (
        "def count_vowels(text):\n    count = 0\n    for ch in text.lower():\n        if ch in 'aeiou':\n            count += 1\n    return count\n"
    ),
    "initials": "def initials(name):\n    return ''.join(part[0].upper() for part in name.split())\n",
    "greet": "def greet(name, greeting='Hello'):\n    return f'{greeting}, {name}!'\n",
    "shout": 'def shout(text):\n    """Make it loud.\n\n    >>> shout("hi")\n    \'HI!\'\n    """\n    return text.upper() + "!"\n',
    "letter_counts": (
        "def letter_counts(text):\n    counts = {}\n    for ch in text:\n        counts[ch] = counts.get(ch, 0) + 1\n    return counts\n"
    ),
    "factorial": "def factorial(n):\n    if n == 0:\n        return 1\n    return n * factorial(n - 1)\n",
    "fib": "def fib(n):\n    if n < 2:\n        return n\n    return fib(n - 1) + fib(n - 2)\n\nprint(fib(10))\n",
    "sum_list": "def sum_list(xs):\n    if not xs:\n        return 0\n    return xs[0] + sum_list(xs[1:])\n",
    "power": "def power(base, exp):\n    if exp == 0:\n        return 1\n    return base * power(base, exp - 1)\n",
    "gcd": "def gcd(a, b):\n    while b:\n        a, b = b, a % b\n    return a\n",
    "collatz": (
        "def steps(n):\n    count = 0\n    while n != 1:\n        if n % 2 == 0:\n            n //= 2\n        else:\n            n = 3 * n + 1\n"
        "        count += 1\n    return count\n"
    ),
    "digit_sum": "def digit_sum(n):\n    total = 0\n    while n > 0:\n        total += n % 10\n        n //= 10\n    return total\n",
    "is_prime": (
        "def is_prime(n):\n    if n < 2:\n        return False\n    for d in range(2, n):\n        if n % d == 0:\n            return False\n    return True\n"
    ),
    "fizzbuzz": (
        "def fizzbuzz(n):\n    if n % 15 == 0:\n        return 'FizzBuzz'\n    if n % 3 == 0:\n        return 'Fizz'\n"
        "    if n % 5 == 0:\n        return 'Buzz'\n    return str(n)\n"
    ),
    "divide": "def divide(a, b):\n    return a / b\n",
    "safe_divide": (
        "def safe_divide(a, b):\n    try:\n        return a / b\n    except ZeroDivisionError:\n        return None\n"
    ),
    "checked_root": (
        "import math\n\ndef root(x):\n    if x < 0:\n        raise ValueError('x must not be negative')\n    return math.sqrt(x)\n"
    ),
    "flatten": (
        "def flatten(rows):\n    flat = []\n    for row in rows:\n        for x in row:\n            flat.append(x)\n    return flat\n"
    ),
    "lookup": "def price_of(prices, name):\n    return prices[name]\n\nprint(price_of({'tea': 2, 'cake': 4}, 'tea'))\n",
    "oldest": (
        "def oldest(people):\n    best = people[0]\n    for p in people:\n        if p['age'] > best['age']:\n            best = p\n    return best['name']\n"
    ),
    "swap_ends": ("def swap_ends(items):\n    items[0], items[-1] = items[-1], items[0]\n    return items\n"),
    "add_item": "def add_twice(items, value):\n    items.append(value)\n    items.append(value)\n",
    "bubble": (
        "def bubble_sort(items):\n    n = len(items)\n    for i in range(n):\n        for j in range(n - 1 - i):\n"
        "            if items[j] > items[j + 1]:\n                items[j], items[j + 1] = items[j + 1], items[j]\n    return items\n"
    ),
    "dedupe": (
        "def unique(items):\n    seen = set()\n    out = []\n    for item in items:\n        if item not in seen:\n"
        "            seen.add(item)\n            out.append(item)\n    return out\n"
    ),
    "binary_search": (
        "def binary_search(numbers, target):\n    low, high = 0, len(numbers) - 1\n    while low <= high:\n        mid = (low + high) // 2\n"
        "        if numbers[mid] == target:\n            return mid\n        if numbers[mid] < target:\n            low = mid + 1\n"
        "        else:\n            high = mid - 1\n    return -1\n\nprint(binary_search([1, 3, 5, 7], 5))\n"
    ),
    "print_table": "def table(n):\n    for i in range(1, n + 1):\n        print(i, i * n)\n\ntable(3)\n",
    "countdown": "def countdown(n):\n    while n > 0:\n        yield n\n        n -= 1\n",
    "naturals": "def naturals():\n    n = 1\n    while True:\n        yield n\n        n += 1\n",
    "adder": "def make_adder(n):\n    def add(x):\n        return x + n\n    return add\n",
    "counter_closure": (
        "def make_counter():\n    count = 0\n    def step():\n        nonlocal count\n        count += 1\n        return count\n    return step\n"
    ),
    "apply_twice": "def apply_twice(f, x):\n    return f(f(x))\n",
    "annotated": "def repeat(word: str, times: int = 2) -> str:\n    return word * times\n",
    "star": "def longest(*words):\n    best = ''\n    for word in words:\n        if len(word) > len(best):\n            best = word\n    return best\n",
    "two_functions": (
        "def square(x):\n    return x * x\n\ndef sum_of_squares(numbers):\n    return sum(square(n) for n in numbers)\n\n"
        "print(sum_of_squares([1, 2, 3]))\n"
    ),
    "matrix": "def transpose(matrix):\n    return [[row[i] for row in matrix] for i in range(len(matrix[0]))]\n",
    "zip_dict": "def pair_up(keys, values):\n    return dict(zip(keys, values))\n",
    "menu": "def describe(kind):\n    match kind:\n        case 'cat':\n            return 'meows'\n        case 'dog':\n            return 'barks'\n        case _:\n            return 'is quiet'\n",
}

#: Cells that run at once.
SCRIPTS: dict[str, str] = {
    "hello": "print('Hello, world!')\n",
    "variables": "a = 3\nb = 4\nc = (a ** 2 + b ** 2) ** 0.5\nprint('The long side is', c)\n",
    "loop": "for i in range(1, 6):\n    print(i, '*' * i)\n",
    "while_loop": "n = 10\nwhile n > 0:\n    n = n - 3\nprint(n)\n",
    "shopping": "prices = [3, 5, 2]\ntotal = 0\nfor p in prices:\n    total += p\nprint('total', total)\n",
    "dictionary": "ages = {'Ada': 36, 'Bob': 20}\nfor name, age in ages.items():\n    print(f'{name} is {age}')\n",
    "asks": "name = input('Name? ')\nprint('Hello', name)\n",
    "asks_number": "n = int(input('Number? '))\nif n % 2 == 0:\n    print('even')\nelse:\n    print('odd')\n",
    "no_output": "x = 5\ny = x * 2\n",
    "comprehension": "squares = [x * x for x in range(5)]\nprint(squares)\n",
    "fails": "numbers = [1, 2, 3]\nprint(numbers[3])\n",
    "undefined": "print(undefined_name)\n",
    "main_guard": "def main():\n    print('started')\n\nif __name__ == '__main__':\n    main()\n",
    "random": "import random\nprint(random.random())\n",
    "endless": "while True:\n    pass\n",
}

CLASSES: dict[str, str] = {
    "counter": (
        "class Counter:\n    def __init__(self):\n        self.count = 0\n\n    def add(self, n=1):\n        self.count += n\n\n"
        "    def get(self):\n        return self.count\n"
    ),
    "account": (
        "class Account:\n    def __init__(self, owner, balance):\n        self.owner = owner\n        self.balance = balance\n\n"
        "    def deposit(self, amount):\n        if amount <= 0:\n            raise ValueError('amount must be positive')\n"
        "        self.balance += amount\n        return self.balance\n\n    def withdraw(self, amount):\n"
        "        if amount > self.balance:\n            return False\n        self.balance -= amount\n        return True\n"
    ),
    "stack": (
        "class Stack:\n    def __init__(self):\n        self.items = []\n\n    def push(self, item):\n        self.items.append(item)\n\n"
        "    def pop(self):\n        return self.items.pop()\n\n    def is_empty(self):\n        return len(self.items) == 0\n"
    ),
    "point": (
        "from dataclasses import dataclass\n\n@dataclass\nclass Point:\n    x: int\n    y: int\n\n    def moved(self, dx, dy):\n"
        "        return Point(self.x + dx, self.y + dy)\n\n    def length(self):\n        return (self.x ** 2 + self.y ** 2) ** 0.5\n"
    ),
    "dog": (
        "class Dog:\n    def __init__(self, name):\n        self.name = name\n\n    def speak(self):\n        return self.name + ' says woof'\n"
    ),
    "error": "class TooBig(Exception):\n    pass\n",
}

BROKEN: dict[str, str] = {
    "colon": "def f(x)\n    return x\n",
    "bracket": "print((1 + 2)\n",
    "string": "name = 'Ada\nprint(name)\n",
    "equals": "x = 3\nif x = 3:\n    print(x)\n",
    "indent": "def f(x):\nreturn x\n",
    "keyword": "class = 3\n",
    "nul": "x = 1\ny = '\0'\n",
    "surrogate": "x = '\ud83d'\n",
    "brace": "x = {'a': 1\nprint(x)\n",
}

OTHER: dict[str, str] = {
    "empty": "",
    "comment": "# nothing here\n",
    "docstring": '"""Just a text."""\n',
    "import": "import math\n",
    "braces": "def fmt(x):\n    return '{x} {e1}'.format(x=x) + f'{x}' + '{}'\n",
    "opaque": "class A:\n    pass\n\ndef make():\n    return A()\n",
    "async": "import asyncio\n\nasync def later(x):\n    await asyncio.sleep(0)\n    return x + 1\n",
    "unknown": "def act(thing):\n    return thing.run(thing.walk())\n",
    "lambda": "square = lambda x: x * x\nprint(square(4))\n",
    "exit": "import sys\nprint('bye')\nsys.exit(2)\n",
    "deep": "def f(n):\n    return f(n + 1)\n",
    "rude": "import builtins\nbuiltins.len = None\n\ndef f(x):\n    return x\n",
}

ALL = {**FUNCTIONS, **SCRIPTS, **CLASSES, **BROKEN, **OTHER}
