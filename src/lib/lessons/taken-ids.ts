import type { Report } from './report';

/** The ids that were given to the pieces of one kind so far: each to one. */
export type TakenIds<Id extends string> = {
	has(id: Id): boolean;
	/** The id, unless another piece has it: that is told. */
	take(id: Id, line: number): Id | undefined;
};

export function takenIds<Id extends string>(kind: 'cell' | 'quiz', report: Report): TakenIds<Id> {
	const takenOn = new Map<Id, number>();
	return {
		has: (id) => takenOn.has(id),
		take(id, line) {
			const first = takenOn.get(id);
			if (first !== undefined) {
				report(line, `The id “${id}” is already taken by the ${kind} on line ${first}.`, 'an id of its own');
				return undefined;
			}
			takenOn.set(id, line);
			return id;
		}
	};
}
