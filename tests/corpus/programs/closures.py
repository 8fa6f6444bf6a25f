# Functions that make functions, and decorators.
# %% counter
def make_counter():
    count = 0

    def step():
        nonlocal count
        count += 1
        return count

    return step

tick = make_counter()
print(tick(), tick())
# %% multiplier
def times(factor):
    return lambda number: number * factor

triple = times(3)
print(triple(7))
# %% apply-twice
def apply_twice(change, value):
    return change(change(value))
# %% keep-if
def keep_if(test, items):
    kept = []
    for item in items:
        if test(item):
            kept.append(item)
    return kept

def is_short(word):
    return len(word) < 4
# %% late-binding
greeters = []
for name in ["Ada", "Bo"]:
    greeters.append(lambda: "Hi " + name)

print([greet() for greet in greeters])
# %% shouting-decorator
def shouting(function):
    def wrapper(text):
        return function(text).upper() + "!"
    return wrapper

@shouting
def greet(name):
    return "hello " + name
# %% call-counting-decorator
def counted(function):
    def wrapper(*args):
        wrapper.calls += 1
        return function(*args)
    wrapper.calls = 0
    return wrapper

@counted
def area(width, height):
    return width * height

area(2, 3)
area(4, 5)
print(area.calls)
# %% cache-decorator
from functools import lru_cache

@lru_cache
def paths(rows, columns):
    if rows == 1 or columns == 1:
        return 1
    return paths(rows - 1, columns) + paths(rows, columns - 1)
# %% decorator-with-argument
def repeat(times):
    def decorate(function):
        def wrapper(*args):
            return [function(*args) for _ in range(times)]
        return wrapper
    return decorate

@repeat(2)
def ring(bell):
    return bell + "-ding"
# %% sort-key
def by_last_name(names):
    return sorted(names, key=lambda name: name.split()[-1])
# %% compose
def compose(first, second):
    def both(value):
        return second(first(value))
    return both
