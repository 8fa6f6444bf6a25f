/*
 * Two explanations as we want them, written by hand and checked by running (a test parses them, Python confirmed their claims). They
 * stand at the beginning of every prompt, always the same, so that a server keeps them in its cache.
 */

export const workedAnswers: readonly { readonly code: string; readonly answer: object }[] = [
	{
		code: `def count_long(words, limit):
    total = 0
    for word in words:
        if len(word) > limit:
            total += 1
    return total`,
		answer: {
			purpose: {
				text: 'It counts the words that are longer than `limit`. For a short list of drinks that is {drinks}.',
				claims: [
					{ id: 'drinks', kind: 'returns', probe: { call: "count_long(['tea', 'coffee'], 3)" }, expect: '1' }
				]
			},
			steps: [
				{
					from: 1,
					to: 2,
					text: 'The function takes the words and the limit, and starts counting from nothing.',
					claims: []
				},
				{
					from: 3,
					to: 5,
					text: 'The loop looks at each word, here {passes} of them, and adds to `total` where the word is longer.',
					claims: [
						{
							id: 'passes',
							kind: 'count',
							probe: { call: "count_long(['tea', 'coffee'], 3)" },
							line: 3,
							expect: 2
						}
					]
				},
				{ from: 6, to: 6, text: 'When all words have been seen, it gives back `total`.', claims: [] }
			],
			examples: [
				{ id: 'ex-1', kind: 'returns', probe: { call: "count_long(['a', 'abc', 'abcd'], 2)" }, expect: '2' }
			],
			edgeCases: [
				{
					why: 'Without any word the loop has nothing to do.',
					claim: { id: 'edge-1', kind: 'returns', probe: { call: 'count_long([], 3)' }, expect: '0' }
				},
				{
					why: 'A number has no length.',
					claim: {
						id: 'edge-2',
						kind: 'raises',
						probe: { call: 'count_long([5], 3)' },
						expect: { type: 'TypeError' }
					}
				}
			]
		}
	},
	{
		code: `name = input('Name? ')
print('Hello, ' + name)`,
		answer: {
			purpose: { text: 'It asks for a name and greets whoever has it.', claims: [] },
			steps: [
				{
					from: 1,
					to: 1,
					text: 'It waits for a line and keeps it: `name` is then {held}.',
					claims: [
						{ id: 'held', kind: 'value', probe: { stdin: ['Ada'] }, line: 1, name: 'name', expect: "'Ada'" }
					]
				},
				{ from: 2, to: 2, text: 'It joins the greeting and the name, and prints them.', claims: [] }
			],
			examples: [{ id: 'ex-1', kind: 'prints', probe: { stdin: ['Ada'] }, expect: 'Name? Hello, Ada' }],
			edgeCases: [
				{
					why: 'Who only presses Enter has an empty name.',
					claim: { id: 'edge-1', kind: 'prints', probe: { stdin: [''] }, expect: 'Name? Hello, ' }
				}
			]
		}
	}
];
