# Dictionaries and sets.
# %% word-counts
def word_counts(text):
    counts = {}
    for word in text.lower().split():
        counts[word] = counts.get(word, 0) + 1
    return counts
# %% invert
def invert(phone_book):
    return {number: name for name, number in phone_book.items()}
# %% recipe-scale
def scale(recipe, people):
    return {item: amount * people for item, amount in recipe.items()}
# %% stock
def sell(stock, item, amount):
    if item not in stock:
        raise KeyError(item)
    if stock[item] < amount:
        return False
    stock[item] -= amount
    return True

shelf = {"apple": 5, "pear": 2}
print(sell(shelf, "apple", 3))
# %% group-by-length
def by_length(words):
    groups = {}
    for word in words:
        groups.setdefault(len(word), []).append(word)
    return groups
# %% common-friends
def common_friends(mine, yours):
    return sorted(set(mine) & set(yours))
# %% cheapest
def cheapest(prices):
    name = None
    for shop in prices:
        if name is None or prices[shop] < prices[name]:
            name = shop
    return name
# %% total-of-bill
def bill(order, menu):
    total = 0
    for dish in order:
        total += menu[dish]
    return total

print(bill(["soup", "tea"], {"soup": 4, "tea": 2}))
# %% missing-ingredients
def missing(needed, at_home):
    return sorted(set(needed) - set(at_home))
# %% most-common
def most_common(votes):
    counts = {}
    for vote in votes:
        counts[vote] = counts.get(vote, 0) + 1
    best = max(counts.values())
    return sorted(name for name in counts if counts[name] == best)
# %% nested-timetable
timetable = {
    "mon": {"8:00": "maths", "9:00": "art"},
    "tue": {"8:00": "music"},
}

def lesson(day, time):
    return timetable.get(day, {}).get(time, "free")
# %% merge-scores
def add_scores(first, second):
    result = dict(first)
    for name, points in second.items():
        result[name] = result.get(name, 0) + points
    return result
# %% has-duplicates
def has_duplicates(seats):
    return len(set(seats)) != len(seats)
