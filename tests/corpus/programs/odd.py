# Unusual code that people do hand in.
# %% empty

# %% comment-only
# I will do this tomorrow.
# %% docstring-only
"""Notes on the bus project."""
# %% import-only
import math
# %% one-line-function
def area(r): return 3.14 * r * r
# %% lambda-only
cube = lambda n: n ** 3
# %% nested-functions
def outer(n):
    def inner(k):
        return k + n
    return inner(2) * 2
# %% redefined
def price():
    return 1

def price():
    return 2

print(price())
# %% unicode-names
größe = 3
länge = größe * 2
print(länge)
# %% semicolons
a = 1; b = 2; print(a + b)
# %% walrus
def first_long(words):
    if (n := len(words)) > 3:
        return words[n - 1]
    return None
# %% annotations
def ratio(parts: list[int], whole: int) -> float:
    return sum(parts) / whole
# %% async
import asyncio

async def fetch(number):
    await asyncio.sleep(0)
    return number * 2
# %% deep-conditions
def advice(rain, wind, cold):
    if rain:
        if wind:
            return "stay in"
        return "umbrella"
    if cold:
        if wind:
            return "thick coat"
        return "coat"
    return "t-shirt"
# %% big-output
for i in range(2000):
    print("line", i)
# %% try-finally
def tidy(steps):
    log = []
    try:
        for step in steps:
            if step == "drop":
                raise RuntimeError("dropped")
            log.append(step)
    except RuntimeError:
        log.append("caught")
    finally:
        log.append("clean")
    return log
