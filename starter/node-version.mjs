// Plain old syntax and no imports: this file must still parse on the Node that it turns away.

const oldest = '20';

/** Says what is needed when this Node is too old; the exit code is then 1. */
export function nodeIsRecent() {
	const found = process.versions.node;
	if (Number(found.split('.')[0]) >= Number(oldest)) return true;
	console.error(
		'ProCoder needs Node ' +
			oldest +
			' or newer to start; this is Node ' +
			found +
			'.\n' +
			'Get a newer one from nodejs.org or from your package manager, then run the same command again.'
	);
	process.exitCode = 1;
	return false;
}
