# Plain functions of numbers and of a few values: no loop, or hardly one.
# %% tip
def with_tip(bill, percent):
    return bill + bill * percent / 100
# %% bus-fare
def fare(age):
    if age < 6:
        return 0
    if age < 15 or age >= 65:
        return 1.5
    return 2.8
# %% minutes-of-day
def minutes_of_day(hours, minutes):
    """Minutes since midnight."""
    return hours * 60 + minutes

print(minutes_of_day(7, 45))
# %% parcel-price
def parcel_price(kilos, express=False):
    price = 4.5
    if kilos > 2:
        price += 2
    if kilos > 10:
        price += 6
    if express:
        price *= 2
    return price
# %% leap-year
def is_leap(year):
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
# %% middle
def middle(a, b, c):
    if a <= b <= c or c <= b <= a:
        return b
    if b <= a <= c or c <= a <= b:
        return a
    return c
# %% fits-in-van
def fits(length, width, height):
    longest = max(length, width, height)
    return longest <= 3 and length * width * height <= 12
# %% water-state
def state(celsius):
    if celsius <= 0:
        return "ice"
    elif celsius < 100:
        return "water"
    else:
        return "steam"
# %% change-coins
def change(cents):
    euros, rest = divmod(cents, 100)
    tens, ones = divmod(rest, 10)
    return euros, tens, ones
# %% body-mass
def body_mass_index(kilos: float, metres: float) -> float:
    if metres <= 0:
        raise ValueError("a height is more than nothing")
    return round(kilos / metres ** 2, 1)
# %% same-sign
def same_sign(a, b):
    return (a >= 0) == (b >= 0)
# %% ticket-with-defaults
def ticket(zone=1, *, day=False, child=False):
    price = 2 + zone
    if day:
        price = price * 3
    return price / 2 if child else price
# %% any-number-of-scores
def best_of(*scores):
    if not scores:
        return None
    return max(scores)
# %% keyword-labels
def label(name, **extras):
    parts = [name]
    for key in sorted(extras):
        parts.append(f"{key}={extras[key]}")
    return ", ".join(parts)
# %% helper-and-user
def net(price, rate):
    return price / (1 + rate)

def tax(price, rate=0.2):
    """The tax that is in a price.

    >>> tax(120)
    20.0
    """
    return round(price - net(price, rate), 2)
# %% match-statement
def move(command):
    match command.split():
        case ["go", direction]:
            return f"walking {direction}"
        case ["take", thing]:
            return f"you have the {thing}"
        case []:
            return "say something"
        case _:
            return "what?"
