import path from 'node:path';
import { defineConfig } from 'vite';

/** The commands, as programs for Node beside the adapter's output; run after the main build, which empties the folder. */
export default defineConfig({
	publicDir: false,
	resolve: { alias: { $lib: path.join(import.meta.dirname, 'src/lib') } },
	build: {
		ssr: true,
		target: 'node22',
		outDir: 'build',
		emptyOutDir: false,
		rolldownOptions: {
			input: { serve: 'src/cli/serve.ts' },
			output: { entryFileNames: '[name].js', chunkFileNames: 'cli/[name]-[hash].js' }
		}
	}
});
