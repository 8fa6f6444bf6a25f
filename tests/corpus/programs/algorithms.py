# Well-known procedures.
# %% binary-search
def binary_search(items, wanted):
    low = 0
    high = len(items) - 1
    while low <= high:
        middle = (low + high) // 2
        if items[middle] == wanted:
            return middle
        if items[middle] < wanted:
            low = middle + 1
        else:
            high = middle - 1
    return -1
# %% bubble-sort
def bubble_sort(items):
    for end in range(len(items) - 1, 0, -1):
        for i in range(end):
            if items[i] > items[i + 1]:
                items[i], items[i + 1] = items[i + 1], items[i]
    return items
# %% insertion-sort
def insertion_sort(cards):
    for i in range(1, len(cards)):
        card = cards[i]
        j = i - 1
        while j >= 0 and cards[j] > card:
            cards[j + 1] = cards[j]
            j -= 1
        cards[j + 1] = card
    return cards
# %% selection-sort
def selection_sort(numbers):
    result = []
    rest = list(numbers)
    while rest:
        smallest = min(rest)
        rest.remove(smallest)
        result.append(smallest)
    return result
# %% quick-sort
def quick_sort(items):
    if len(items) < 2:
        return items
    pivot = items[0]
    smaller = [x for x in items[1:] if x < pivot]
    larger = [x for x in items[1:] if x >= pivot]
    return quick_sort(smaller) + [pivot] + quick_sort(larger)
# %% greatest-common-divisor
def gcd(a, b):
    while b != 0:
        a, b = b, a % b
    return a
# %% primes
def primes_below(limit):
    is_prime = [True] * limit
    found = []
    for n in range(2, limit):
        if is_prime[n]:
            found.append(n)
            for multiple in range(n * n, limit, n):
                is_prime[multiple] = False
    return found
# %% prime-test
def is_prime(n):
    if n < 2:
        return False
    divisor = 2
    while divisor * divisor <= n:
        if n % divisor == 0:
            return False
        divisor += 1
    return True
# %% collatz
def collatz_steps(n):
    steps = 0
    while n != 1:
        if n % 2 == 0:
            n //= 2
        else:
            n = 3 * n + 1
        steps += 1
    return steps
# %% shortest-path
from collections import deque

def stops_between(lines, start, goal):
    waiting = deque([(start, 0)])
    seen = {start}
    while waiting:
        place, stops = waiting.popleft()
        if place == goal:
            return stops
        for neighbour in lines.get(place, []):
            if neighbour not in seen:
                seen.add(neighbour)
                waiting.append((neighbour, stops + 1))
    return None

metro = {"park": ["town"], "town": ["park", "port"], "port": []}
print(stops_between(metro, "park", "port"))
# %% coins
def fewest_coins(amount, coins):
    best = [0] + [None] * amount
    for value in range(1, amount + 1):
        options = [best[value - c] for c in coins if c <= value and best[value - c] is not None]
        best[value] = min(options) + 1 if options else None
    return best[amount]
# %% two-pointers
def has_pair(sorted_numbers, target):
    left, right = 0, len(sorted_numbers) - 1
    while left < right:
        total = sorted_numbers[left] + sorted_numbers[right]
        if total == target:
            return True
        if total < target:
            left += 1
        else:
            right -= 1
    return False
# %% best-window
def best_window(sales, days):
    current = sum(sales[:days])
    best = current
    for i in range(days, len(sales)):
        current += sales[i] - sales[i - days]
        best = max(best, current)
    return best
# %% memo
def climb(steps, memo=None):
    if memo is None:
        memo = {}
    if steps <= 1:
        return 1
    if steps not in memo:
        memo[steps] = climb(steps - 1, memo) + climb(steps - 2, memo)
    return memo[steps]
# %% square-root
def square_root(number):
    if number < 0:
        raise ValueError("there is no root of a negative number")
    guess = number or 1.0
    for _ in range(20):
        guess = (guess + number / guess) / 2
    return round(guess, 6)
# %% roman
def roman(number):
    signs = [(10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I")]
    result = ""
    for value, sign in signs:
        while number >= value:
            result += sign
            number -= value
    return result
