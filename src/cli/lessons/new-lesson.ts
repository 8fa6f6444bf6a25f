import { mkdir, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import * as v from 'valibot';
import { LessonId } from '$lib/domain/ids';

export type Made = { ok: true; file: string; id: string } | { ok: false; why: string };

/** Makes the folder of a new lesson with a text that can be read, run and checked as it is. Nothing that exists is touched. */
export async function newLesson(folder: string, slug: string): Promise<Made> {
	const id = v.safeParse(LessonId, slug);
	if (!id.success) {
		return {
			ok: false,
			why: `“${slug}” cannot be a lesson’s name. Choose words in lower case joined by hyphens, at most 64 characters, such as add-up-a-bill.`
		};
	}
	await mkdir(folder, { recursive: true });
	const folders = (await readdir(folder)).flatMap((name) => {
		const [, number, rest] = /^(\d{1,5})-(.+)$/.exec(name) ?? [];
		return number === undefined ? [] : [{ name, number: Number(number), slug: rest }];
	});
	const taken = folders.find((one) => one.slug === id.output);
	if (taken !== undefined) {
		return {
			ok: false,
			why: `There is already a lesson “${id.output}” in ${path.join(folder, taken.name)}. Choose another name.`
		};
	}
	const number = String(1 + Math.max(0, ...folders.map((one) => one.number))).padStart(2, '0');
	const file = path.join(folder, `${number}-${id.output}`, 'index.md');
	// Made here, so that a folder which somebody else makes just now is not taken over.
	await mkdir(path.dirname(file));
	await writeFile(file, skeleton(id.output), { flag: 'wx' });
	return { ok: true, file, id: id.output };
}

const titleOf = (slug: string): string => slug.charAt(0).toUpperCase() + slug.slice(1).replaceAll('-', ' ');

/** One of each piece that nearly every lesson has, short enough to be written over. */
const skeleton = (slug: string): string => `---
title: ${titleOf(slug)}
summary: Say in one sentence what a learner can do after this lesson.
level: beginner
tags: []
prerequisites: []
---

Begin with a reason to care. Two sentences do.

## See it work

Say what to look at. Let the learner guess before the cell runs.

\`\`\`{python}
#| id: example
#| label: Add up a bill
#| predict: true
prices = [3, 4, 5]
print(sum(prices))
\`\`\`

::: {.quiz #what-sum-does}
What does \`sum(prices)\` give?

- [x] One number.
  > It adds up all that is in the list.
- [ ] A list.
  > The list goes in. What comes out is one number.

:::

## Do it yourself

Write a function that says what each guest pays.

\`\`\`{python}
#| exercise: share
#| label: What each guest pays
def share(prices, guests):
    return sum(prices)
\`\`\`

::: {.hint exercise="share"}
The bill is there. What is still to be done with it?
:::
::: {.hint exercise="share"}
**Add up** the bill, then **share** it. With a cake of 12 pieces: \`12 / people\`.
:::
::: {.hint exercise="share"}
\`\`\`python
# One sign is missing.
return sum(prices) ___ guests
\`\`\`
:::

::: {.solution exercise="share"}
Dividing the sum by the number of guests shares the bill.

\`\`\`python
def share(prices, guests):
    return sum(prices) / guests
\`\`\`

:::

::: {.mistake #whole-bill exercise="share" belief="The sum is already what each one pays"}
With two guests, each one pays 12 here: the whole bill. Where does the number of guests come in?

\`\`\`python
def share(prices, guests):
    total = sum(prices)
    return total
\`\`\`

\`\`\`{python}
#| check: true
share([3, 4, 5], 2) == 12
\`\`\`

:::

\`\`\`{python}
#| exercise: share
#| check: true
expect_call("share", [3, 4, 5], 2)
\`\`\`

## What you can do now

- You can say in one line what this lesson was for.
`;
