/** So far from the window's edges, in parts of its height, something counts as near. */
const margin = '50% 0px';

const waiting = new Map<Element, () => void>();
const due: Element[] = [];
let observer: IntersectionObserver | undefined;

/**
 * Calls `act` once, when the element comes near what is seen: one element for each task, so that the page answers in between.
 * Returns what takes the wish back.
 */
export function whenNear(element: Element, act: () => void): () => void {
	observer ??= new IntersectionObserver(notice, { rootMargin: margin });
	waiting.set(element, act);
	observer.observe(element);
	return () => forget(element);
}

function notice(entries: readonly IntersectionObserverEntry[]): void {
	const near = entries.filter((entry) => entry.isIntersecting).map(({ target }) => target);
	if (near.length === 0) return;
	if (due.length === 0) setTimeout(actOnNext);
	due.push(...near);
}

function actOnNext(): void {
	const next = due.shift();
	if (due.length > 0) setTimeout(actOnNext);
	const act = next === undefined ? undefined : waiting.get(next);
	if (next !== undefined) forget(next);
	act?.();
}

function forget(element: Element): void {
	waiting.delete(element);
	observer?.unobserve(element);
}
