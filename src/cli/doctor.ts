import { parseArgs } from 'node:util';
import { diagnose } from './doctor/diagnose';
import { asJson, asText, exitCode } from './doctor/report';
import { thisMachine } from './doctor/surroundings';

/** `npm run doctor`, when there is a build: see starter/run-doctor.mjs. It runs in ProCoder's folder, as the server does. */
const usage = `npm run doctor              says what works here, what does not, and what to do about it
npm run doctor -- --json    the same for scripts
npm run doctor -- --strict  ends with 1 also where there are warnings only

It ends with 0 where there is no problem, and with 1 where there is one. It makes and changes nothing.`;

function options(): { json: boolean; strict: boolean; help: boolean } | undefined {
	try {
		const flag = { type: 'boolean', default: false } as const;
		return parseArgs({ options: { json: flag, strict: flag, help: flag } }).values;
	} catch {
		return undefined;
	}
}

const asked = options();
if (asked === undefined || asked.help) {
	(asked === undefined ? process.stderr : process.stdout).write(`${usage}\n`);
	process.exitCode = asked === undefined ? 2 : 0;
} else {
	const checks = await diagnose(thisMachine(process.cwd()));
	const colour = process.stdout.isTTY && !process.env['NO_COLOR'] && process.env['TERM'] !== 'dumb';
	process.stdout.write(asked.json ? `${asJson(checks)}\n` : `${asText(checks, colour).join('\n')}\n`);
	process.exitCode = exitCode(checks, asked.strict);
}
