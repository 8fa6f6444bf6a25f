// Runs in the sandboxed document that shows a cell's HTML, as text with its hash in the policy: no other script runs there.
// It sanitises what it is given, shows it, and says how high it is. The policy is what keeps everything in; this keeps the
// document from trying.
(() => {
	const purify = /** @type {Window & { DOMPurify: typeof import('dompurify').default }} */ (
		/** @type {unknown} */ (window)
	).DOMPurify;
	/** @typedef {{ ink: string, soft: string, line: string, back: string }} Colours */
	/** @typedef {Colours & { html: string, dark: boolean }} Asked what the page sends */
	const root = document.documentElement;
	const ground = document.body;
	const paper = { ink: '#22262b', soft: '#5d646d', line: '#e4e0d6', back: '#ffffff' };
	const maxColoursRead = 1500;

	addEventListener('message', (/** @type {MessageEvent<Asked>} */ event) => {
		if (event.source !== window.parent) return;
		const { html, dark, ...colours } = event.data;
		ground.replaceChildren(...sanitised(html));
		paint(colours, dark);
		// Colours that were chosen for paper are shown on paper.
		if (dark && !isReadable(colours.back)) {
			paint(paper, false);
			root.style.background = paper.back;
			root.classList.add('paper');
		}
		tell();
	});
	new ResizeObserver(tell).observe(ground);

	function tell() {
		const height = Math.ceil(ground.getBoundingClientRect().height);
		window.parent.postMessage({ type: 'size', height }, '*');
	}

	/** @param {string} html */
	function sanitised(html) {
		const clean = purify.sanitize(html, {
			RETURN_DOM_FRAGMENT: true,
			// Without it a style sheet that stands first is lost: pandas writes one.
			FORCE_BODY: true,
			FORBID_TAGS: [
				'form',
				'input',
				'button',
				'textarea',
				'select',
				'option',
				'dialog',
				'audio',
				'video',
				'source',
				'track'
			],
			FORBID_ATTR: [
				'autofocus',
				'contenteditable',
				'target',
				'ping',
				'srcset',
				'background',
				'action',
				'formaction'
			]
		});
		// Still in a document that loads nothing.
		for (const element of clean.querySelectorAll('*')) keepInside(element);
		return [...clean.childNodes];
	}

	/** Addresses that lead out of the document are taken off: where a link led stays as its title. @param {Element} element */
	function keepInside(element) {
		const isImage = element.localName === 'img' || element.localName === 'image';
		for (const name of ['href', 'xlink:href', 'src']) {
			const address = element.getAttribute(name)?.trim();
			if (address === undefined || address.startsWith('#')) continue;
			if (isImage && /^data:image\//i.test(address)) continue;
			element.removeAttribute(name);
			if (element.localName === 'a' && !element.hasAttribute('title')) element.setAttribute('title', address);
		}
	}

	/** @param {Colours} colours @param {boolean} dark */
	function paint({ ink, soft, line }, dark) {
		root.classList.remove('paper');
		root.style.background = '';
		root.style.colorScheme = dark ? 'dark' : 'light';
		root.style.setProperty('--ink', ink);
		root.style.setProperty('--soft', soft);
		root.style.setProperty('--line', line);
	}

	/** Whether every text stands out from its ground. A drawing is taken for one that was made on white. @param {string} back */
	function isReadable(back) {
		if (ground.querySelector('svg') !== null) return false;
		let read = 0;
		const walker = document.createTreeWalker(ground, NodeFilter.SHOW_TEXT);
		for (let node = walker.nextNode(); node !== null && read < maxColoursRead; node = walker.nextNode()) {
			const element = node.parentElement;
			if (element === null || element.localName === 'style' || node.textContent?.trim() === '') continue;
			read += 1;
			if (contrast(lightness(getComputedStyle(element).color), lightness(groundOf(element, back))) < 3)
				return false;
		}
		return true;
	}

	/** @param {Element} element @param {string} back */
	function groundOf(element, back) {
		for (let at = /** @type {Element | null} */ (element); at !== null; at = at.parentElement) {
			const colour = getComputedStyle(at).backgroundColor;
			if (channels(colour)[3] > 0.5) return colour;
		}
		return back;
	}

	/** @param {string} colour a computed one @returns {[number, number, number, number]} */
	function channels(colour) {
		const [red = 0, green = 0, blue = 0, alpha = 1] = (colour.match(/[\d.]+/g) ?? []).map(Number);
		return [red, green, blue, alpha];
	}

	/** Relative luminance as WCAG defines it. @param {string} colour */
	function lightness(colour) {
		const [red, green, blue] = channels(colour).map((channel) => {
			const part = channel / 255;
			return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
		});
		return 0.2126 * (red ?? 0) + 0.7152 * (green ?? 0) + 0.0722 * (blue ?? 0);
	}

	/** @param {number} one @param {number} other */
	function contrast(one, other) {
		return (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
	}
})();
