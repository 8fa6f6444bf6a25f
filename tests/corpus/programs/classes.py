# Classes: state, errors, inheritance, special methods.
# %% account
class Account:
    def __init__(self, owner, balance=0):
        self.owner = owner
        self.balance = balance

    def deposit(self, amount):
        if amount <= 0:
            raise ValueError("pay in something")
        self.balance += amount
        return self.balance

    def withdraw(self, amount):
        if amount > self.balance:
            return False
        self.balance -= amount
        return True
# %% stack
class Stack:
    def __init__(self):
        self.items = []

    def push(self, item):
        self.items.append(item)

    def pop(self):
        return self.items.pop()

    def is_empty(self):
        return not self.items
# %% point
class Point:
    def __init__(self, x, y):
        self.x = x
        self.y = y

    def __add__(self, other):
        return Point(self.x + other.x, self.y + other.y)

    def __repr__(self):
        return f"Point({self.x}, {self.y})"

    def distance_to(self, other):
        return ((self.x - other.x) ** 2 + (self.y - other.y) ** 2) ** 0.5

print(Point(1, 2) + Point(3, 4))
# %% animals
class Animal:
    def __init__(self, name):
        self.name = name

    def speak(self):
        return f"{self.name} says {self.sound()}"

    def sound(self):
        return "..."

class Dog(Animal):
    def sound(self):
        return "wuff"

print(Dog("Rex").speak())
# %% thermostat
class Thermostat:
    def __init__(self, target):
        self.target = target
        self.heating = False

    def reading(self, degrees):
        if degrees < self.target - 1:
            self.heating = True
        elif degrees > self.target + 1:
            self.heating = False
        return self.heating
# %% dataclass-book
from dataclasses import dataclass

@dataclass
class Book:
    title: str
    pages: int
    read: int = 0

    def left(self):
        return self.pages - self.read

    def turn(self, pages):
        self.read = min(self.pages, self.read + pages)
        return self.left()
# %% property
class Rectangle:
    def __init__(self, width, height):
        self.width = width
        self.height = height

    @property
    def area(self):
        return self.width * self.height

    def scaled(self, factor):
        return Rectangle(self.width * factor, self.height * factor)

print(Rectangle(2, 3).area)
# %% queue
class TicketQueue:
    def __init__(self):
        self.next_number = 1
        self.waiting = []

    def draw(self, name):
        number = self.next_number
        self.next_number += 1
        self.waiting.append((number, name))
        return number

    def call(self):
        if not self.waiting:
            return None
        return self.waiting.pop(0)
# %% own-exception
class TooHeavy(Exception):
    pass

class Lift:
    limit = 400

    def __init__(self):
        self.load = 0

    def enter(self, kilos):
        if self.load + kilos > self.limit:
            raise TooHeavy(f"{self.load + kilos} kg are too much")
        self.load += kilos
        return self.load
# %% class-variable-mistake
class Basket:
    items = []

    def add(self, item):
        self.items.append(item)
        return len(self.items)

one = Basket()
two = Basket()
one.add("milk")
print(two.items)
# %% static-and-class-methods
class Temperature:
    def __init__(self, celsius):
        self.celsius = celsius

    @classmethod
    def from_fahrenheit(cls, degrees):
        return cls((degrees - 32) * 5 / 9)

    @staticmethod
    def is_freezing(celsius):
        return celsius <= 0
# %% linked-list
class Node:
    def __init__(self, value, rest=None):
        self.value = value
        self.rest = rest

def length(node):
    count = 0
    while node is not None:
        count += 1
        node = node.rest
    return count

print(length(Node(1, Node(2, Node(3)))))
# %% iterator
class Countdown:
    def __init__(self, start):
        self.start = start

    def __iter__(self):
        return self

    def __next__(self):
        if self.start == 0:
            raise StopIteration
        self.start -= 1
        return self.start

for number in Countdown(3):
    print(number)
# %% equality
class Card:
    def __init__(self, suit, rank):
        self.suit = suit
        self.rank = rank

    def __eq__(self, other):
        return isinstance(other, Card) and self.rank == other.rank and self.suit == other.suit

    def __lt__(self, other):
        return self.rank < other.rank

    def beats(self, other):
        return self.suit == other.suit and self.rank > other.rank
