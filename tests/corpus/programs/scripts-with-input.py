# Scripts that ask.
# %% greeting
name = input("What is your name? ")
print("Hello,", name)
# %% sum-of-two
first = int(input("First: "))
second = int(input("Second: "))
print(first + second)
# %% guess
secret = 7
guess = int(input("Guess: "))
if guess == secret:
    print("Right!")
elif guess < secret:
    print("Too small")
else:
    print("Too large")
# %% until-done
total = 0
while True:
    line = input("Price (or done): ")
    if line == "done":
        break
    total += float(line)
print("Total", total)
# %% fare-by-age
age = int(input("Age? "))
if age < 6:
    print("free")
elif age < 15:
    print("half price")
else:
    print("full price")
# %% validated
while True:
    answer = input("Yes or no? ").strip().lower()
    if answer in ("yes", "no"):
        break
    print("Please say yes or no.")
print("You said", answer)
# %% temperature
celsius = float(input("Celsius: "))
print(f"{celsius * 9 / 5 + 32:.1f} F")
# %% quiz
questions = {"2 + 2": "4", "3 * 3": "9"}
points = 0
for question, answer in questions.items():
    if input(question + " = ") == answer:
        points += 1
print(points, "of", len(questions))
# %% function-that-asks
def ask_number(prompt):
    while True:
        text = input(prompt)
        if text.isdigit():
            return int(text)
        print("A number, please.")
# %% average
count = int(input("How many? "))
total = 0
for i in range(count):
    total += int(input(f"Number {i + 1}: "))
print(total / count)
