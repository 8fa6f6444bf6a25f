/**
 * ProCoder cannot start, and a person can do something about it: the message says what is wrong and what to do, so it is
 * shown without a stack. Told apart by `name`, because the server and the starter are separate bundles with separate classes.
 */
export class StartError extends Error {
	override readonly name: string = 'StartError';
}

/** Turns what the file system says about `target` into a StartError; other errors come back as they are. */
export function explainFileError(error: unknown, target: string): unknown {
	if (!(error instanceof Error) || !('code' in error)) return error;
	switch (error.code) {
		case 'ENOSPC':
		case 'EDQUOT':
			return new StartError(
				`The disk is full: ${target} cannot be written. Free some space, then start again.`
			);
		case 'EACCES':
		case 'EPERM':
		case 'EROFS':
			return new StartError(
				`${target} cannot be written (${error.code}). Give this user access to it, or set DATA_DIR to another folder.`
			);
		case 'ENOTDIR':
		case 'EEXIST':
			return new StartError(
				`${target} is not a folder. Set DATA_DIR to a folder, or to a name that is free.`
			);
		default:
			return error;
	}
}
