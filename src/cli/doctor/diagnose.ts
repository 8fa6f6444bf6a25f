import { checkBrowsers } from './browsers';
import type { Check } from './check';
import { checkConfiguration } from './configuration';
import { checkDatabase } from './database';
import { checkLessons } from './lessons';
import { checkMachine } from './machine';
import { checkServerPython } from './server-python';
import { checkSnapshot } from './snapshot';
import type { Surroundings } from './surroundings';
import { checkVersions, installedPyodide } from './versions';

/** Everything that can be said about an installation, in the order of the report. Makes and changes nothing; Python on the server is started, and ended. */
export async function diagnose(place: Surroundings): Promise<Check[]> {
	const pyodide = await installedPyodide(place.projectRoot);
	const { checks: configuration, config, wrong, shownDatabase } = await checkConfiguration(place);
	// A database at an address that is wrong is not the one in DATA_DIR, and one in a folder that is wrong is nowhere.
	const database =
		wrong.has('DATABASE_URL') || wrong.has('DATA_DIR')
			? []
			: await checkDatabase(config, shownDatabase, place.projectRoot);
	const cluster = database.find((check) => check.name === 'place')?.facts?.['folder'];
	const snapshot = await checkSnapshot(place.projectRoot, pyodide);
	return [
		...(await checkVersions(place, pyodide)),
		...configuration,
		...database,
		...(wrong.has('DATA_DIR')
			? []
			: await checkMachine(place, config.dataDir, typeof cluster === 'string' ? cluster : undefined)),
		...(wrong.has('LESSONS_DIR') ? [] : await checkLessons(config.lessonsDir)),
		// Without the build's files for it there is nothing to start.
		...(snapshot.facts?.['found'] === true ? [await checkServerPython(place)] : []),
		snapshot,
		...(await checkBrowsers(place))
	];
}
