# What Python cannot read.
# %% missing-bracket
print("The bus leaves at", 8
# %% missing-colon
temperature = 31
if temperature > 30
    print("hot")
# %% bad-indent
for day in range(3):
print(day)
# %% unexpected-indent
price = 3
  total = price * 2
# %% open-string
name = "Ada
print(name)
# %% assignment-in-condition
score = 10
if score = 10:
    print("full marks")
# %% keyword-as-name
class = "7b"
print(class)
# %% else-without-if
x = 3
else:
    print(x)
# %% missing-quote-in-call
print(Hello world)
# %% wrong-closing
numbers = [1, 2, 3)
# %% tabs-and-spaces
if True:
	print("tab")
        print("spaces")
# %% return-outside
total = 3
return total
# %% break-outside
if 3 > 2:
    break
# %% number-name
2nd = "second"
# %% empty-function
def later():

print("now")
# %% old-print
print "hello"
# %% dictionary-comma
menu = {"tea": 2 "soup": 4}
# %% curly-quotes
print(“hello”)
