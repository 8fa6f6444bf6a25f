import type { App as ServerApp } from '$lib/server/app';
import type { Actor } from '$lib/server/auth/actor';

declare global {
	namespace App {
		interface Error {
			message: string;
			/** Names the log entry. */
			errorId?: string;
		}
		interface Locals {
			app: ServerApp;
			actor: Actor;
		}
	}
}
