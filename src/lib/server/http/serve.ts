import {
	createServer,
	type IncomingMessage,
	type RequestListener,
	type Server,
	type ServerResponse
} from 'node:http';
import compression from 'compression';
import { maxBodyBytes } from '$lib/domain/limits';
import { browserAddress, readConfig, type Config } from '$lib/server/config';
import { problem } from './problem';
import { securityHeaders, setsItsOwnHeaders } from './security-headers';
import { isOwnHost } from './site';

export type Handler = (request: IncomingMessage, response: ServerResponse, next: () => void) => void;

type Options = {
	/** Loads SvelteKit's handler, which builds the app before it resolves. Called once, after the port is ours. */
	readonly loadHandler: () => Promise<Handler>;
	readonly say: (line: string) => void;
};

/** Milliseconds that requests get to end in after a signal, and the whole stop may take. */
const drainMs = 2_000;
const stopMs = 10_000;

/**
 * Runs ProCoder until a signal stops it; sets the exit code and ends the process. The port is taken before anything slow
 * begins, so that a second start fails at once, and requests meanwhile get a 503.
 */
export async function serve({ loadHandler, say }: Options): Promise<void> {
	try {
		const config = readConfig(process.env, process.cwd());
		prepareAdapter();
		let answer: RequestListener = notYet;
		const server = createServer(
			{ requestTimeout: 60_000, headersTimeout: 15_000, keepAliveTimeout: 10_000 },
			(request, response) => answer(request, response)
		);
		server.maxHeadersCount = 100;
		const port = await listen(server, config);
		// From here on a signal must stop what has been started, even while the rest still starts.
		const started = loadHandler();
		stopOnSignals(server, started, say);
		answer = guarded(await started, config);
		if (!config.loopback) {
			say(
				`HOST is ${config.host}: everyone on the network can reach this, and without TLS everyone on the way can read along.`
			);
		}
		const address = browserAddress(config.host, port);
		say(`ProCoder is ready at ${address}`);
		// What the handler has to say about it only it knows: the two are bundled apart.
		tellHandler('procoder:ready', address);
	} catch (error) {
		say(forPeople(error));
		process.exit(1);
	}
}

/**
 * The adapter takes the protocol for https unless a header says otherwise, which would make every form and cookie on a
 * plain-HTTP laptop wrong. We are that header: it is set on each request, whatever the client sent.
 */
const protocolHeader = 'x-procoder-protocol';

function prepareAdapter(): void {
	process.env['PROTOCOL_HEADER'] = protocolHeader;
	// Our own reader answers with what the limit is; the adapter's is the net below it.
	process.env['BODY_SIZE_LIMIT'] = String(maxBodyBytes + 1024);
}

function guarded(handler: Handler, config: Config): RequestListener {
	return (request, response) => {
		// Static files do not pass through the hooks, so what protects them is here too.
		if (!isOwnHost(request.headers.host ?? null, config.loopback)) {
			void send(
				response,
				problem({
					code: 'forbidden',
					detail: 'ProCoder answers to localhost only: HOST is a loopback address.'
				})
			);
			return;
		}
		const [pathname = '/'] = (request.url ?? '/').split('?');
		if (!setsItsOwnHeaders(pathname)) {
			for (const [name, value] of Object.entries(securityHeaders)) response.setHeader(name, value);
		}
		request.headers[protocolHeader] = 'http';
		pack(request, response, () =>
			handler(request, response, () => void send(response, problem({ code: 'not-found' })))
		);
	};
}

/**
 * Pages and their data are text that says much twice: a lesson is a sixth as long packed, and on a phone's line seen half a second
 * sooner. Files are packed when the program is built; a stream of events must not wait for a block to be full.
 */
const pack = compression({
	filter: (_request, response) =>
		/^(text\/html|application\/json)\b/.test(String(response.getHeader('content-type')))
});

const notYet: RequestListener = (_request, response) => {
	void send(response, problem({ code: 'unavailable', detail: 'ProCoder is starting.' }));
};

async function send(response: ServerResponse, answer: Response): Promise<void> {
	response.writeHead(answer.status, Object.fromEntries(answer.headers));
	response.end(await answer.text());
}

/** Resolves with the port; where it is taken, throws with what to do about it. */
function listen(server: Server, { host, port }: Config): Promise<number> {
	return new Promise((resolve, reject) => {
		server.once('error', (error) => reject(explainListenError(error, host, port)));
		server.listen({ host, port }, () => {
			const address = server.address();
			resolve(address instanceof Object ? address.port : port);
		});
	});
}

/** Named so that it is shown without a stack: see `forPeople`. */
function explainListenError(error: Error, host: string, port: number): Error {
	const code = 'code' in error ? error.code : undefined;
	const other = port < 65_535 ? port + 1 : 3000;
	const text =
		code === 'EADDRINUSE'
			? `Port ${port} is taken. If ProCoder is running already, open ${browserAddress(host, port)}. Otherwise choose another port: PORT=${other} npm start`
			: code === 'EACCES'
				? `This user may not listen on port ${port}. Choose one above 1023: PORT=3000 npm start`
				: code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND'
					? `HOST is "${host}", but this machine has no such address. Use 127.0.0.1, or 0.0.0.0 for every address.`
					: undefined;
	if (text === undefined) return error;
	const explained = new Error(text, { cause: error });
	explained.name = 'StartError';
	return explained;
}

/** What a person can do something about is shown as it stands; a bug with its stack. */
function forPeople(error: unknown): string {
	if (!(error instanceof Error)) return `ProCoder cannot start: ${String(error)}`;
	const readable = error.name === 'StartError' || error.name === 'ConfigError';
	return readable
		? `ProCoder cannot start. ${error.message}`
		: `ProCoder cannot start: ${error.stack ?? error.message}`;
}

/** The first signal ends what runs in order; a second one ends the process at once. */
function stopOnSignals(server: Server, started: Promise<unknown>, say: (line: string) => void): void {
	let stopping = false;
	const onSignal = (signal: NodeJS.Signals): void => {
		if (stopping) process.exit(130);
		stopping = true;
		say('Stopping …');
		// Whatever hangs: a process that was asked to end has ended ten seconds later.
		setTimeout(() => process.exit(1), stopMs).unref();
		void stop(server, started, signal).then(
			() => process.exit(0),
			(error: unknown) => {
				say(`The stop was not clean: ${error instanceof Error ? error.message : String(error)}`);
				process.exit(1);
			}
		);
	};
	process.on('SIGINT', onSignal);
	process.on('SIGTERM', onSignal);
}

function tellHandler(name: string, ...values: unknown[]): void {
	const emit: (name: string, ...values: unknown[]) => boolean = process.emit.bind(process);
	emit(name, ...values);
}

async function stop(server: Server, started: Promise<unknown>, signal: NodeJS.Signals): Promise<void> {
	const closed = new Promise<void>((resolve) => server.close(() => resolve()));
	// Answers that would go on for ever are ended by those who give them.
	tellHandler('procoder:stopping');
	// Again and again: browsers keep a connection open when its answer is over.
	const idle = setInterval(() => server.closeIdleConnections(), 50);
	const cut = setTimeout(() => server.closeAllConnections(), drainMs);
	// A start that fails says so itself, and has nothing left to stop.
	await started.catch(() => undefined);
	await closed;
	clearTimeout(cut);
	clearInterval(idle);
	const work: Promise<void>[] = [];
	tellHandler('sveltekit:shutdown', signal, (promise: Promise<void>) => work.push(promise));
	await Promise.all(work);
}
