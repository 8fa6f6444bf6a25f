import { Cell, expect, openLesson, saved, test } from './lesson-page';
import { expectHeard, expectSpeakable, listen } from './spoken';

test.use({ expectedErrors: [/ERR_FAILED/] });

test('from the course to one’s data by ear alone: what there is, and what is said', async ({ page }) => {
	test.setTimeout(240_000);
	await listen(page);
	await page.goto('/');
	await expect(page.getByRole('main')).toMatchAriaSnapshot(`
    - heading "Learn Python by running it" [level=1]
    - link "Start here Values and names"
    - heading "Lessons" [level=2]
    - search:
      - searchbox "Search the lessons"
    - list:
      - listitem:
        - link /^Values and names next .+ \\d+ cells$/
      - listitem:
        - link /^Decisions .+ needs Values and names$/
  `);
	await page.getByRole('searchbox').fill('range stops');
	await expectHeard(page, /^\d+ places?$/);

	await openLesson(page);
	await expectHeard(page, /^Python ready$/);
	await expect(page.getByRole('banner')).toMatchAriaSnapshot(`
    - link "Skip to the content"
    - link "ProCoder"
    - navigation "Course"
    - status: Python ready
    - button "Restart Python"
    - button "Run all"
    - button "Keys"
    - button "More about this page"
  `);
	const cell = new Cell(page, 1);
	const { explanation } = cell;

	await test.step('a run', async () => {
		await expect(cell.root).toMatchAriaSnapshot(`
    - 'group "Cell 1: Greet a guest"':
      - group "Keys for cell 1":
        - textbox "Code"
        - paragraph: Tab indents. To leave the editor, press Escape, then Tab.
        - button "Run cell"
        - button "Explain"
        - button "More about this cell"
        - status
        - region "Output"
      - region "Explanation":
        - paragraph: No explanation yet.
  `);
		await expect(cell.code).toHaveAccessibleDescription(/press Escape, then Tab\.$/);
		await cell.run();
		const said = await expectHeard(page, /^done in [\d.]+ s/, /^Output: 'Hello, Ada\.'$/);
		// Its beginning, its end and what it gave, each once: what else shows that Python works is silent.
		expect(said.map((words) => words.split(' ')[0])).toEqual(['running', 'done', 'Output:']);
		await expect(page.getByRole('banner').getByText('Python ready')).toBeVisible();
		await expect(cell.output).toMatchAriaSnapshot(`
    - group "Printed text": "'Hello, Ada.'"
    - button "Copy output"
  `);
	});

	await test.step('an error', async () => {
		const two = new Cell(page, 2);
		await two.write('price = "20"\nprice + 5');
		await two.run();
		await expectHeard(page, /^failed on line 2/, /^TypeError: can only concatenate/);
		await expect(two.code).toHaveAccessibleDescription(/Line 2: TypeError: can only concatenate/);
		await expect(two.output).toMatchAriaSnapshot(`
    - paragraph:
      - text: "TypeError:"
      - code: +
      - text: does not work between a text and a whole number.
    - button "Why?"
    - button "Full traceback"
  `);
		await two.button('Why?').click();
		await expect(two.button('Why?')).toHaveAttribute('aria-expanded', 'true');
		await expect(two.output).toMatchAriaSnapshot(`
    - button "Why?" [expanded]
    - button "Full traceback"
    - paragraph:
      - text: /^Both sides must fit together\\./
    - paragraph:
      - text: "Line 2:"
      - code: price + 5
    - list "Values on this line":
      - listitem: price = '20'
  `);
		await two.write('while True:\n    pass');
		await two.button('Run cell').click();
		await expectHeard(page, /^running$/);
		await two.button('Stop').click();
		await expectHeard(page, /^stopped/);
		// A cell above that has no end would keep the exercise from being checked.
		await two.button('Reset cell').click();
		await expectHeard(page, /The text that stood here is among the earlier versions of this cell\./);
	});

	await test.step('an exercise', async () => {
		const exercise = new Cell(page, 5);
		await exercise.button('Check').click();
		await expectHeard(page, /^The check does not pass yet Tried ticket_price\(3\) Expected 18 Got 12$/);
		const result = exercise.root.getByRole('region', { name: 'Result of the check' });
		await expect(result).toMatchAriaSnapshot(`
    - status:
      - paragraph: The check does not pass yet
      - term: Tried
      - definition: ticket_price(3)
      - term: Expected
      - definition: "18"
      - term: Got
      - definition: "12"
  `);
		await expect(exercise.button('Hint')).toHaveAccessibleDescription('0 of 3 shown');
		for (const number of [1, 2, 3]) {
			await exercise.button('Hint').click();
			await expectHeard(page, new RegExp(`Hint ${number} of 3 `));
		}
		await exercise.button('Solution').or(exercise.button('Show the solution')).click();
		const question = exercise.root.getByRole('group', { name: 'Show the solution now?' });
		await expect(question).toBeFocused();
		await expect(question).toHaveAccessibleDescription(/you are asked only once\.$/);
		await expect(question).toMatchAriaSnapshot(`
    - button "Show it"
    - button "Keep trying"
  `);
		await question.getByRole('button', { name: 'Show it' }).click();
		await expectHeard(page, /Solution .*def ticket_price/);
		await exercise.write('def ticket_price(people):\n    return people * 6\n\nticket_price(3)');
		await exercise.button('Check').click();
		await expectHeard(page, /^(The check passes|All \d+ checks pass) Solved, as far as/);
	});

	await test.step('an explanation', async () => {
		const complete = saved(page, /\/events$/, 'POST');
		await cell.explain();
		await complete;
		await expectHeard(page, /^5 of 5 confirmed by running your code$/);
		await expect(explanation).toMatchAriaSnapshot(`
    - heading "Explanation" [level=2]
    - paragraph: Built-in explainer
    - button "Copy this explanation"
    - heading "Purpose" [level=3]
    - heading "Steps" [level=3]
    - list:
      - listitem:
        - button "line 1"
        - paragraph:
          - text: The function
          - code: greet
          - text: starts here. It takes
      - listitem:
        - button "line 2"
    - heading "Example" [level=3]
    - list:
      - listitem:
        - code: greet('Ada')
        - text: gives
        - code: "'Hello, Ada.'"
        - text: confirmed
        - button "Run this"
        - button "Copy as assert"
    - heading "Edge cases" [level=3]
    - list:
      - listitem:
        - code: greet('')
        - text: gives
        - code: "'Hello, .'"
        - paragraph:
          - text: Here
          - code: name
          - text: is empty.
        - text: confirmed
    - textbox "Try a call"
    - button "Try"
    - log "Calls that you tried"
    - status: 5 of 5 confirmed by running your code
    - button "Helpful"
    - button "Not helpful"
  `);
		// Five buttons of one name: each says of what.
		const runs = await explanation.getByRole('button', { name: 'Run this' }).all();
		expect(runs).toHaveLength(5);
		await expect(runs[0]!).toHaveAccessibleDescription("greet('Ada') gives 'Hello, Ada.'");
		await explanation.getByLabel('Try a call').fill('greet("Bo")');
		await page.keyboard.press('Enter');
		await expectHeard(page, /greet\("Bo"\) gives 'Hello, Bo\.'|'Hello, Bo\.'/);
	});

	await test.step('a rating', async () => {
		const helpful = explanation.getByRole('button', { name: 'Helpful', exact: true });
		const rated = saved(page, /\/rating$/);
		await helpful.click();
		await rated;
		await expect(helpful).toHaveAttribute('aria-pressed', 'true');
		await expectHeard(page, /^Thank you\./);
	});

	await test.step('dialogs', async () => {
		for (const guest of ['Bo', 'Cleo']) {
			const kept = saved(page, /\/drafts\//);
			await cell.write(`def greet(name):\n    return "Hello, " + name + "."\n\ngreet("${guest}")`);
			await cell.run();
			await kept;
		}
		await cell.button('More about this cell').click();
		await cell.button('Earlier versions').click();
		const history = page.getByRole('dialog', { name: 'Earlier versions of cell 1' });
		await expect(history.getByRole('slider')).toBeFocused();
		await expect(history.getByRole('slider')).toHaveAttribute('aria-valuetext', /^\d of \d, /);
		await expect(history).toMatchAriaSnapshot(`
    - heading "Earlier versions of cell 1" [level=2]
    - button "Close"
    - button "Older version"
    - slider "Version"
    - button "Newer version"
    - region "What was chosen":
      - region "What would change":
        - heading "What would change" [level=3]
        - paragraph: 1 line goes, 1 comes.
        - text: "goes:"
        - deletion:
          - code: greet("Cleo")
        - text: "comes:"
        - insertion:
          - code: greet("Bo")
      - region "This version":
        - heading "This version" [level=3]
    - button "Close"
    - button "Use this version"
  `);
		await expectSpeakable(page);
		await page.keyboard.press('Escape');
		await expect(history).toBeHidden();
		await page.getByRole('button', { name: 'Keys', exact: true }).click();
		const keys = page.getByRole('dialog', { name: 'Keys' });
		await expect(keys).toMatchAriaSnapshot(`
    - heading "Keys" [level=2]
    - heading "In the code" [level=3]
    - term: Run, and go to the next cell
    - definition: /^Shift ?\\+ ?Enter or Alt ?\\+ ?Enter$/
    - term: Run, and stay
    - definition: /^Ctrl ?\\+ ?Enter or Command ?\\+ ?Enter$/
  `);
		await page.keyboard.press('Escape');
		await expect(keys).toBeHidden();
	});

	await test.step('a server that is away', async () => {
		await page.route('**/api/v1/**', (route) => route.abort());
		await cell.write('x = 1');
		await expectHeard(page, /^Not saved yet/);
		await page.unroute('**/api/v1/**');
		await expect(page.getByText('Not saved yet')).toBeHidden({ timeout: 60_000 });
	});

	await test.step('what is stored', async () => {
		await page.getByRole('link', { name: 'My data' }).click();
		await expect(page.getByRole('main')).toMatchAriaSnapshot(`
    - heading "My data" [level=1]
    - region "What is stored":
      - heading "What is stored" [level=2]
    - region "Use for training":
      - switch "My work may be used for training"
    - region "Take it with you":
      - link "Download my data"
    - region "Delete everything":
      - button "Delete all my data"
  `);
	});
});
