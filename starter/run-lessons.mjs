import { thisProject } from './project.mjs';
import { runBuilt } from './run-built.mjs';

/** @import { Project } from './project.mjs' */

/**
 * @param {string[]} args `new` or `check`, and what follows
 * @param {Project} [project]
 */
export const runLessons = (args, project = thisProject) => runBuilt('lessons', args, project);
