import adapter from '@sveltejs/adapter-node';
import { vitePreprocess } from '@sveltejs/vite-plugin-svelte';
import { precompress } from './starter/precompress.mjs';

// With `precompress` the adapter's server looks for FILE.br and FILE.gz. It has them made by the builder, which takes half a
// minute for Python alone (everything at brotli's best quality), so the builder that it gets makes them our way.
const node = adapter({ precompress: true });
/** @type {import('@sveltejs/kit').Adapter} */
const quickNode = {
	...node,
	adapt: (builder) =>
		node.adapt({
			...builder,
			compress: async (folder) => {
				await precompress(folder);
			}
		})
};

/** @type {import('@sveltejs/kit').Config} */
export default {
	preprocess: vitePreprocess(),
	compilerOptions: { runes: ({ filename }) => (filename.includes('node_modules') ? undefined : true) },
	kit: {
		adapter: quickNode,
		// hooks.server.ts checks Origin and Sec-Fetch-Site on every unsafe method, JSON included;
		// Kit's own check covers form types only and needs a fixed origin.
		csrf: { trustedOrigins: ['*'] },
		csp: {
			mode: 'nonce',
			directives: {
				'default-src': ['none'],
				'script-src': ['self'],
				// CodeMirror and Svelte transitions create style elements at run time.
				'style-src': ['self', 'unsafe-inline'],
				'font-src': ['self'],
				'img-src': ['self', 'data:', 'blob:'],
				'connect-src': ['self'],
				'frame-src': ['self'],
				'manifest-src': ['self'],
				'base-uri': ['none'],
				'form-action': ['self'],
				'frame-ancestors': ['self'],
				'object-src': ['none']
			}
		}
	}
};
