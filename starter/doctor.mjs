// `npm run doctor`. Nothing is imported before the version check: older Node fails on the syntax of the rest.
import { nodeIsRecent } from './node-version.mjs';

if (nodeIsRecent()) void import('./run-doctor.mjs').then((module) => module.runDoctor(process.argv.slice(2)));
