// `npm run dev`. Nothing is imported before the version check: older Node fails on the syntax of the rest.
import { nodeIsRecent } from './node-version.mjs';

if (nodeIsRecent()) void import('./run-dev.mjs').then((module) => module.runDev());
