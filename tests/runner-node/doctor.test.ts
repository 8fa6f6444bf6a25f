import { expect, inject, test, vi } from 'vitest';
import { thisMachine } from '../../src/cli/doctor/surroundings';

const { startPython } = thisMachine('/nowhere');

test('the doctor starts Python as the server does, and leaves nothing behind', async () => {
	const children = (): string[] =>
		process.getActiveResourcesInfo().filter((resource) => resource === 'ProcessWrap');
	const before = children().length;
	expect(await startPython(inject('runnerFolder'))).toMatchObject({ ok: true, started: 'snapshot' });
	await vi.waitFor(() => expect(children()).toHaveLength(before));
});

test('a folder without a runner is told of', async () =>
	expect(await startPython('/nowhere')).toMatchObject({
		ok: false,
		message: expect.stringContaining('/nowhere') as string
	}));
