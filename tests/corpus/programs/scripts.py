# Scripts: statements from top to bottom that print.
# %% shopping
prices = [2.5, 1.2, 4.0]
total = 0
for price in prices:
    total += price
print("Total:", total)
# %% stars
for row in range(1, 5):
    print("*" * row)
# %% savings
money = 100
year = 0
while money < 150:
    money = money * 1.1
    year += 1
print(year, round(money, 2))
# %% fizz-buzz
for n in range(1, 16):
    if n % 15 == 0:
        print("FizzBuzz")
    elif n % 3 == 0:
        print("Fizz")
    elif n % 5 == 0:
        print("Buzz")
    else:
        print(n)
# %% multiplication-table
for i in range(1, 4):
    for j in range(1, 4):
        print(i * j, end=" ")
    print()
# %% hottest-day
week = {"Mon": 14, "Tue": 19, "Wed": 17}
hottest = None
for day, degrees in week.items():
    if hottest is None or degrees > week[hottest]:
        hottest = day
print(f"{hottest} was the hottest day with {week[hottest]} degrees.")
# %% no-output
names = ["Ada", "Bo", "Cy"]
lengths = [len(name) for name in names]
longest = max(lengths)
# %% swap
a = 3
b = 5
a, b = b, a
print(a, b)
# %% break-and-else
numbers = [4, 8, 15, 16]
for n in numbers:
    if n % 5 == 0:
        print("found", n)
        break
else:
    print("none")
# %% nested-lists
board = [[" "] * 3 for _ in range(3)]
board[1][1] = "X"
for row in board:
    print("|".join(row))
# %% main-guard
def greet(name):
    print(f"Hello {name}!")

def main():
    for name in ["Ada", "Bo"]:
        greet(name)

if __name__ == "__main__":
    main()
# %% try-except
readings = ["12", "x", "7"]
good = []
for reading in readings:
    try:
        good.append(int(reading))
    except ValueError:
        print("not a number:", reading)
print(sum(good))
# %% date
from datetime import date

opening = date(2026, 3, 14)
closing = date(2026, 4, 2)
print((closing - opening).days)
# %% values-only
3 * 7 + 1
