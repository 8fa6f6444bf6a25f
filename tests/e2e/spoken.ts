import { expect, type Page } from '@playwright/test';

/** What a page is to somebody who hears it: names, outline, and what is said without being asked for. */

type Entry = {
	readonly role: string;
	readonly name: string;
	readonly parent: Entry | undefined;
	url?: string;
};

const interactive = new Set(
	'button link textbox searchbox checkbox radio switch slider spinbutton combobox option menuitem tab'.split(
		' '
	)
);
/** What a screen reader names when the focus comes into it; an item of a list is told apart by its own text. */
const places = new Set(
	'banner main navigation complementary search form region group radiogroup dialog listitem'.split(' ')
);
/** Which of these say nothing without a name. */
const named = new Set([...interactive, 'region', 'complementary', 'group', 'dialog', 'progressbar']);

/** The accessibility tree, as far as it has roles. */
async function treeOf(page: Page): Promise<readonly Entry[]> {
	const nodes: Entry[] = [];
	const open: { indent: number; node: Entry }[] = [];
	for (const line of (await page.locator('body').ariaSnapshot()).split('\n')) {
		const url = /^\s*- \/url: (.*)$/.exec(line)?.[1];
		if (url !== undefined) {
			const link = nodes.at(-1);
			if (link?.role === 'link') link.url = url;
		}
		const found = /^(\s*)- '?([a-z]+)(?: "((?:[^"\\]|\\.)*)")?/.exec(line);
		if (found === null) continue;
		const [, { length: indent } = '', role = '', name = ''] = found;
		while ((open.at(-1)?.indent ?? -1) >= indent) open.pop();
		const node: Entry = { role, name, parent: open.at(-1)?.node };
		nodes.push(node);
		open.push({ indent, node });
	}
	return nodes;
}

function placeOf({ parent }: Entry): Entry | undefined {
	for (let place = parent; place !== undefined; place = place.parent)
		if (places.has(place.role)) return place;
	return undefined;
}
const said = ({ role, name }: Entry): string => `${role} "${name}"`;
function pathOf(node: Entry): string {
	const place = placeOf(node);
	return place === undefined ? said(node) : `${pathOf(place)} › ${said(node)}`;
}

/** What may stand in one place under one name. */
const alike: readonly RegExp[] = [
	// Both do the same.
	/› button "Close"$/,
	// Each comes right after the cell that it is about.
	/› button "Show it now"$/
];

/**
 * Everything that can be pressed or filled in has a name, and no other one in its place has the same; headings are an outline.
 */
export async function expectSpeakable(page: Page): Promise<void> {
	const nodes = await treeOf(page);
	expect(nodes.filter(({ role }) => interactive.has(role)).length).toBeGreaterThan(2);
	expect(nodes.filter(({ role, name }) => named.has(role) && name.trim() === '').map(pathOf)).toEqual([]);

	const seen = new Map<Entry | undefined, Map<string, Entry>>();
	const twice: string[] = [];
	for (const node of nodes) {
		const { role } = node;
		if (!interactive.has(role) && role !== 'region' && role !== 'group') continue;
		const place = placeOf(node);
		const around = seen.get(place) ?? new Map<string, Entry>();
		seen.set(place, around);
		const other = around.get(said(node));
		around.set(said(node), node);
		// Two links to one place are one thing to say.
		const isSame = other !== undefined && node.url !== undefined && node.url === other.url;
		if (other !== undefined && !isSame) twice.push(pathOf(node));
	}
	expect(
		twice.filter((path) => !alike.some((known) => known.test(path))),
		'what is named alike in one place'
	).toEqual([]);
	await expectOutline(page);
}

/** One title; below it no level is left out. */
async function expectOutline(page: Page): Promise<void> {
	const headings = await page.getByRole('heading').evaluateAll((found) =>
		found.map((heading) => ({
			level: Number(heading.getAttribute('aria-level') ?? heading.tagName.slice(1)),
			text: heading.textContent.trim(),
			isInDialog: heading.closest('[role=dialog]') !== null
		}))
	);
	expect(headings.filter(({ text }) => text === '')).toEqual([]);
	expect(headings.filter(({ level, isInDialog }) => level === 1 && !isInDialog).length, 'titles').toBe(1);
	const skipped = headings.filter(({ level }, at) => level > (headings[at - 1]?.level ?? 0) + 1);
	expect(skipped, 'headings that leave out a level').toEqual([]);
}

declare global {
	interface Window {
		procoderHeard?: string[];
	}
}

/** What of a region is heard that was not there before it spoke: hardly a screen reader says it. */
const late = '(as it appears) ';

/**
 * From now on, pages remember what a screen reader would say by itself: the text of a live region whenever something comes into it.
 * Comes before the page is opened.
 */
export async function listen(page: Page): Promise<void> {
	await page.addInitScript((lateMark) => {
		const heard: string[] = [];
		window.procoderHeard = heard;
		const live = '[role=status], [role=alert], [role=log], [aria-live=polite], [aria-live=assertive]';
		const known = new WeakSet<Element>();
		const textOf = (node: Node): string => {
			if (node.nodeType === Node.TEXT_NODE) return node.textContent ?? '';
			if (!(node instanceof Element)) return '';
			if (node.getAttribute('aria-hidden') === 'true' || !node.checkVisibility()) return '';
			return [...node.childNodes].map(textOf).join(' ');
		};
		const plain = (text: string): string => text.replace(/\s+/g, ' ').trim();
		const isAtomic = (region: Element): boolean =>
			(region.getAttribute('aria-atomic') ?? String(/^(status|alert)$/.test(region.role ?? ''))) === 'true';
		new MutationObserver((records) => {
			const spoken = new Map<Element, Set<Node>>();
			for (const { type, target, addedNodes } of records) {
				const at = target instanceof Element ? target : target.parentElement;
				const region = at?.closest(live);
				const news = type === 'characterData' ? [target] : [...addedNodes];
				if (region != null && news.length > 0)
					spoken.set(region, new Set([...(spoken.get(region) ?? []), ...news]));
			}
			for (const [region, news] of spoken) {
				if (!known.has(region) || !region.isConnected) continue;
				const text = plain(isAtomic(region) ? textOf(region) : [...news].map(textOf).join(' '));
				if (text !== '') heard.push(text);
			}
			for (const region of document.querySelectorAll(live)) {
				if (known.has(region)) continue;
				known.add(region);
				// What a page or a dialog comes with is read as the page is, or the dialog.
				if (document.readyState === 'loading' || region.closest('dialog, [role=dialog]') !== null) continue;
				const text = plain(textOf(region));
				if (text !== '') heard.push(`${lateMark}${text}`);
			}
		}).observe(document, { subtree: true, childList: true, characterData: true });
	}, late);
}

/** Waits until all of that was said, forgets what was said up to then, and returns it. */
export async function expectHeard(page: Page, ...all: RegExp[]): Promise<string[]> {
	const heard = (): Promise<string[]> => page.evaluate(() => [...(window.procoderHeard ?? [])]);
	for (const words of all) {
		await expect
			.poll(heard, { message: `${String(words)} is said`, timeout: 60_000 })
			.toContainEqual(expect.stringMatching(words));
	}
	const said = await page.evaluate(() => window.procoderHeard?.splice(0) ?? []);
	// Who asks for an explanation knows that it is being made; what comes of it the card says when it is there.
	const asked = `${late}Reading and running your code`;
	expect(
		said.filter((words) => words.startsWith(late) && words !== asked),
		'live regions that came with their words in them'
	).toEqual([]);
	return said;
}
