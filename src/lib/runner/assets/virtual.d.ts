declare module 'virtual:procoder-runner/frame' {
	/** The script of the runner's frame document, as text. */
	const script: string;
	export default script;
}
declare module 'virtual:procoder-runner/worker' {
	/** The address of the worker's bundle. */
	const address: string;
	export default address;
	/** Pyodide's lock file, as JSON. */
	export const lock: string;
}
declare module 'virtual:procoder-runner/kernel' {
	/** The address of the kernel's archive. */
	const address: string;
	export default address;
	/** SHA-256 over the kernel's files: the digest of the built-in explainer. */
	export const kernelHash: string;
}
