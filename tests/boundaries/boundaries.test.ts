import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cruise, mirror } from '../../starter/imports.mjs';

/**
 * A rule that never fires is worse than none: each one is broken on purpose in a throwaway tree, and each import that the
 * table allows is there too, unreported. What each room must not import is broken by cases that are made from the rules
 * themselves; a rule of another kind needs a line of its own below, or the last test fails.
 */
type Case = { because: string; file: string; rules: string[]; imports: string };

type Rule = { name: string; from: { path?: string }; to: { path?: string; pathNot?: string | string[] } };
const { forbidden: allRules } = createRequire(import.meta.url)('../../.dependency-cruiser.cjs') as {
	forbidden: Rule[];
};

/** Why | the file | the rules that must report it, and no others | what it imports. Code in a component goes into its script. */
const written: Case[] = rows(`
	domain imports no room | src/lib/domain/a.ts | room-domain | import { x } from '$lib/i18n/x';
	a type is an import too | src/lib/domain/b.ts | room-domain | import type { X } from '$lib/ui/x';
	an inline type is one too | src/lib/domain/c.ts | room-domain | import { type X } from '$lib/ui/x';
	a dynamic import is one too | src/lib/domain/d.ts | room-domain | void import('$lib/ui/x');
	a re-export is one too | src/lib/domain/e.ts | room-domain | export { x } from '$lib/ui/x';
	a long way round is the same way | src/lib/domain/f.ts | room-domain | import { x } from '../ui/x';
	domain is free of Node | src/lib/domain/g.ts | no-node-in-domain | import { readFileSync } from 'node:fs';
	domain is free of Svelte | src/lib/domain/h.ts | no-svelte-in-domain | import { tick } from 'svelte';
	domain is free of Kit | src/lib/domain/i.ts | no-kit-in-domain | import { page } from '$app/state';
	domain is free of Kit’s types | src/lib/domain/j.ts | no-kit-in-domain | import type { RequestEvent } from '@sveltejs/kit';
	pure rooms do not know the server | src/lib/tutor/a.ts | room-tutor + server-only-in-server-files | import type { Row } from '$lib/server/db/x';
	pure rooms do not know the runner | src/lib/reactive/a.ts | room-reactive | import { x } from '$lib/runner/page/x';
	pure rooms do not know each other | src/lib/lessons/a.ts | room-lessons | import { x } from '$lib/tutor/x';
	i18n is pure | src/lib/i18n/a.ts | room-i18n | import { x } from '$lib/notebook/x';
	api is for the browser | src/lib/api/a.ts | no-node-in-api | import { createHash } from 'node:crypto';
	the page never imports the worker | src/lib/runner/page/a.ts | room-runner-page | import { x } from '$lib/runner/worker/x';
	the frame never imports the page | src/lib/runner/frame/a.ts | room-runner-frame | import { x } from '../page/x';
	the worker knows no notebook | src/lib/runner/worker/a.ts | room-runner-worker | import { x } from '$lib/notebook/x';
	the protocol stands alone | src/lib/runner/protocol.ts | room-runner-protocol | import { x } from './page/x';
	the runner is free of Svelte | src/lib/runner/page/b.ts | no-svelte-in-runner-page | import { tick } from 'svelte';
	the frame has no Node | src/lib/runner/frame/b.ts | no-node-in-runner-frame | import path from 'node:path';
	the runner in Node knows no server | src/lib/runner/node/a.ts | room-runner-node + server-only-in-server-files | import { x } from '$lib/server/db/x';
	a component shows what it is given | src/lib/ui/A.svelte | room-ui | import { x } from '$lib/api/x';
	types count in components too | src/lib/ui/B.svelte | room-ui | import type { X } from '$lib/notebook/x';
	module scripts of components count | src/lib/ui/C.svelte | room-ui + server-only-in-server-files | <script module lang="ts"> import type { X } from '$lib/server/db/x'; </script>
	imports in markup count | src/lib/ui/D.svelte | room-ui | {#await import('$lib/notebook/x') then it}{it.x}{/await}
	a component knows no address | src/lib/ui/E.svelte | no-kit-in-ui | import { page } from '$app/state';
	the editor runs nothing | src/lib/editor/a.ts | room-editor | import { x } from '$lib/runner/page/x';
	the notebook knows no server | src/lib/notebook/a.svelte.ts | room-notebook + server-only-in-server-files | import type { Row } from '$lib/server/db/x';
	the notebook reaches the runner by its page | src/lib/notebook/b.ts | room-notebook | import { x } from '$lib/runner/worker/x';
	the database knows no provider | src/lib/server/db/a.ts | room-server-db | import { x } from '$lib/server/providers/x';
	providers know no database | src/lib/server/providers/a.ts | room-server-providers | import { x } from '$lib/server/db/x';
	jobs know no database | src/lib/server/jobs/a.ts | room-server-jobs | import { x } from '$lib/server/db/x';
	auth knows the database only | src/lib/server/auth/a.ts | room-server-auth | import { x } from '$lib/server/tutoring/x';
	use cases know no HTTP | src/lib/server/tutoring/a.ts | room-server-tutoring | import { x } from '$lib/server/http/x';
	use cases know no RequestEvent | src/lib/server/tutoring/b.ts | no-kit-in-server-tutoring | import type { RequestEvent } from '@sveltejs/kit';
	lessons on disk know no tutoring | src/lib/server/lessons/a.ts | room-server-lessons | import { x } from '$lib/server/tutoring/x';
	the database is free of Svelte | src/lib/server/db/b.ts | no-svelte-in-server-db | import { tick } from 'svelte';
	nothing reaches back into the root | src/lib/server/http/a.ts | composition-root + room-server-http | import { x } from '$lib/server/app';
	the plugin is for building only | src/lib/notebook/c.ts | build-time-only + room-notebook | import { x } from '$lib/runner/assets/x';
	not even a route may have the plugin | src/routes/a.ts | build-time-only | import { x } from '$lib/runner/assets/x';
	the plugin of the messages is for building only | src/lib/notebook/plugin-user.ts | build-time-only + room-notebook | import { x } from '$lib/i18n/compile/x';
	not even a hook may import a route | src/hooks.client.ts | routes-and-commands-are-ends | import { x } from './routes/(student)/lessons/part';
	a new room needs a line in the table | src/lib/surprise/a.ts | room-unknown | import { x } from '$lib/domain/x';
	Pyodide belongs to the interpreter | src/lib/runner/worker/c.ts | owner-of-pyodide | import { loadPyodide } from 'pyodide';
	pg belongs to the database | src/lib/server/tutoring/c.ts | owner-of-postgres | import pg from 'pg';
	Drizzle belongs to the database | src/lib/server/auth/b.ts | owner-of-postgres | import { eq } from 'drizzle-orm';
	CodeMirror belongs to the editor | src/lib/notebook/D.svelte | owner-of-codemirror | import type { EditorState } from '@codemirror/state';
	Lezer belongs to the editor | src/lib/ui/a.ts | owner-of-codemirror | import { tags } from '@lezer/highlight';
	the Markdown parser belongs to two rooms | src/lib/ui/F.svelte | owner-of-markdown | import { marked } from 'marked';
	the bundler is for building | src/lib/api/b.ts | owner-of-bundler | import { zipSync } from 'fflate';
	a page is no server file | src/routes/+page.svelte | server-only-in-server-files | import type { X } from '$lib/server/app';
	a universal load is no server file | src/routes/+page.ts | server-only-in-server-files | import { x } from '$lib/server/app';
	the service worker is no server file | src/service-worker.ts | server-only-in-server-files | import { x } from '$lib/server/app';
	server files use the doors | src/routes/+page.server.ts | server-by-its-doors | import { x } from '$lib/server/db/x';
	commands use the doors | src/cli/doctor.ts | server-by-its-doors | import { x } from '$lib/server/db/x';
	hooks use the doors | src/hooks.server.ts | server-by-its-doors | import { x } from '$lib/server/auth/x';
	routes do not import routes | src/routes/(student)/lessons/[lesson]/+page.svelte | route-alone:/(student)/lessons/[lesson] | import Part from '../Part.svelte';
	nothing imports a route | src/lib/notebook/e.ts | room-notebook + routes-and-commands-are-ends | import { x } from '../../routes/(student)/lessons/part';
	nothing imports a command | starter/a.mjs | routes-and-commands-are-ends + starter-is-alone | import { x } from '../src/cli/doctor.ts';
	nothing imports tests | src/lib/server/http/b.ts | tests-are-not-imported | import { x } from './x.test';
	nothing imports test tools | src/lib/api/c.ts | tests-are-not-imported + declared | import { vi } from 'vitest';
	nothing imports the tests folder | src/lib/api/d.ts | tests-are-not-imported + room-api | import { x } from '../../../tests/support/x';
	the starter has nothing installed | starter/b.mjs | starter-is-alone | import * as v from 'valibot';
	the starter stands beside the sources | starter/c.mjs | starter-is-alone | import { x } from '../src/lib/domain/x.ts';
	no utils folder | src/lib/api/e.ts | no-drawers | import { x } from './utils/x';
	no helpers file | src/lib/api/f.ts | no-drawers | import { x } from './helpers';
	no cycles | src/lib/tutor/cycle-a.ts | no-cycles | import { x } from './cycle-b'; export const y = x;
	no cycles of types either | src/lib/tutor/cycle-c.ts | no-cycles | import type { X } from './cycle-d'; export type Y = X;
	no orphans | src/lib/tutor/orphan.ts | no-orphans | export const alone = 1;
	a misspelt import is an error | src/lib/tutor/b.ts | resolvable | import { x } from '$lib/domain/misspelt';
	what runs is a dependency | src/lib/tutor/c.ts | declared | import globals from 'globals';
`).map(([because = '', file = '', rules = '', imports = '']) => ({
	because,
	file,
	rules: rules.split(' + '),
	imports
}));

