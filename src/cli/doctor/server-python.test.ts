import path from 'node:path';
import { expect, it } from 'vitest';
import { checkServerPython } from './server-python';
import { thisMachine, type Surroundings } from './surroundings';

type Started = Awaited<ReturnType<Surroundings['startPython']>>;
const asked: string[] = [];
const check = (state: Started) =>
	checkServerPython({
		...thisMachine('/nowhere'),
		startPython(folder) {
			asked.push(folder);
			return Promise.resolve(state);
		}
	});
const started = (namespaces: boolean, ownUsers: boolean): Started => ({
	ok: true,
	python: 'Python 3.14.2',
	started: 'snapshot',
	namespaces,
	ownUsers
});

it('asks the build', async () => {
	await check(started(true, true));
	expect(asked.at(-1)).toBe(path.join('/nowhere', 'build', 'runner'));
});

it.each([
	[true, true, 'in namespaces of its own, without a network and as a user that nobody else is.'],
	[true, false, 'in namespaces of its own, without a network.'],
	[false, true, 'as a user that nobody else is.']
])('is well with namespaces %s and users of its own %s', async (namespaces, ownUsers, text) =>
	expect(await check(started(namespaces, ownUsers))).toMatchObject({
		state: 'ok',
		text: `Python 3.14.2 starts on the server, behind Node’s permissions, ${text}`,
		facts: { started: true, namespaces, ownUsers }
	})
);

it('is a warning with neither, and says how to get one of them', async () => {
	const found = await check(started(false, false));
	expect(found).toMatchObject({ state: 'warning', facts: { namespaces: false, ownUsers: false } });
	expect(found.text).toContain('permissions alone');
	expect(found.advice).toMatch(/namespaces .* or start ProCoder as root/);
});

it('is a warning where it does not start, with the reason', async () =>
	expect(await check({ ok: false, message: 'No such file.' })).toMatchObject({
		state: 'warning',
		text: 'Python does not start on the server: No such file.',
		facts: { started: false }
	}));
