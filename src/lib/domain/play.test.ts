import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
	maxPlayCells,
	mergePlayOrders,
	newPlayCell,
	playCellIds,
	playOrderId,
	readPlayOrder,
	writePlayOrder
} from './play';

const cells = playCellIds.filter((id) => id !== playOrderId);
const anyOrder = fc.uniqueArray(fc.constantFrom(...cells.slice(0, 12)));

test('what is written is read, and what is no list of cells begins a page with one', () => {
	fc.assert(
		fc.property(anyOrder, (order) => {
			expect(readPlayOrder(writePlayOrder(order))).toEqual(order);
		})
	);
	for (const text of ['', 'x = 1', '{"a": 1}', '["order"]', '["own-501"]', '[1]'])
		expect(readPlayOrder(text)).toEqual(['own-1']);
	expect(readPlayOrder('["own-2", "own-2"]')).toEqual(['own-2']);
});

test('a new cell takes a name that nothing is kept under; a full page takes none', () => {
	fc.assert(
		fc.property(anyOrder, fc.double({ min: 0, max: 0.999, noNaN: true }), (order, chance) => {
			const added = newPlayCell(order, cells.slice(0, 20), () => chance);
			expect(cells.slice(20)).toContain(added);
		})
	);
	expect(newPlayCell(cells.slice(0, 3), cells, () => 0)).toBe('own-4');
	expect(newPlayCell(cells.slice(0, maxPlayCells), [], () => 0)).toBeUndefined();
});

test('two tabs: nothing that either shows is lost but what was removed here, and theirs keep their order', () => {
	fc.assert(
		fc.property(anyOrder, anyOrder, anyOrder, (theirs, ours, gone) => {
			const removed = gone.filter((id) => !ours.includes(id));
			const merged = mergePlayOrders(theirs, ours, removed);
			const kept = theirs.filter((id) => !removed.includes(id));
			expect(new Set(merged)).toEqual(new Set([...kept, ...ours]));
			expect(merged).toHaveLength(new Set(merged).size);
			expect(merged.filter((id) => kept.includes(id))).toEqual(kept);
		})
	);
	const [a, b, c, d] = cells;
	if (a === undefined || b === undefined || c === undefined || d === undefined)
		throw new Error('There are more.');
	expect(mergePlayOrders([a, b, c], [a, d, b], [c])).toEqual([a, d, b]);
});
