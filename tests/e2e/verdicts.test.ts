import type { Page } from '@playwright/test';
import * as v from 'valibot';
import { Cell, expect, expectAccessible, openLesson, test } from './lesson-page';

/** Who may write explanations is part of the lineage, so the test borrows the name from a real one. */
async function explainOnce(
	page: Page
): Promise<{ modelDigest: string; promptVersion: string; lessonVersion: string }> {
	const [submission, generation] = [
		page.waitForRequest((request) => request.url().endsWith('/submissions') && request.method() === 'POST'),
		page.waitForRequest((request) => request.url().endsWith('/generations') && request.method() === 'POST')
	];
	await new Cell(page, 1).explain();
	const [{ lessonVersion }, { modelDigest, promptVersion }] = [
		v.parse(v.object({ lessonVersion: v.string() }), (await submission).postDataJSON()),
		v.parse(
			v.object({ modelDigest: v.string(), promptVersion: v.string() }),
			(await generation).postDataJSON()
		)
	];
	return { lessonVersion, modelDigest, promptVersion };
}

const code = 'def half(n):\n    return n / 2\n\nhalf(4)';
const returns = (id: string, expected: string, call = `half(${id.slice(1)})`) => ({
	id,
	kind: 'returns',
	probe: { call },
	expect: expected
});

const claims = [
	returns('e4', '2.0'),
	returns('e5', '3.0'),
	returns('e6', '3.0', "half('x')"),
	returns('e7', '3.5'),
	returns('e8', '4.0'),
	returns('e9', '4.5', 'half(9) or 1'),
	returns('e10', '5.0')
];
const outcomes: Record<string, object> = {
	e4: { kind: 'confirmed' },
	e5: { kind: 'contradicted', actual: { kind: 'value', value: '2.5' } },
	e6: { kind: 'raised', error: { type: 'TypeError', message: 'unsupported operand' } },
	e7: { kind: 'timed-out' },
	e8: {
		kind: 'non-deterministic',
		seen: [
			{ kind: 'value', value: '4.0' },
			{ kind: 'value', value: '4.1' }
		]
	},
	e9: { kind: 'not-checkable', why: 'not-a-plain-call' }
};
const slot = { id: 's1', kind: 'value', probe: { call: 'half(4)' }, line: 2, name: 'n', expect: '5' };

function log(explanationId: string): object[] {
	const prose = 'It halves {s1}. The answer for 10 is always 5.0.';
	return [
		{ type: 'explanation-start', explanationId, python: 'Python 3.14.2' },
		{ type: 'section-start', section: 'purpose' },
		{ type: 'section-delta', delta: { section: 'purpose', text: prose } },
		{ type: 'claim', place: { section: 'purpose' }, claim: slot },
		{ type: 'section-end', section: 'purpose' },
		{ type: 'section-start', section: 'steps' },
		{ type: 'section-delta', delta: { section: 'steps', step: 0, from: 2, to: 2, text: 'It divides.' } },
		{ type: 'section-end', section: 'steps' },
		{ type: 'section-start', section: 'examples' },
		...claims.slice(0, 3).map((claim) => ({ type: 'claim', place: { section: 'examples' }, claim })),
		{ type: 'section-end', section: 'examples' },
		{ type: 'section-start', section: 'edgeCases' },
		...claims
			.slice(3)
			.map((claim) => ({ type: 'claim', place: { section: 'edgeCases', why: 'An edge.' }, claim })),
		{ type: 'section-end', section: 'edgeCases' },
		...Object.entries(outcomes).map(([claimId, outcome]) => ({
			type: 'verdict',
			verdict: { claimId, by: 'browser', outcome }
		})),
		{
			type: 'verdict',
			verdict: {
				claimId: 's1',
				by: 'browser',
				outcome: { kind: 'contradicted', actual: { kind: 'value', value: '4' } }
			}
		},
		{ type: 'explanation-end' }
	];
}

test('whatever an explanation claims, each verdict is shown with it, and nothing false stands unmarked', async ({
	page,
	baseURL
}) => {
	await openLesson(page);
	const real = await explainOnce(page);
	const headers = { origin: baseURL ?? '', 'sec-fetch-site': 'same-origin' };
	const send = async (path: string, data: object): Promise<void> => {
		const response = await page.request.post(`/api/v1/${path}`, { data, headers });
		expect(response.ok(), `${path}: ${await response.text()}`).toBe(true);
	};
	const [submissionId, generationId, explanationId] = [1, 2, 3].map(() => crypto.randomUUID());
	const hash = await page.evaluate(async (text) => {
		const bytes = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text));
		return [...new Uint8Array(bytes)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
	}, code);
	await send('submissions', {
		id: submissionId,
		lessonId: 'first-functions',
		lessonVersion: real.lessonVersion,
		cellId: 'greet',
		code,
		codeHash: hash,
		context: [],
		files: [],
		stdin: []
	});
	await send('generations', {
		id: generationId,
		submissionId,
		mode: 'explain',
		origin: 'browser',
		promptVersion: real.promptVersion,
		modelId: 'built-in',
		modelDigest: real.modelDigest
	});
	await send(`generations/${generationId}/events`, { from: 0, events: log(explanationId ?? '') });

	await page.reload();
	const { explanation } = new Cell(page, 1);
	const row = (text: string) => explanation.getByRole('listitem').filter({ hasText: text });
	await expect(row('half(4)').getByText('confirmed', { exact: true })).toBeVisible();
	await expect(row('half(5)').getByText('contradicted', { exact: true })).toBeVisible();
	await expect(row('half(5)')).toContainText('Your code gives 2.5.');
	expect(
		await row('half(5)')
			.getByText('3.0', { exact: true })
			.evaluate((element) => getComputedStyle(element).textDecorationLine)
	).toBe('line-through');
	await expect(row("half('x')").getByText('raised instead', { exact: true })).toBeVisible();
	await expect(row('half(7)').getByText('timed out', { exact: true })).toBeVisible();
	await expect(row('half(8)').getByText('varies', { exact: true })).toBeVisible();
	await expect(row('half(9) or 1').getByText('not checked', { exact: true })).toBeVisible();
	// No verdict came for this one.
	await expect(row('half(10)').getByText('not checked', { exact: true })).toBeVisible();

	// In a sentence the slot shows what really is, and what was claimed is struck out; a value outside a slot is marked.
	await expect(explanation.getByText('It halves', { exact: false })).toContainText('4');
	await expect(explanation.locator('del')).toContainText('5');
	await expect(explanation.getByText('The answer for 10 is always 5.0.')).toContainText('not checked');
	await expectAccessible(page);

	// The server takes no "confirmed" for something that cannot have been run.
	const forged = await page.request.post(`/api/v1/generations/${generationId}/events`, {
		headers,
		data: {
			from: log('').length,
			events: [{ type: 'verdict', verdict: { claimId: 'e9', by: 'browser', outcome: { kind: 'confirmed' } } }]
		}
	});
	expect(forged.status()).toBe(422);
	const server = await page.request.post(`/api/v1/generations/${generationId}/events`, {
		headers,
		data: {
			from: log('').length,
			events: [{ type: 'verdict', verdict: { claimId: 'e4', by: 'server', outcome: { kind: 'confirmed' } } }]
		}
	});
	expect(server.ok(), 'a browser may not speak for the server').toBe(false);
});
