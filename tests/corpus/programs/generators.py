# Functions with `yield`, and what uses them.
# %% bus-times
def bus_times(first, every, last):
    time = first
    while time <= last:
        yield time
        time += every
# %% fibonacci
def fibonacci():
    a, b = 0, 1
    while True:
        yield a
        a, b = b, a + b
# %% even-only
def evens(numbers):
    for n in numbers:
        if n % 2 == 0:
            yield n
# %% pairs
def pairs(items):
    for i in range(len(items) - 1):
        yield items[i], items[i + 1]

print(list(pairs([3, 5, 8])))
# %% countdown
def countdown(start):
    while start > 0:
        yield start
        start -= 1
    yield "lift off"
# %% flatten-deep
def flatten(nested):
    for item in nested:
        if isinstance(item, list):
            yield from flatten(item)
        else:
            yield item
# %% take-while
def until_negative(readings):
    for reading in readings:
        if reading < 0:
            return
        yield reading
# %% windows
def windows(values, size):
    for start in range(len(values) - size + 1):
        yield sum(values[start:start + size]) / size
# %% expression
def squares_total(n):
    return sum(k * k for k in range(1, n + 1))
