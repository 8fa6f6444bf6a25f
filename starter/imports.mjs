// `npm run deps`: applies the import rules. dependency-cruiser compiles a component before it looks at its imports, which
// drops every `import type`; so it is given a mirror of the sources in which `Card.svelte` is `Card.svelte.ts`, holding
// the component's script as it was written.
import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { pathToFileURL } from 'node:url';
import { filesBelow } from './fingerprint.mjs';
import { thisProject } from './project.mjs';

const mirrored = [
	'src',
	'starter',
	'tests',
	'vite.config.ts',
	'vite.cli.config.ts',
	'drizzle.config.ts',
	'playwright.config.ts'
];

/**
 * Writes the mirror of `root` into `target`.
 * @param {string} root @param {string} target
 */
export function mirror(root, target) {
	rmSync(target, { recursive: true, force: true });
	mkdirSync(target, { recursive: true });
	for (const file of filesBelow(root, mirrored, (name) => /\.([cm]?[jt]s|svelte|css|py)$/.test(name))) {
		const text = readFileSync(path.join(root, file), 'utf8');
		const component = file.endsWith('.svelte');
		const destination = path.join(target, component ? `${file}.ts` : file);
		if (component && existsSync(path.join(root, `${file}.ts`))) {
			throw new Error(`${file} and ${file}.ts stand side by side: give one of them another name.`);
		}
		mkdirSync(path.dirname(destination), { recursive: true });
		// `?url` and the like are Vite's; the file behind them is what counts.
		const code = component ? withoutItself(scripts(text), path.basename(file)) : text;
		writeFileSync(destination, code.replace(/\?(url|raw|inline|worker)(?=['"])/g, ''));
	}
	for (const name of ['package.json', '.dependency-cruiser.cjs'])
		copyFileSync(path.join(thisProject.root, name), path.join(target, name));
	const compilerOptions = {
		module: 'esnext',
		moduleResolution: 'bundler',
		target: 'esnext',
		verbatimModuleSyntax: true,
		allowJs: true,
		paths: { $lib: ['./src/lib'], '$lib/*': ['./src/lib/*'] }
	};
	writeFileSync(
		path.join(target, 'tsconfig.json'),
		JSON.stringify({ compilerOptions, include: ['src', 'tests'] })
	);
}

/** What a component imports: its scripts, and dynamic imports in its markup. @param {string} component */
export function scripts(component) {
	const script = /<script\b[^>]*>([\s\S]*?)<\/script>/g;
	const code = [...component.matchAll(script)].map((match) => match[1] ?? '');
	const markup = component.replace(script, '');
	const dynamic = [...markup.matchAll(/\bimport\(\s*(['"][^'"]+['"])\s*\)/g)].map(
		(match) => `void import(${match[1] ?? ''});`
	);
	return [...code, ...dynamic, 'export default {};'].join('\n');
}

/**
 * A component that shows itself (a list in a list) imports itself; that is no cycle.
 * @param {string} code @param {string} name
 */
function withoutItself(code, name) {
	return code.replace(/import\s+\w+\s+from\s+['"]\.\/([^'"/]+)['"];?/g, (whole, imported) =>
		imported === name ? '' : whole
	);
}

/**
 * Applies the rules to the mirror.
 * @param {string} target @param {string[]} args for dependency-cruiser
 */
export function cruise(target, args) {
	const command = path.join(
		thisProject.root,
		'node_modules',
		'dependency-cruiser',
		'bin',
		'dependency-cruiser.mjs'
	);
	const places = mirrored.filter((place) => existsSync(path.join(target, place)));
	return spawnSync(process.execPath, [command, '--config', '.dependency-cruiser.cjs', ...args, ...places], {
		cwd: target,
		encoding: 'utf8',
		maxBuffer: 64 * 1024 * 1024
	});
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
	// Inside the checkout, so that packages are found in its node_modules.
	const target = path.join(thisProject.results, 'imports');
	mirror(thisProject.root, target);
	const { status, stdout, stderr } = cruise(target, ['--output-type', 'err-long']);
	process.stdout.write(stdout.replaceAll('.svelte.ts', '.svelte(.ts)'));
	process.stderr.write(stderr);
	process.exitCode = status ?? 1;
	// Other tools look through the checkout for configurations and would find the copies.
	rmSync(target, { recursive: true, force: true });
}
