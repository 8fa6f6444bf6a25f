/** Takes down a problem. `line` counts from 1 in the lesson's file; `expected` says what would have been right there. */
export type Report = (line: number, message: string, expected: string) => void;
