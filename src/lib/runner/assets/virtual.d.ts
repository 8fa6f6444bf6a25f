declare module 'virtual:procoder-runner/document' {
	/** The runner's document. */
	export const html: string;
	/** Its hash, headers included; part of its address. */
	export const hash: string;
}
declare module 'virtual:procoder-runner/frame' {
	/** The address of the runner's document; another one for every version. */
	const address: string;
	export default address;
}
declare module 'virtual:procoder-runner/worker' {
	/** The address of the worker's bundle. */
	const address: string;
	export default address;
	/** Pyodide's lock file, as JSON. */
	export const lock: string;
}
declare module 'virtual:procoder-runner/kernel' {
	/** SHA-256 over the kernel's files: the digest of the built-in explainer. */
	export const kernelHash: string;
}
declare module 'virtual:procoder-runner/python' {
	/** The address of the kernel's archive. */
	export const archiveAddress: string;
	/** The addresses of the memory snapshots: the one that is used, and one made with other hashes. */
	export const snapshots: { usual: string; other: string };
	/** Uncompressed bytes. */
	export const sizes: { wasm: number; stdlib: number; archive: number; usual: number; other: number };
	/** What is handed over when something imports one of its modules. */
	export const packages: { modules: string[]; files: string[] }[];
	/** Wheels by file name → address. */
	export const wheels: Record<string, string>;
}
