declare module 'virtual:procoder-bench/plain' {
	/** The address of the plain worker's bundle, as JSON text. */
	const address: string;
	export default address;
}
