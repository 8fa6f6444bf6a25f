// What the row about Python in Node measures, bundled for it: Node itself cannot resolve `$lib`.
export { createNodePool } from '$lib/runner/node/pool';
export { cellId } from './page/cell';
