# What runs, and does not do what its author meant.
# %% mutable-default
def add_guest(name, guests=[]):
    guests.append(name)
    return guests

print(add_guest("Ada"))
print(add_guest("Bo"))
# %% shadowed-list
list = [3, 1, 2]
list.sort()
print(list)
# %% shadowed-sum
def average(numbers):
    sum = 0
    for n in numbers:
        sum += n
    return sum / len(numbers)
# %% off-by-one
def print_days(days):
    for i in range(1, len(days)):
        print(days[i])
# %% one-too-far
def last_difference(numbers):
    for i in range(len(numbers)):
        difference = numbers[i + 1] - numbers[i]
    return difference
# %% missing-return
def double(n):
    result = n * 2

print(double(4))
# %% return-in-loop
def sum_all(numbers):
    total = 0
    for n in numbers:
        total += n
        return total
# %% missing-else-return
def size(metres):
    if metres < 1:
        return "small"
    elif metres < 3:
        return "medium"
# %% infinite-loop
count = 10
while count > 0:
    print(count)
# %% infinite-for-some
def halve_until_one(n):
    steps = 0
    while n != 1:
        n = n / 2
        steps += 1
    return steps
# %% or-always-true
def is_weekend(day):
    if day == "Sat" or "Sun":
        return True
    return False
# %% removing-while-looping
def remove_short(words):
    for word in words:
        if len(word) < 4:
            words.remove(word)
    return words
# %% string-not-changed
name = " ada "
name.strip()
name.upper()
print("[" + name + "]")
# %% integer-division
def share(cookies, children):
    return cookies // children
# %% aliasing
def with_extra(scores):
    copy = scores
    copy.append(100)
    return copy

mine = [50, 70]
yours = with_extra(mine)
print(mine)
# %% float-equality
price = 0.1 + 0.2
if price == 0.3:
    print("equal")
else:
    print("not equal")
# %% max-from-zero
def warmest(degrees):
    highest = 0
    for d in degrees:
        if d > highest:
            highest = d
    return highest
# %% wrong-order
def grade(points):
    if points >= 50:
        return "pass"
    elif points >= 90:
        return "excellent"
    return "fail"
# %% unreachable
def discount(price):
    return price * 0.9
    print("discount given")
# %% never-called
def total(prices):
    return sum(prices)

total
# %% comparing-text-numbers
def larger(a, b):
    if str(a) > str(b):
        return a
    return b
# %% is-for-equals
def same(a, b):
    return a is b
# %% unused-variable
def perimeter(width, height):
    area = width * height
    return 2 * width + 2 * height
# %% variable-before-loop
def count_long(words):
    for word in words:
        count = 0
        if len(word) > 5:
            count += 1
    return count
