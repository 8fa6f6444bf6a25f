# Lists, dictionaries and sets in one line.
# %% long-names
def long_names(names, least):
    return [name for name in names if len(name) >= least]
# %% price-list
def with_tax(prices):
    return {item: round(price * 1.2, 2) for item, price in prices.items()}
# %% table
def times_table(n):
    return [[row * column for column in range(1, n + 1)] for row in range(1, n + 1)]
# %% first-letters
def first_letters(words):
    return {word[0] for word in words if word}
# %% labels
def labels(scores):
    return ["pass" if s >= 50 else "fail" for s in scores]
# %% script
temperatures = [12, 19, 23, 8]
warm = [t for t in temperatures if t > 15]
fahrenheit = [t * 9 / 5 + 32 for t in warm]
print(warm, fahrenheit)
# %% flatten
def all_seats(rows, letters):
    return [f"{row}{letter}" for row in rows for letter in letters]
# %% any-all
def ready(tasks):
    return bool(tasks) and all(task.endswith("done") for task in tasks)
# %% lookup
def index_by_name(people):
    return {person["name"]: person for person in people}
