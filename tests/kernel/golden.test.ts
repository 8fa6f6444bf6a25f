import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadKernel } from './pyodide';

/**
 * Explanations that somebody has read, word for word. `UPDATE_GOLDEN=1 npx vitest run --project kernel tests/kernel/golden.test.ts`
 * writes those that are there anew: read what has changed before it is committed. A file of the corpus gets one by an empty file of
 * its name in `tests/corpus/golden`.
 */
const goldens = path.resolve('tests/corpus/golden');
const programs = path.resolve('tests/corpus/programs');
const isUpdate = process.env['UPDATE_GOLDEN'] === '1';

const names = readdirSync(goldens)
	.filter((name) => name.endsWith('.txt'))
	.map((name) => name.slice(0, -'.txt'.length));

/** What a reader sees of an explanation, a line for each thing. Slots are filled with what their claim says. */
const show = `
import json, re, sys
from procoder.explain import explain

def filled(text, claims):
    for claim in claims:
        expect = claim["expect"]
        shown = f"{expect} time{'s' * (expect != 1)}" if claim["kind"] == "count" else f"[{expect}]"
        text = text.replace("{" + claim["id"] + "}", shown)
    return text

def probe(claim):
    asked = claim["probe"]
    parts = [*asked.get("setup", []), asked.get("call", "the cell")]
    typed = f" with {asked['stdin']} typed" if asked.get("stdin") else ""
    where = f" {claim['name']} at line {claim['line']}" if "name" in claim else ""
    return f"{'; '.join(parts)}{typed} {claim['kind']}{where}: {claim['expect']!r}"

def show(code):
    made = explain(code, strict=True)
    yield f"purpose  {filled(made['purpose']['text'], made['purpose']['claims'])}"
    for step in made["steps"]:
        yield f"{step['from']}-{step['to']}  {filled(step['text'], step['claims'])}"
    for claim in made["examples"]:
        yield f"example  {probe(claim)}"
    for edge in made["edgeCases"]:
        yield f"edge  {probe(edge['claim'])} -- {edge['why']}"
    for section, note in made.get("notes", {}).items():
        yield f"no {section}  {note}"

def show_all(source):
    parts = re.split(r"(?m)^# %% +(\\S.*?)[ \\t\\r]*$", source)
    for name, code in zip(parts[1::2], parts[2::2]):
        yield f"# {name}"
        yield from show(code.lstrip("\\r\\n").rstrip() + "\\n")
        yield ""
`;

describe('explanations that were read', async () => {
	// The order of a set is seen in what is shown of it.
	const pyodide = await loadKernel({ env: { PYTHONHASHSEED: '0' } });
	// As where learners work: a deeper stack than this is the end of the interpreter.
	pyodide.runPython('from procoder import bridge\nbridge.awake(\'{"recursionLimit": 500}\')');
	pyodide.runPython(show);
	// The last resort is for code that takes its time inside of one step, of which there is none here; a busy machine is no reason.
	pyodide.runPython(
		'from procoder.explain import meter\nmeter.Clock.__init__.__defaults__ = (meter.STEPS, 1e9)'
	);
	const explained = async (name: string): Promise<string> => {
		const source = readFileSync(path.join(programs, `${name}.py`), 'utf8');
		// A JSON text is a Python text, too.
		return String(await pyodide.runPythonAsync(`"\\n".join(show_all(${JSON.stringify(source)}))`));
	};

	it('are there', () => expect(names.length).toBeGreaterThan(3));

	it.each(names)('%s', async (name) => {
		const file = path.join(goldens, `${name}.txt`);
		const text = await explained(name);
		if (isUpdate) writeFileSync(file, text);
		expect(existsSync(file)).toBe(true);
		expect(text).toBe(readFileSync(file, 'utf8'));
	});
});
