/** Of the package `compression`, what is used here. Its own types bring those of Express along, which is not in the house. */
declare module 'compression' {
	import type { IncomingMessage, ServerResponse } from 'node:http';

	export default function compression(options: {
		filter: (request: IncomingMessage, response: ServerResponse) => boolean;
	}): (request: IncomingMessage, response: ServerResponse, next: () => void) => void;
}
