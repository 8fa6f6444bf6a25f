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
			/** Whether who asks came with the operator's link. They have their own work as a learner all the same. */
			isOperator: boolean;
		}
	}
}
