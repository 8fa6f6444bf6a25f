import { createSocket } from 'node:dgram';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

type Trap = { address: string; caught: string[]; close(): void };

/** A server that lets everybody in, and counts who came: what reaches it got out of the runner. Datagrams count too. */
export async function openTrap(): Promise<Trap> {
	const caught: string[] = [];
	const server = createServer((request, response) => {
		caught.push(`${request.method} ${request.url}`);
		response.writeHead(200, {
			'access-control-allow-origin': '*',
			'cross-origin-resource-policy': 'cross-origin',
			'content-type': 'text/html'
		});
		response.end('<!doctype html><title>Trap</title>');
	});
	server.on('upgrade', (request, socket) => {
		caught.push(`upgrade ${request.url}`);
		socket.destroy();
	});
	// What speaks no HTTP at all came as well.
	server.on('clientError', (_error, socket) => {
		caught.push('something');
		socket.destroy();
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const { port } = server.address() as AddressInfo;
	const datagrams = createSocket('udp4', () => caught.push('datagram'));
	await new Promise<void>((resolve) => datagrams.bind(port, '127.0.0.1', resolve));
	const close = (): void => {
		server.close();
		datagrams.close();
	};
	return { address: `http://127.0.0.1:${port}`, caught, close };
}
