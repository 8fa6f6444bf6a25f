import type { PyText } from '$lib/domain/claim';
import type { NotCheckableReason } from '$lib/domain/verdict';

/** What became of a call that a learner typed. */
export type TryAnswer =
	/** Others were asked before, and are not answered yet. */
	| { kind: 'waiting' }
	| { kind: 'asking' }
	| { kind: 'returned'; printed: string; value: PyText | undefined }
	| { kind: 'raised'; printed: string; type: string; message: string; line?: number | undefined }
	| { kind: 'timed-out' }
	| { kind: 'refused'; why: NotCheckableReason }
	| { kind: 'unavailable' };

/** `earlier`: the code that answered has changed since. */
export type TryItem = { id: number; call: string; answer: TryAnswer; earlier: boolean };
