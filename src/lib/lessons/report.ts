/** A line of the lesson's file, or a place on it. Both count from 1. */
export type Place = number | { readonly line: number; readonly column: number };

/** Takes down a problem; `expected` says what would have been right there. */
export type Report = (at: Place, message: string, expected: string) => void;

export const lineOf = (at: Place): number => (typeof at === 'number' ? at : at.line);
