# Functions that call themselves.
# %% factorial
def factorial(n):
    if n <= 1:
        return 1
    return n * factorial(n - 1)
# %% stairs
def ways_up(steps):
    if steps < 0:
        return 0
    if steps == 0:
        return 1
    return ways_up(steps - 1) + ways_up(steps - 2)
# %% countdown
def countdown(n):
    if n == 0:
        print("Go!")
        return
    print(n)
    countdown(n - 1)
# %% sum-digits
def sum_digits(n):
    if n < 10:
        return n
    return n % 10 + sum_digits(n // 10)
# %% reverse
def backwards(text):
    if text == "":
        return ""
    return backwards(text[1:]) + text[0]
# %% depth
def depth(box):
    if not isinstance(box, list):
        return 0
    return 1 + max((depth(item) for item in box), default=0)
# %% power
def power(base, exponent):
    if exponent == 0:
        return 1
    half = power(base, exponent // 2)
    if exponent % 2 == 0:
        return half * half
    return half * half * base
# %% hanoi
def hanoi(discs, source, target, spare):
    if discs == 0:
        return 0
    moves = hanoi(discs - 1, source, spare, target)
    moves += 1
    return moves + hanoi(discs - 1, spare, target, source)

print(hanoi(3, "A", "C", "B"))
# %% binary
def to_binary(n):
    if n < 2:
        return str(n)
    return to_binary(n // 2) + str(n % 2)
# %% no-base-case
def rabbits(months):
    return rabbits(months - 1) + rabbits(months - 2)
# %% permutations
def orders(runners):
    if len(runners) <= 1:
        return [runners]
    result = []
    for i, first in enumerate(runners):
        rest = runners[:i] + runners[i + 1:]
        for tail in orders(rest):
            result.append([first] + tail)
    return result
# %% mutual
def is_even(n):
    return True if n == 0 else is_odd(n - 1)

def is_odd(n):
    return False if n == 0 else is_even(n - 1)
