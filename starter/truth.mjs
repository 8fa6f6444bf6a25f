// `npm run truth`. Nothing is imported before the version check: older Node fails on the syntax of the rest.
import { nodeIsRecent } from './node-version.mjs';

if (nodeIsRecent()) void import('./run-truth.mjs').then((module) => module.runTruth(process.argv.slice(2)));
