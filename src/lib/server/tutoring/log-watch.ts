import type { GenerationId } from '$lib/domain/ids';
import type { LogMark } from '$lib/server/db/repositories/server-generation';

export type LogWatch = {
	/** `changed` hears where the log stands, soon and whenever that is another place. Returns what ends it. */
	watch(id: GenerationId, changed: (mark: LogMark) => void): () => void;
	/** Says it at once, for a log that this process has just added to. */
	tell(id: GenerationId, mark: Pick<LogMark, 'next' | 'status'>): void;
	close(): void;
};

type Watched = { readonly listeners: Set<(mark: LogMark) => void>; latest: LogMark | undefined };

/**
 * Where logs stand that this process follows, whoever writes them. One look at the database is for all of them together, however
 * many readers there are, and none is made where nobody follows anything. Looking again and again needs no connection that is kept
 * for listening, so it goes on by itself when the database comes back.
 */
export function logWatch(
	look: (ids: readonly GenerationId[]) => Promise<ReadonlyMap<GenerationId, LogMark>>,
	everyMs: number
): LogWatch {
	const watched = new Map<GenerationId, Watched>();
	let timer: ReturnType<typeof setTimeout> | undefined;
	let isLooking = false;
	let isClosed = false;

	function hear(id: GenerationId, mark: LogMark): void {
		const found = watched.get(id);
		// A look that began before a log grew here comes back with where it stood then.
		if (found === undefined || mark.next < (found.latest?.next ?? 0)) return;
		found.latest = mark;
		for (const listener of [...found.listeners]) listener(mark);
	}

	async function lookAll(): Promise<void> {
		timer = undefined;
		isLooking = true;
		try {
			for (const [id, mark] of await look([...watched.keys()])) hear(id, mark);
		} catch {
			// A database that is away is looked at again.
		} finally {
			isLooking = false;
			if (watched.size > 0 && !isClosed) timer = setTimeout(() => void lookAll(), everyMs);
		}
	}

	return {
		watch(id, changed) {
			const found = watched.get(id) ?? { listeners: new Set(), latest: undefined };
			watched.set(id, found);
			found.listeners.add(changed);
			if (found.latest !== undefined) changed(found.latest);
			if (!isLooking && timer === undefined && !isClosed) timer = setTimeout(() => void lookAll(), 0);
			return () => {
				found.listeners.delete(changed);
				if (found.listeners.size === 0 && watched.get(id) === found) watched.delete(id);
			};
		},
		tell(id, mark) {
			const latest = watched.get(id)?.latest;
			hear(id, { stopping: false, unreadSeconds: 0, ...latest, ...mark });
		},
		close() {
			isClosed = true;
			clearTimeout(timer);
		}
	};
}
