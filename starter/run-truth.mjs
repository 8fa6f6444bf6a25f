import { thisProject } from './project.mjs';
import { runBuilt } from './run-built.mjs';

/** @param {string[]} args see src/cli/truth.ts */
export const runTruth = (args) => runBuilt('truth', args, thisProject);
