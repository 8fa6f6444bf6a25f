/** Bytes as people say the sizes of models: in thousands of millions, with one digit where that says something. */
export const gigabytes = (bytes: number): string => (bytes / 1e9).toFixed(bytes < 10e9 ? 1 : 0);
