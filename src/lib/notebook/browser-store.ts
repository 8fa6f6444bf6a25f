import { newUuid } from '$lib/domain/ids';

/**
 * The browser's own storage, shared by all tabs and possibly closed off, full or full of something else. Nothing here throws:
 * what cannot be kept is then only on the server, if that has it.
 */
export function readStored(key: string): unknown {
	try {
		const text = localStorage.getItem(key);
		return text === null ? undefined : (JSON.parse(text) as unknown);
	} catch {
		return undefined;
	}
}

/** Says whether it is kept. `undefined` takes away what is there. */
export function store(key: string, value: unknown): boolean {
	try {
		if (value === undefined) localStorage.removeItem(key);
		else localStorage.setItem(key, JSON.stringify(value));
		return true;
	} catch {
		// Full or closed off.
		return false;
	}
}

/** Whether anything at all can be kept. */
export function canStore(): boolean {
	const key = 'procoder.probe';
	return store(key, true) && store(key, undefined);
}

/** Whether cookies are kept. Chromium says `cookieEnabled` also where somebody blocks them, so one is tried. */
export function keepsCookies(): boolean {
	const probe = 'procoder-probe=1';
	try {
		document.cookie = `${probe}; path=/; samesite=strict`;
		const isKept = document.cookie.includes(probe);
		document.cookie = `${probe}; path=/; samesite=strict; max-age=0`;
		return isKept;
	} catch {
		return false;
	}
}

export function storedKeys(prefix: string): string[] {
	try {
		return Object.keys(localStorage).filter((key) => key.startsWith(prefix));
	} catch {
		return [];
	}
}

/**
 * Each tab keeps its work under its own name, so that one never overwrites or clears another's. The work of a tab that is gone
 * may be taken over.
 */
export type Tab = { readonly name: string; isGone(name: string): boolean };

const lockOf = (name: string): string => `procoder.tab.${name}`;

/** This tab's name: the same after a reload, another one in a duplicated tab. Held as a lock for as long as the page lives. */
export async function openTab(): Promise<Tab> {
	const before = nameBefore();
	// Where there are no locks (a page that is not on localhost or https), no other tab can be known to be gone.
	if (!('locks' in navigator)) return { name: before ?? remember(newUuid()), isGone: () => false };
	const name = before !== undefined && (await hold(before)) ? before : remember(newUuid());
	if (name !== before) await hold(name);
	try {
		const { held = [] } = await navigator.locks.query();
		const alive = new Set(held.map((lock) => lock.name));
		return { name, isGone: (other) => other !== name && !alive.has(lockOf(other)) };
	} catch {
		return { name, isGone: () => false };
	}
}

function hold(name: string): Promise<boolean> {
	return new Promise((resolve) => {
		const asked = navigator.locks.request(lockOf(name), { ifAvailable: true }, (lock) => {
			resolve(lock !== null);
			// Never settled: the browser lets go when the page ends.
			return lock === null ? undefined : new Promise(() => undefined);
		});
		// Who blocks cookies for a site blocks its locks, too.
		asked.catch(() => resolve(false));
	});
}

function nameBefore(): string | undefined {
	try {
		return sessionStorage.getItem('procoder.tab') ?? undefined;
	} catch {
		return undefined;
	}
}

function remember(name: string): string {
	try {
		sessionStorage.setItem('procoder.tab', name);
	} catch {
		// Then the name lasts until the next load.
	}
	return name;
}
