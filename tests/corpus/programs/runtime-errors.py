# What Python can read, and cannot carry out.
# %% unknown-name
total = 5
print(totl)
# %% text-and-number
age = 12
print("You are " + age)
# %% index-too-large
days = ["Mon", "Tue", "Wed"]
print(days[3])
# %% missing-key
phone = {"Ada": 123}
print(phone["Bo"])
# %% zero-division
guests = 0
print(100 / guests)
# %% not-a-number
text = "twelve"
print(int(text))
# %% none-attribute
names = ["Bo", "Ada"]
names = names.sort()
print(names.index("Ada"))
# %% wrong-argument-count
def area(width, height):
    return width * height

print(area(3))
# %% not-callable
price = 5
print(price(2))
# %% attribute-typo
fruits = ["apple"]
fruits.push("pear")
# %% unbound-local
total = 0

def add(amount):
    total = total + amount
    return total

print(add(5))
# %% unpack
point = (1, 2, 3)
x, y = point
# %% changing-while-looping
ages = {"Ada": 12, "Bo": 9}
for name in ages:
    if ages[name] < 10:
        del ages[name]
# %% immutable-tuple
point = (1, 2)
point[0] = 5
# %% too-deep
def down(n):
    return down(n + 1)

down(0)
# %% assertion
def half(n):
    assert n % 2 == 0, "only even numbers"
    return n // 2

half(3)
# %% error-after-output
print("starting")
items = []
print(items[0])
# %% module-missing
import colourful_maths
print(colourful_maths.add(1, 2))
# %% float-index
seats = ["A", "B", "C", "D"]
print(seats[len(seats) / 2])
# %% raised-on-purpose
def set_speed(speed):
    if speed > 130:
        raise ValueError("too fast")
    return speed

set_speed(150)
