import { expect, test } from 'vitest';
import { RecordedLesson } from '$lib/domain/recorded-lesson';
import { parseLesson } from '$lib/lessons/parse';
import * as v from 'valibot';
import { compareRecorded } from './recorded';
import { sourceLines } from './source-lines';

const cell = (id: string): string => `\`\`\`{python}\n#| id: ${id}\nprint(1)\n\`\`\`\n`;
const text = `---\ntitle: T\nsummary: S\n---\n\n${['one', 'two', 'three'].map(cell).join('\n')}`;

/** Each cell shows the same as ever; `fits` is what the code up to it was. */
const record = (fits: Record<string, string>): RecordedLesson =>
	v.parse(RecordedLesson, {
		format: 1,
		cells: Object.fromEntries(
			Object.entries(fits).map(([id, hash]) => [id, { fits: hash.repeat(64), outputs: [] }])
		),
		exercises: {}
	});

test('one edit is told once, at the first cell that it concerns', async () => {
	const parsed = await parseLesson({ path: '01-a/index.md', text });
	if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
	const told: string[] = [];
	const compare = (before: RecordedLesson, now: RecordedLesson): void =>
		compareRecorded(
			{ kind: 'there', recorded: before },
			now,
			parsed.lesson,
			sourceLines(text, []),
			(line, what) => void told.push(`${line} ${what}`)
		);
	const before = record({ one: 'a', two: 'a', three: 'a' });
	compare(before, before);
	expect(told).toEqual([]);
	compare(before, record({ one: 'a', two: 'b', three: 'b' }));
	compare(before, record({ one: 'a', two: 'a', three: 'b' }));
	const said = (id: string): string =>
		`The code up to the cell “${id}” has changed since its output was recorded.`;
	expect(told).toEqual([`11 ${said('two')} The same goes for 1 more below it.`, `16 ${said('three')}`]);
});
