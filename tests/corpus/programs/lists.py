# Lists and tuples: gathering, filtering, changing in place.
# %% total-price
def total(prices):
    result = 0
    for price in prices:
        result += price
    return result
# %% above-average
def above_average(scores):
    average = sum(scores) / len(scores)
    return [s for s in scores if s > average]
# %% second-largest
def second_largest(numbers):
    largest = second = None
    for n in numbers:
        if largest is None or n > largest:
            largest, second = n, largest
        elif n != largest and (second is None or n > second):
            second = n
    return second
# %% running-total
def running_total(steps):
    totals = []
    so_far = 0
    for count in steps:
        so_far += count
        totals.append(so_far)
    return totals
# %% rotate
def rotate(items, by):
    if not items:
        return []
    by = by % len(items)
    return items[by:] + items[:by]
# %% unique-in-order
def unique(items):
    seen = []
    for item in items:
        if item not in seen:
            seen.append(item)
    return seen
# %% take-off-list
def cross_off(shopping, bought):
    for item in bought:
        if item in shopping:
            shopping.remove(item)
    return shopping
# %% merge-queues
def merge(left, right):
    merged = []
    i = j = 0
    while i < len(left) and j < len(right):
        if left[i] <= right[j]:
            merged.append(left[i])
            i += 1
        else:
            merged.append(right[j])
            j += 1
    return merged + left[i:] + right[j:]
# %% pairs-that-sum
def find_pair(numbers, target):
    for i in range(len(numbers)):
        for j in range(i + 1, len(numbers)):
            if numbers[i] + numbers[j] == target:
                return numbers[i], numbers[j]
    return None
# %% transpose
def transpose(grid):
    return [list(column) for column in zip(*grid)]
# %% longest-streak
def longest_streak(days):
    best = current = 0
    for walked in days:
        if walked:
            current += 1
            best = max(best, current)
        else:
            current = 0
    return best
# %% swap-ends
def swap_ends(queue):
    queue[0], queue[-1] = queue[-1], queue[0]
    return queue
# %% double-in-place
def double_all(amounts):
    for i in range(len(amounts)):
        amounts[i] *= 2
# %% chunks
def chunks(items, size):
    if size < 1:
        raise ValueError("a chunk holds at least one item")
    return [items[i:i + size] for i in range(0, len(items), size)]
# %% flatten
def flatten(rows):
    flat = []
    for row in rows:
        for item in row:
            flat.append(item)
    return flat
# %% index-of
def index_of(items, wanted):
    for position, item in enumerate(items):
        if item == wanted:
            return position
    return -1
# %% warmest-day
def warmest(days, degrees):
    best = 0
    for i in range(1, len(degrees)):
        if degrees[i] > degrees[best]:
            best = i
    return days[best]

print(warmest(["Mon", "Tue", "Wed"], [14, 19, 17]))
# %% every-other
def every_other(items):
    return items[::2]
