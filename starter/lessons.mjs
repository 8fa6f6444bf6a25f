// `npm run lessons:new` and `npm run lessons:check`. Nothing is imported before the version check: older Node fails on the syntax of the rest.
import { nodeIsRecent } from './node-version.mjs';

if (nodeIsRecent())
	void import('./run-lessons.mjs').then((module) => module.runLessons(process.argv.slice(2)));
