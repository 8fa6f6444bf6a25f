# Programs that the explainer was not tuned on. They show whether what holds for `programs` holds for others, too.
# Whoever mends the explainer because of one of these moves it to `programs` and writes another one.

# %% speeding-fine
def speeding_fine(speed, limit):
    over = speed - limit
    if over <= 0:
        return 0
    if over < 10:
        return 50
    if over < 30:
        return 50 + 5 * over
    return 500

# %% ticket-total
def ticket_total(ages):
    total = 0
    for age in ages:
        if age < 6:
            continue
        if age < 18 or age >= 65:
            total += 5
        else:
            total += 9
    return total

# %% middle-letters
def middle_letters(word):
    half = len(word) // 2
    if len(word) % 2 == 1:
        return word[half]
    return word[half - 1:half + 1]

# %% hide-card
def hide_card(number):
    hidden = ""
    for position, digit in enumerate(number):
        if position < len(number) - 4:
            hidden += "*"
        else:
            hidden += digit
    return hidden

# %% strong-password
def is_strong(password):
    if len(password) < 8:
        return False
    has_digit = any(c.isdigit() for c in password)
    has_upper = any(c.isupper() for c in password)
    has_sign = any(not c.isalnum() for c in password)
    return has_digit and has_upper and has_sign

# %% pig-latin
def pig_latin(sentence):
    result = []
    for word in sentence.split():
        if word[0].lower() in "aeiou":
            result.append(word + "way")
        else:
            result.append(word[1:] + word[0] + "ay")
    return " ".join(result)

# %% run-length
def encode(text):
    if text == "":
        return ""
    encoded = ""
    current = text[0]
    count = 0
    for letter in text:
        if letter == current:
            count += 1
        else:
            encoded += current + str(count)
            current = letter
            count = 1
    return encoded + current + str(count)

# %% duration
def duration(start, end):
    start_hours, start_minutes = start.split(":")
    end_hours, end_minutes = end.split(":")
    first = int(start_hours) * 60 + int(start_minutes)
    second = int(end_hours) * 60 + int(end_minutes)
    if second < first:
        second += 24 * 60
    return second - first

# %% second-largest
def second_largest(numbers):
    largest = second = None
    for n in numbers:
        if largest is None or n > largest:
            second = largest
            largest = n
        elif n != largest and (second is None or n > second):
            second = n
    return second

# %% move-zeros
def move_zeros(values):
    place = 0
    for i in range(len(values)):
        if values[i] != 0:
            values[place], values[i] = values[i], values[place]
            place += 1
    return values

# %% running-average
def running_average(readings):
    total = 0
    averages = []
    for count, reading in enumerate(readings, start=1):
        total += reading
        averages.append(total / count)
    return averages

# %% common-items
def common_items(first, second):
    found = []
    for item in first:
        if item in second and item not in found:
            found.append(item)
    return found

# %% pascal-row
def pascal_row(n):
    row = [1]
    for _ in range(n):
        row = [1] + [row[i] + row[i + 1] for i in range(len(row) - 1)] + [1]
    return row

# %% temperature-report
def report(temperatures):
    for day, value in temperatures.items():
        if value > 30:
            print(day, "is hot")
        elif value < 5:
            print(day, "is cold")
        else:
            print(day, "is fine")

# %% cheapest
def cheapest(prices):
    best = None
    for name in prices:
        if best is None or prices[name] < prices[best]:
            best = name
    return best

# %% merge-stock
def merge_stock(shop, delivery):
    merged = dict(shop)
    for name, amount in delivery.items():
        if name in merged:
            merged[name] += amount
        else:
            merged[name] = amount
    return merged

# %% group-by-first-letter
def group_names(names):
    groups = {}
    for name in names:
        letter = name[0].upper()
        if letter not in groups:
            groups[letter] = []
        groups[letter].append(name)
    return groups

# %% passed-students
def passed(students, limit=50):
    return sorted(s["name"] for s in students if s["points"] >= limit)

# %% invoice
def invoice(lines):
    total = 0.0
    for product, price, amount in lines:
        cost = price * amount
        if amount >= 10:
            cost *= 0.9
        total += cost
    return round(total, 2)

