# What cannot be checked, or not always: chance, time, files, the network, the order of sets.
# %% dice
import random

def roll():
    return random.randint(1, 6)

print(roll())
# %% seeded
import random

random.seed(3)
print(random.randint(1, 100))
# %% shuffle-teams
import random

def teams(names):
    mixed = list(names)
    random.shuffle(mixed)
    half = len(mixed) // 2
    return mixed[:half], mixed[half:]
# %% today
from datetime import date

print("Today is", date.today())
# %% set-order
colours = {"red", "green", "blue"}
for colour in colours:
    print(colour)
# %% set-sorted
def letters(word):
    return sorted(set(word))
# %% read-file
with open("scores.txt") as file:
    for line in file:
        print(line.strip())
# %% write-and-read
with open("note.txt", "w") as file:
    file.write("milk\nbread\n")
with open("note.txt") as file:
    print(file.read().splitlines())
# %% network
from urllib.request import urlopen

print(urlopen("https://example.org/").status)
# %% sleep
import time

def wait(minutes):
    time.sleep(minutes * 60)
    return f"waited {minutes} minutes"
# %% exit
import sys

print("before")
sys.exit(0)
print("after")
# %% object-address
class Thing:
    pass

print(Thing())
# %% module-state
calls = 0

def ticket_number():
    global calls
    calls += 1
    return calls
