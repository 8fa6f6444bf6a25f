import js from '@eslint/js';
import svelte from 'eslint-plugin-svelte';
import { defineConfig } from 'eslint/config';
import globals from 'globals';
import ts from 'typescript-eslint';
import svelteConfig from './svelte.config.js';

const noCodeFromText = [
	{ selector: "CallExpression[callee.name='eval']", message: 'No code is made from text.' },
	{ selector: "NewExpression[callee.name='Function']", message: 'No code is made from text.' },
	{ selector: "CallExpression[callee.name='Function']", message: 'No code is made from text.' }
];
const noClockNoChance = [
	{
		selector: "CallExpression[callee.object.name='Date'][callee.property.name='now']",
		message: 'The time comes in as an argument.'
	},
	{
		selector: "NewExpression[callee.name='Date'][arguments.length=0]",
		message: 'The time comes in as an argument.'
	},
	{
		selector: "CallExpression[callee.object.name='Math'][callee.property.name='random']",
		message: 'Chance comes in as an argument.'
	},
	{ selector: "CallExpression[callee.object.name='crypto']", message: 'Chance comes in as an argument.' }
];
const pageGlobals = [
	'window',
	'document',
	'navigator',
	'localStorage',
	'sessionStorage',
	'indexedDB',
	'location',
	'history'
];
const pureRooms = ['domain', 'i18n', 'lessons', 'tutor', 'reactive'];
const tests = ['**/*.test.ts', '**/*.test.mjs', 'src/lib/domain/arbitraries.ts', 'tests/**'];

export default defineConfig(
	{
		ignores: [
			'build/',
			'.svelte-kit/',
			'.starter/',
			'data/',
			'drizzle/',
			'node_modules/',
			'test-results/',
			'.dependency-cruiser.cjs'
		]
	},
	{ linterOptions: { reportUnusedDisableDirectives: 'error' } },
	js.configs.recommended,
	ts.configs.strictTypeChecked,
	svelte.configs.recommended,
	{
		languageOptions: {
			globals: { ...globals.browser, ...globals.node },
			parserOptions: {
				projectService: true,
				tsconfigRootDir: import.meta.dirname,
				extraFileExtensions: ['.svelte']
			}
		}
	},
	{
		files: ['**/*.svelte', '**/*.svelte.ts'],
		languageOptions: { parserOptions: { parser: ts.parser, svelteConfig } }
	},
	{
		rules: {
			// TypeScript knows every name; the rule does not know its types.
			'no-undef': 'off',
			'no-console': 'error',
			'no-eval': 'error',
			'no-restricted-syntax': ['error', ...noCodeFromText],
			'no-restricted-imports': [
				'error',
				{
					patterns: [
						{
							group: ['../../*'],
							message: 'Between rooms it is $lib/room/…; climbing this far leaves the room.'
						}
					]
				}
			],
			'@typescript-eslint/no-explicit-any': 'error',
			'@typescript-eslint/no-non-null-assertion': 'error',
			'@typescript-eslint/ban-ts-comment': ['error', { minimumDescriptionLength: 10 }],
			'@typescript-eslint/consistent-type-imports': [
				'error',
				{ fixStyle: 'inline-type-imports', disallowTypeAnnotations: false }
			],
			'@typescript-eslint/switch-exhaustiveness-check': [
				'error',
				{ considerDefaultExhaustiveForUnions: true }
			],
			'@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
			// A schema and the type it yields share one name, as everywhere in src/lib/domain.
			'@typescript-eslint/no-redeclare': 'off',
			'@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
			// A callback that only passes a call on is clearer without braces.
			'@typescript-eslint/no-confusing-void-expression': 'off',
			'svelte/no-at-html-tags': 'error',
			'svelte/button-has-type': 'error',
			'svelte/no-target-blank': 'error',
			// Takes the words of the reason after the code for codes; svelte-check reports what is unused.
			'svelte/no-unused-svelte-ignore': 'off',
			// One server at one address: there is no base path to resolve against.
			'svelte/no-navigation-without-resolve': 'off'
		}
	},
	{
		files: ['**/*.svelte'],
		rules: {
			// Blind to props and state that change between renders.
			'@typescript-eslint/no-unnecessary-condition': 'off',
			'prefer-const': 'off',
			'svelte/prefer-const': [
				'error',
				{ destructuring: 'all', excludedRunes: ['$props', '$derived', '$state'] }
			]
		}
	},
	{
		files: [...pureRooms, 'api'].map((room) => `src/lib/${room}/**`),
		ignores: tests,
		rules: { 'no-restricted-globals': ['error', ...pageGlobals] }
	},
	{
		// Ids are made in domain; everything else in these rooms answers the same to the same arguments.
		files: pureRooms.filter((room) => room !== 'domain').map((room) => `src/lib/${room}/**`),
		ignores: tests,
		rules: {
			'no-restricted-syntax': ['error', ...noCodeFromText, ...noClockNoChance],
			'no-restricted-globals': ['error', ...pageGlobals, 'fetch']
		}
	},
	{
		files: ['src/cli/**', 'src/lib/server/http/unexpected.ts', 'starter/**', 'tests/**'],
		rules: { 'no-console': 'off' }
	},
	{
		// Plain JavaScript: its types are in comments, and svelte-check reads them strictly.
		files: ['**/*.mjs', '**/*.js'],
		languageOptions: { globals: globals.node },
		rules: { '@typescript-eslint/no-unsafe-type-assertion': 'off' }
	},
	{
		files: tests,
		rules: {
			// A test may state what its fixture guarantees.
			'@typescript-eslint/no-non-null-assertion': 'off',
			'@typescript-eslint/require-await': 'off',
			// From tests/ the starter is two folders up, and has no other name.
			'no-restricted-imports': 'off'
		}
	}
);