# %% digits-recursive
def count_digits(n):
    if n < 0:
        return count_digits(-n)
    if n < 10:
        return 1
    return 1 + count_digits(n // 10)

# %% deep-sum
def deep_sum(values):
    total = 0
    for value in values:
        if isinstance(value, list):
            total += deep_sum(value)
        else:
            total += value
    return total

# %% subsets
def subsets(items):
    if not items:
        return [[]]
    rest = subsets(items[1:])
    return rest + [[items[0]] + part for part in rest]

# %% windows
def windows(values, size):
    for start in range(len(values) - size + 1):
        yield values[start:start + size]

# %% alternate
def alternate(first, second):
    for a, b in zip(first, second):
        yield a
        yield b

for item in alternate([1, 3], [2, 4]):
    print(item)

# %% limiter
def make_limiter(limit):
    calls = 0

    def limited(value):
        nonlocal calls
        calls += 1
        if calls > limit:
            return None
        return value

    return limited

# %% retry-decorator
def retry(times):
    def decorate(function):
        def wrapped(*args):
            for attempt in range(times):
                try:
                    return function(*args)
                except ValueError:
                    print("attempt", attempt + 1, "failed")
            return None
        return wrapped
    return decorate

@retry(2)
def to_number(text):
    return int(text)

print(to_number("12"))
print(to_number("x"))

# %% pipeline
def apply_all(functions, value):
    for function in functions:
        value = function(value)
    return value

print(apply_all([abs, str], -5))

# %% playlist
class Song:
    def __init__(self, title, seconds):
        self.title = title
        self.seconds = seconds


class Playlist:
    def __init__(self, name):
        self.name = name
        self.songs = []

    def add(self, song):
        self.songs.append(song)
        return len(self.songs)

    def length(self):
        return sum(song.seconds for song in self.songs)

    def longer_than(self, seconds):
        return [song.title for song in self.songs if song.seconds > seconds]


mix = Playlist("mix")
mix.add(Song("Intro", 60))
mix.add(Song("Finale", 240))
print(mix.length())

# %% elevator
class Elevator:
    def __init__(self, floors):
        self.floors = floors
        self.current = 0

    def go_to(self, floor):
        if floor < 0 or floor >= self.floors:
            raise ValueError("no such floor")
        moved = abs(floor - self.current)
        self.current = floor
        return moved

    def up(self):
        if self.current == self.floors - 1:
            return False
        self.current += 1
        return True

# %% queue-of-people
class WaitingList:
    def __init__(self):
        self.people = []

    def join(self, name, urgent=False):
        if urgent:
            self.people.insert(0, name)
        else:
            self.people.append(name)

    def next(self):
        if not self.people:
            return None
        return self.people.pop(0)

    def position(self, name):
        if name in self.people:
            return self.people.index(name) + 1
        return 0

# %% fraction
class Fraction:
    def __init__(self, top, bottom):
        if bottom == 0:
            raise ZeroDivisionError("bottom must not be zero")
        self.top = top
        self.bottom = bottom

    def times(self, other):
        return Fraction(self.top * other.top, self.bottom * other.bottom)

    def value(self):
        return self.top / self.bottom

    def __repr__(self):
        return f"{self.top}/{self.bottom}"

# %% interval
from dataclasses import dataclass

@dataclass
class Interval:
    low: int
    high: int

    def contains(self, value: int) -> bool:
        return self.low <= value <= self.high

    def overlaps(self, other: "Interval") -> bool:
        return self.low <= other.high and other.low <= self.high

# %% insertion-sort
def insertion_sort(items):
    for i in range(1, len(items)):
        key = items[i]
        j = i - 1
        while j >= 0 and items[j] > key:
            items[j + 1] = items[j]
            j -= 1
        items[j + 1] = key
    return items

# %% change-coins
def change(amount, coins):
    used = []
    for coin in sorted(coins, reverse=True):
        while amount >= coin:
            amount -= coin
            used.append(coin)
    if amount > 0:
        return None
    return used

# %% flood-count
def count_islands(grid):
    def visit(r, c):
        if r < 0 or c < 0 or r >= len(grid) or c >= len(grid[0]) or grid[r][c] != 1:
            return
        grid[r][c] = 2
        visit(r + 1, c)
        visit(r - 1, c)
        visit(r, c + 1)
        visit(r, c - 1)

    islands = 0
    for r in range(len(grid)):
        for c in range(len(grid[0])):
            if grid[r][c] == 1:
                islands += 1
                visit(r, c)
    return islands

# %% rock-paper-scissors
def play(one, two):
    beats = {"rock": "scissors", "paper": "rock", "scissors": "paper"}
    if one not in beats or two not in beats:
        raise ValueError("unknown choice")
    if one == two:
        return "draw"
    if beats[one] == two:
        return "first"
    return "second"

# %% shopping-script
prices = {"milk": 1.2, "bread": 2.5, "cheese": 4.0}
total = 0
while True:
    item = input("What do you buy? ")
    if item == "nothing":
        break
    if item in prices:
        total += prices[item]
    else:
        print("We have no", item)
print("To pay:", total)

# %% dice-statistics
rolls = [3, 6, 1, 6, 2, 6, 4]
counts = {face: rolls.count(face) for face in range(1, 7)}
for face, count in counts.items():
    print(face, "#" * count)
most = max(counts, key=counts.get)
print("most often:", most)

# %% leap-years-asked
year = int(input("Year: "))
if year % 400 == 0:
    print("leap year")
elif year % 100 == 0:
    print("no leap year")
elif year % 4 == 0:
    print("leap year")
else:
    print("no leap year")

# %% guess-limited
secret = 7
for attempt in range(1, 4):
    guess = int(input("Guess: "))
    if guess == secret:
        print("Right after", attempt)
        break
    elif guess < secret:
        print("Higher")
    else:
        print("Lower")
else:
    print("It was", secret)

# %% forgot-return
def double_all(numbers):
    for number in numbers:
        number * 2

print(double_all([1, 2]))

# %% shared-default
def remember(name, seen=[]):
    if name in seen:
        return "again"
    seen.append(name)
    return "new"

print(remember("Ada"))
print(remember("Ada"))
