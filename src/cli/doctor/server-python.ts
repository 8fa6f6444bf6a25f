import path from 'node:path';
import { ok, warning, type Check } from './check';
import type { Surroundings } from './surroundings';

const named = { section: 'server-python', name: 'fences' } as const;

/**
 * Whether Python starts on the server, and what stands around it: one child process is started from the build, and ended. Not for a
 * build without the files for it, which is told elsewhere.
 */
export async function checkServerPython(place: Surroundings): Promise<Check> {
	const state = await place.startPython(path.join(place.projectRoot, 'build', 'runner'));
	if (!state.ok) {
		return warning(
			named,
			`Python does not start on the server: ${state.message}`,
			'Lessons work all the same: their Python runs in the browser. What is checked on the server has to wait until this is mended.',
			{ started: false }
		);
	}
	const { python, started, namespaces, ownUsers } = state;
	const facts = { started: true, python, from: started, namespaces, ownUsers };
	const begin = `${python} starts on the server, behind Node’s permissions`;
	if (!namespaces && !ownUsers) {
		return warning(
			named,
			`${begin} alone: code that broke out of them could end other processes of this user.`,
			'Let ordinary users have namespaces of their own (on Ubuntu: sysctl kernel.apparmor_restrict_unprivileged_userns=0), or start ProCoder as root in a container: then each process is a user of its own.',
			facts
		);
	}
	const fences = [
		...(namespaces ? ['in namespaces of its own, without a network'] : []),
		...(ownUsers ? ['as a user that nobody else is'] : [])
	];
	return ok(named, `${begin}, ${fences.join(' and ')}.`, facts);
}
