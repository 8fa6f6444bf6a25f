// Loaded into the server by `npm start`. The server leads its own process group, so a starter that is killed outright
// would leave it running with nobody to stop it: when its parent changes, it asks itself for a clean end.
import process from 'node:process';
import { isMainThread } from 'node:worker_threads';

if (isMainThread) {
	const parent = process.ppid;
	const watch = setInterval(() => {
		if (process.ppid === parent) return;
		clearInterval(watch);
		process.kill(process.pid, 'SIGTERM');
	}, 500);
	watch.unref();
}
