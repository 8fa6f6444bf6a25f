// `npm test`. Nothing is imported before the version check: older Node fails on the syntax of the rest.
import { nodeIsRecent } from './node-version.mjs';

if (nodeIsRecent()) void import('./run-test.mjs').then((module) => module.runTest(process.argv.slice(2)));