/** A package of each library that has an owner. */
const packages: Record<string, string> = {
	pyodide: 'pyodide',
	postgres: 'pg',
	'pg-boss': 'pg-boss',
	codemirror: '@codemirror/state',
	markdown: 'marked',
	bundler: 'fflate'
};

/** What breaks a rule that there is one of for each room, library or route; undefined for a rule of another kind. */
function broken(rule: Rule): Case | undefined {
	const [, kind = '', subject = ''] =
		/^(room|no-node-in|no-svelte-in|no-kit-in|owner-of|route-alone)[-:](.*)$/.exec(rule.name) ?? [];
	const [, room] = /^\^src\/lib\/([a-z0-9/]+)\(/.exec(rule.from.path ?? '') ?? [];
	const made = (file: string, imports: string): Case => ({
		because: `made for ${rule.name}`,
		file,
		rules: [rule.name],
		imports
	});
	const inRoom = (imports: string): Case | undefined =>
		room === undefined ? undefined : made(`src/lib/${room}/made-${kind}.ts`, imports);
	switch (kind) {
		case 'room': {
			const other = ['i18n', 'lessons'].find((name) => isRefused(rule, `src/lib/${name}/x.ts`));
			return other === undefined ? undefined : inRoom(`import { x } from '$lib/${other}/x';`);
		}
		case 'no-node-in':
			return inRoom("import 'node:path';");
		case 'no-svelte-in':
			return inRoom("import { tick } from 'svelte';");
		case 'no-kit-in':
			return inRoom("import { page } from '$app/state';");
		case 'owner-of':
			return packages[subject] === undefined
				? undefined
				: made(`src/lib/reactive/made-${subject}.ts`, `import '${packages[subject]}';`);
		case 'route-alone':
			return made(
				path.posix.join('src/routes', subject, 'made.ts'),
				"import { x } from '$lib/../routes/(student)/lessons/part';"
			);
		default:
			return undefined;
	}
}

function isRefused({ to }: Rule, file: string): boolean {
	const matches = (patterns: string | string[] = []): boolean =>
		[patterns].flat().some((pattern) => new RegExp(pattern).test(file));
	return matches(to.path) && !matches(to.pathNot);
}

const forbidden = [...written, ...allRules.flatMap((rule) => broken(rule) ?? [])];

/** Why | the file | what it imports, which nothing may report. */
const allowed: Omit<Case, 'rules'>[] = rows(`
	schemas in domain | src/lib/domain/x.ts | import * as v from 'valibot'; import { y } from './y'; export const x = [v, y];
	rooms know domain | src/lib/tutor/x.ts | import { x } from '$lib/domain/x'; export { x };
	the page knows domain and protocol | src/lib/runner/page/x.ts | import { x } from '$lib/domain/x'; import wasm from 'pyodide/pyodide.asm.wasm?url'; export { x, wasm };
	the interpreter has Pyodide | src/lib/runner/interpreter/x.ts | import { loadPyodide } from 'pyodide'; export const x = loadPyodide;
	the worker starts the interpreter | src/lib/runner/worker/x.ts | import { x } from '../interpreter/x'; export { x };
	the plugin bundles | src/lib/runner/assets/x.ts | import { build } from 'vite'; import { zipSync } from 'fflate'; import path from 'node:path'; export const x = [build, zipSync, path];
	components know domain, texts and each other | src/lib/ui/X.svelte | import type { X } from '$lib/domain/x'; import { x } from '$lib/i18n/x'; import Y from './Y.svelte'; import { tick } from 'svelte';
	a component may show itself | src/lib/ui/markdown/Blocks.svelte | import Blocks from './Blocks.svelte'; import { marked } from 'marked';
	the notebook composes | src/lib/notebook/x.ts | import { x } from '$lib/runner/page/x'; import Card from '$lib/ui/X.svelte'; import { goto } from '$app/navigation'; export { x, Card, goto };
	use cases use their rooms | src/lib/server/tutoring/x.ts | import { x } from '$lib/server/db/x'; import { x as y } from '$lib/tutor/x'; export { x, y };
	the root composes | src/lib/server/app.ts | import { x } from '$lib/server/tutoring/x'; import { x as y } from '$lib/server/http/x'; export { x, y };
	the database has Postgres | src/lib/server/db/x.ts | import pg from 'pg'; import { eq } from 'drizzle-orm'; export const x = [pg, eq];
	a server file uses the doors | src/routes/api/v1/x/+server.ts | import { x } from '$lib/server/app'; import { x as y } from '$lib/server/http/x'; export const GET = [x, y];
	a route has its own parts | src/routes/(student)/x/[id]/+page.svelte | import Part from './Part.svelte'; import type { PageProps } from './$types';
	a command uses the doors | src/cli/serve.ts | import { x } from '$lib/server/app'; console.log(x);
	tests import anything | src/lib/domain/x.test.ts | import { it } from 'vitest'; import { x } from '$lib/server/db/x'; import path from 'node:path'; it('', () => [x, path]);
	the starter has Node | starter/x.mjs | import path from 'node:path'; import { y } from './y.mjs'; export const x = [path, y];
`).map(([because = '', file = '', imports = '']) => ({ because, file, imports }));

function rows(table: string): string[][] {
	return table
		.trim()
		.split('\n')
		.map((line) => line.split(' | ').map((part) => part.trim()));
}

function asWritten({ file, imports }: Pick<Case, 'file' | 'imports'>): string {
	return file.endsWith('.svelte') && !/^[<{]/.test(imports)
		? `<script lang="ts">${imports}</script><p>text</p>`
		: imports;
}

/** What the cases import, with nothing in it that could be reported. */
const scenery: Record<string, string> = {
	...Object.fromEntries(
		[
			'api',
			'editor',
			'i18n',
			'i18n/compile',
			'ui',
			'runner/node',
			'server/providers',
			'server/jobs',
			'server/http',
			'server/auth',
			'api/utils',
			'lessons'
		].map((room) => [`src/lib/${room}/x.ts`, 'export const x = 1;'])
	),
	'src/lib/domain/y.ts': 'export const y = 1;',
	'src/lib/ui/Y.svelte': '<p>text</p>',
	'src/lib/api/helpers.ts': 'export const x = 1;',
	'src/lib/server/http/x.test.ts': 'export const x = 1;',
	'src/lib/tutor/cycle-b.ts': "import { y } from './cycle-a'; export const x = y;",
	'src/lib/tutor/cycle-d.ts': "import type { Y } from './cycle-c'; export type X = Y;",
	'src/routes/(student)/lessons/Part.svelte': '<p>text</p>',
	'src/routes/(student)/lessons/part.ts': 'export const x = 1;',
	'src/routes/(student)/x/[id]/Part.svelte': '<p>text</p>',
	'starter/y.mjs': 'export const y = 1;',
	'tests/support/x.ts': 'export const x = 1;'
};

const results = path.resolve('test-results');
let reported: { rule: string; from: string }[] = [];
let root: string;

beforeAll(() => {
	mkdirSync(results, { recursive: true });
	// Inside the checkout, so that libraries resolve as they do for the real sources.
	root = mkdtempSync(path.join(results, 'boundaries-'));
	const files = {
		...scenery,
		...Object.fromEntries([...forbidden, ...allowed].map((entry) => [entry.file, asWritten(entry)]))
	};
	for (const [file, text] of Object.entries(files)) {
		mkdirSync(path.dirname(path.join(root, 'tree', file)), { recursive: true });
		writeFileSync(path.join(root, 'tree', file), text);
	}
	mirror(path.join(root, 'tree'), path.join(root, 'mirror'));
	installPgBoss(path.join(root, 'mirror'));
	const { stdout, stderr } = cruise(path.join(root, 'mirror'), ['--output-type', 'json']);
	expect(stderr).toBe('');
	const { summary } = JSON.parse(stdout) as {
		summary: { violations: { rule: { name: string }; from: string }[] };
	};
	reported = summary.violations.map(({ rule, from }) => ({
		rule: rule.name,
		from
	}));
}, 60_000);

afterAll(() => {
	rmSync(root, { recursive: true, force: true });
});

/** Nothing of ours needs it yet, but its rule is there already. */
function installPgBoss(folder: string): void {
	const manifest = path.join(folder, 'package.json');
	const ours = JSON.parse(readFileSync(manifest, 'utf8')) as { dependencies: Record<string, string> };
	ours.dependencies['pg-boss'] = '1.0.0';
	writeFileSync(manifest, JSON.stringify(ours));
	const home = path.join(folder, 'node_modules', 'pg-boss');
	mkdirSync(home, { recursive: true });
	writeFileSync(path.join(home, 'package.json'), '{"name":"pg-boss","version":"1.0.0","main":"index.js"}');
	writeFileSync(path.join(home, 'index.js'), '');
}

/** The rules that report a file, each once. */
const reporting = (file: string): string[] => [
	...new Set(
		reported.filter(({ from }) => from === file || from === `${file}.ts`).map((violation) => violation.rule)
	)
];

describe('import rules', () => {
	it.each(forbidden)('refused: $because ($file)', ({ file, rules }) => {
		expect(reporting(file).toSorted()).toEqual(rules.toSorted());
	});
	it.each(allowed)('allowed: $because ($file)', ({ file }) => {
		expect(reporting(file)).toEqual([]);
	});
	it('have a case each that breaks them', () => {
		const proven = new Set(forbidden.flatMap(({ rules }) => rules));
		expect(allRules.map(({ name }) => name).filter((name) => !proven.has(name))).toEqual([]);
	});
});
