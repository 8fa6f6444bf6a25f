/** Tokens of a server for each byte that it was sent. Code and English have about three bytes in a token. */
export const firstTokensPerByte = 0.4;

/** Less no tokenizer needs; a server that leaves out what it had in its cache reports less. */
const leastTokensPerByte = 0.2;

/**
 * The measure after one more answer, from the server's own count of the prompt. Too much is believed at once, because a prompt that does
 * not fit is refused; too little only by and by, because a server may count only what was new to it.
 */
export function learnedTokensPerByte(
	before: number,
	sent: { readonly bytes: number; readonly tokens: number }
): number {
	if (sent.bytes < 500 || sent.tokens <= 0) return before;
	const seen = Math.max(leastTokensPerByte, (sent.tokens / sent.bytes) * 1.05);
	return seen > before ? seen : before + (seen - before) * 0.1;
}
