import { serve, type Handler } from '$lib/server/http/serve';

/** `node build/serve.js`: ProCoder as it runs for people. The handler is the adapter's output, which lies beside this file. */
await serve({
	loadHandler: async () => {
		const beside = new URL('./handler.js', import.meta.url).href;
		// eslint-disable-next-line @typescript-eslint/no-unsafe-assignment -- what the adapter writes has no types
		const built: { handler: Handler } = await import(/* @vite-ignore */ beside);
		return built.handler;
	},
	say: (line) => process.stdout.write(`${line}\n`)
});
