// For the bench's server: what the route of the runner's document answers with.
export { hash, html } from 'virtual:procoder-runner/document';
export { framePolicy } from '$lib/runner/frame/document';
