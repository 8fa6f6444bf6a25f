import { ProviderFault, refusal } from './failure';

/** As much of an error's body as is read. */
const maxErrorBytes = 64 * 1024;

/** `fetch` that goes where it is told and nowhere else, and throws a fault for every answer that is not one of success. */
export async function checkedFetch(url: string | URL | Request, init: RequestInit): Promise<Response> {
	// A model server has no reason to send us elsewhere; one that does may mean our own network (SSRF).
	const response = await fetch(url, { ...init, redirect: 'manual' });
	if (response.ok) return response;
	const { kind, detail } = refusal(response.status, await beginning(response));
	throw new ProviderFault(kind, detail);
}

async function beginning(response: Response): Promise<string> {
	if (response.body === null) return '';
	const decoder = new TextDecoder();
	let text = '';
	let bytes = 0;
	for await (const chunk of response.body) {
		text += decoder.decode(chunk, { stream: true });
		bytes += chunk.byteLength;
		if (bytes > maxErrorBytes) break;
	}
	return text + decoder.decode();
}
