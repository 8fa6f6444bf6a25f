const pageBytes = 65_536;

/**
 * More memory than this is a MemoryError instead of a dead tab: 4 GB took 10 s to fail, 512 MB takes a quarter of one.
 */
export function limitMemory(maxBytes: number): void {
	// eslint-disable-next-line @typescript-eslint/unbound-method -- called below with the memory that it was asked of
	const grow = WebAssembly.Memory.prototype.grow;
	WebAssembly.Memory.prototype.grow = function (delta: number) {
		if (this.buffer.byteLength + delta * pageBytes > maxBytes) {
			throw new RangeError(`The runner gives Python ${Math.round(maxBytes / 1024 / 1024)} MB.`);
		}
		return grow.call(this, delta);
	};
}

/**
 * Grows an instance's memory to hold `bytes`; does nothing where it is large enough. For a snapshot before it is restored: the heap
 * starts at 30 MB, and a larger one does not fit into that.
 */
export function makeRoom(exports: WebAssembly.Exports, bytes: number): void {
	const memory = exports['memory'];
	if (!(memory instanceof WebAssembly.Memory)) return;
	const missing = bytes - memory.buffer.byteLength;
	if (missing > 0) memory.grow(Math.ceil(missing / pageBytes));
}
