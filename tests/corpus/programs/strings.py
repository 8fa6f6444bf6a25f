# Work with texts.
# %% initials
def initials(name):
    return "".join(part[0].upper() for part in name.split())
# %% palindrome
def is_palindrome(text):
    cleaned = "".join(c.lower() for c in text if c.isalpha())
    return cleaned == cleaned[::-1]
# %% count-vowels
def count_vowels(text):
    count = 0
    for letter in text.lower():
        if letter in "aeiou":
            count += 1
    return count
# %% caesar
def shift_letters(text, steps):
    result = ""
    for letter in text:
        if letter.isupper():
            result += chr((ord(letter) - 65 + steps) % 26 + 65)
        elif letter.islower():
            result += chr((ord(letter) - 97 + steps) % 26 + 97)
        else:
            result += letter
    return result
# %% shorten-title
def shorten(title, most=20):
    if len(title) <= most:
        return title
    return title[:most - 1].rstrip() + "…"
# %% parse-time
def parse_time(text):
    hours, minutes = text.split(":")
    return int(hours) * 60 + int(minutes)

print(parse_time("08:15"))
# %% runs
def squeeze(text):
    """Writes 'aaab' as 'a3b1'."""
    if not text:
        return ""
    parts = []
    current, count = text[0], 0
    for letter in text:
        if letter == current:
            count += 1
        else:
            parts.append(current + str(count))
            current, count = letter, 1
    parts.append(current + str(count))
    return "".join(parts)
# %% password-check
def is_strong(password):
    has_digit = False
    has_upper = False
    for c in password:
        if c.isdigit():
            has_digit = True
        if c.isupper():
            has_upper = True
    return len(password) >= 8 and has_digit and has_upper
# %% anagram
def are_anagrams(first, second):
    return sorted(first.replace(" ", "").lower()) == sorted(second.replace(" ", "").lower())
# %% longest-word
def longest_word(sentence):
    longest = ""
    for word in sentence.split():
        if len(word) > len(longest):
            longest = word
    return longest
# %% mask-card
def mask(number):
    return "*" * (len(number) - 4) + number[-4:]
# %% vowels-removed
def without_vowels(text):
    for vowel in "aeiou":
        text = text.replace(vowel, "")
    return text
# %% snake-to-words
def to_words(name):
    return name.replace("_", " ").strip().capitalize()
# %% receipt-line
def receipt_line(item, price):
    return f"{item:<12}{price:>8.2f}"

print(receipt_line("bread", 2.5))
# %% umlauts
def plain_letters(word):
    table = {"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"}
    return "".join(table.get(c, c) for c in word)
# %% balanced
def is_balanced(text):
    pairs = {")": "(", "]": "[", "}": "{"}
    open_ones = []
    for c in text:
        if c in pairs.values():
            open_ones.append(c)
        elif c in pairs:
            if not open_ones or open_ones.pop() != pairs[c]:
                return False
    return not open_ones
