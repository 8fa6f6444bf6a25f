import { store, storedKeys } from './browser-store';

/** How the page looks says nothing about the learner's work. */
const kept = new Set(['procoder.theme']);

/** Removes the work that this browser keeps: drafts, answers, and what was still to be sent. */
export function clearBrowser(): void {
	for (const key of storedKeys('procoder.')) if (!kept.has(key)) store(key, undefined);
}
