import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

/**
 * Every key and constraint that the data relies on, read from the SQL that is applied. Drizzle drops a composite key without
 * a word when its callback returns an object instead of a list; only the SQL tells. What a check says is written down here a
 * second time: one that lets more through than before would have the same name.
 */
const expected: Record<string, string[]> = {
	learner: [
		'PRIMARY KEY (id)',
		'CHECK learner_training_given_at: not consent_training or consent_training_at is not null',
		'CHECK learner_training_wording: (consent_training_at is null) = (consent_training_wording is null)',
		'CHECK learner_research_given_at: not consent_research or consent_research_at is not null'
	],
	lesson_version: [
		'PRIMARY KEY (lesson_id,version)',
		"CHECK lesson_version_is_hash: version ~ '^[0-9a-f]{64}$'"
	],
	draft: [
		'PRIMARY KEY (learner_id,lesson_id,cell_id)',
		'FOREIGN KEY (learner_id) -> learner (id) cascade',
		'FOREIGN KEY (lesson_id,lesson_version) -> lesson_version (lesson_id,version) no action',
		'CHECK draft_revision_positive: revision >= 1'
	],
	draft_version: [
		'PRIMARY KEY (learner_id,lesson_id,cell_id,revision)',
		'FOREIGN KEY (learner_id,lesson_id,cell_id) -> draft (learner_id,lesson_id,cell_id) cascade',
		'FOREIGN KEY (lesson_id,lesson_version) -> lesson_version (lesson_id,version) no action',
		'CHECK draft_version_revision_positive: revision >= 1'
	],
	setting: ['PRIMARY KEY (name)'],
	prompt_version: ['PRIMARY KEY (version)', "CHECK prompt_version_mode: mode in ('explain')"],
	model_version: [
		'PRIMARY KEY (model_id,model_digest)',
		"CHECK model_version_is_digest: model_digest ~ '^[0-9a-f]{64}$'",
		"CHECK model_version_state: state in ('candidate', 'serving', 'retired')"
	],
	submission: [
		'PRIMARY KEY (id)',
		'FOREIGN KEY (learner_id) -> learner (id) cascade',
		'FOREIGN KEY (lesson_id,lesson_version) -> lesson_version (lesson_id,version) no action',
		'CHECK submission_lesson_whole: (lesson_id is null) = (lesson_version is null)',
		"CHECK submission_code_hash_is_hash: code_hash ~ '^[0-9a-f]{64}$'"
	],
	generation: [
		'PRIMARY KEY (id)',
		'FOREIGN KEY (submission_id) -> submission (id) cascade',
		'FOREIGN KEY (prompt_version) -> prompt_version (version) no action',
		'FOREIGN KEY (model_id,model_digest) -> model_version (model_id,model_digest) no action',
		"CHECK generation_mode: mode in ('explain')",
		"CHECK generation_origin: origin in ('browser', 'server')",
		"CHECK generation_status: status in ('running', 'complete', 'failed', 'interrupted')",
		'CHECK generation_next_seq: next_seq >= 0'
	],
	event: [
		'PRIMARY KEY (generation_id,seq)',
		'FOREIGN KEY (generation_id) -> generation (id) cascade',
		'CHECK event_seq: seq >= 0'
	],
	explanation: [
		'PRIMARY KEY (id)',
		'UNIQUE (generation_id)',
		'FOREIGN KEY (generation_id) -> generation (id) cascade'
	],
	claim: [
		'PRIMARY KEY (explanation_id,claim_id)',
		'UNIQUE (explanation_id,position)',
		'FOREIGN KEY (explanation_id) -> explanation (id) cascade',
		"CHECK claim_section: section in ('purpose', 'steps', 'examples', 'edgeCases')",
		"CHECK claim_kind: kind in ('returns', 'raises', 'prints', 'value', 'count', 'executed')",
		'CHECK claim_position: position >= 0'
	],
	verdict: [
		'PRIMARY KEY (explanation_id,claim_id,by)',
		'FOREIGN KEY (explanation_id,claim_id) -> claim (explanation_id,claim_id) cascade',
		"CHECK verdict_by: by in ('browser', 'server')",
		"CHECK verdict_kind: kind in ('confirmed', 'contradicted', 'raised', 'timed-out', 'non-deterministic', 'not-checkable')"
	],
	rating: [
		'PRIMARY KEY (explanation_id,learner_id)',
		'FOREIGN KEY (explanation_id) -> explanation (id) cascade',
		'FOREIGN KEY (learner_id) -> learner (id) cascade',
		"CHECK rating_value: value in ('helpful', 'not-helpful')"
	],
	attempt: [
		'PRIMARY KEY (id,by)',
		'FOREIGN KEY (learner_id) -> learner (id) cascade',
		'FOREIGN KEY (lesson_id,lesson_version) -> lesson_version (lesson_id,version) no action',
		"CHECK attempt_by: by in ('browser', 'server')",
		"CHECK attempt_result: result in ('passed', 'failed', 'error', 'endless', 'tampered')",
		"CHECK attempt_code_hash_is_hash: code_hash ~ '^[0-9a-f]{64}$'",
		'CHECK attempt_passed: passed between 0 and checks',
		"CHECK attempt_passed_whole: result <> 'passed' or passed = checks"
	]
};

function constraintsInSql(): Record<string, string[]> {
	const sql = readdirSync('drizzle')
		.filter((name) => name.endsWith('.sql'))
		.sort()
		.map((name) => readFileSync(`drizzle/${name}`, 'utf8'))
		.join('\n');
	const found: Record<string, string[]> = {};
	const columns = (text = ''): string => text.replaceAll('"', '').replaceAll(' ', '');
	for (const [, table = '', body = ''] of sql.matchAll(/CREATE TABLE "(\w+)" \(\n([\s\S]*?)\n\);/g)) {
		found[table] = body.split('\n').flatMap((line) => {
			const inline = /^\t"(\w+)" .* PRIMARY KEY/.exec(line);
			if (inline) return [`PRIMARY KEY (${inline[1]})`];
			const key = /CONSTRAINT "\w+" (PRIMARY KEY|UNIQUE) ?\(([^)]*)\)/.exec(line);
			if (key) return [`${key[1]} (${columns(key[2])})`];
			const check = /CONSTRAINT "(\w+)" CHECK \((.*)\),?$/.exec(line);
			return check ? [`CHECK ${check[1]}: ${check[2]?.replace(/"\w+"\."(\w+)"/g, '$1')}`] : [];
		});
	}
	for (const [, table = '', name = '', check = ''] of sql.matchAll(
		/ALTER TABLE "(\w+)" ADD CONSTRAINT "(\w+)" CHECK \((.*)\);/g
	)) {
		found[table]?.push(`CHECK ${name}: ${check.replace(/"\w+"\."(\w+)"/g, '$1')}`);
	}
	const foreign =
		/ALTER TABLE "(\w+)" ADD CONSTRAINT "\w+" FOREIGN KEY \(([^)]*)\) REFERENCES "public"\."(\w+)"\(([^)]*)\) ON DELETE ([a-z ]+?) ON UPDATE/g;
	for (const [, table = '', from, to, keys, action] of sql.matchAll(foreign)) {
		found[table]?.push(`FOREIGN KEY (${columns(from)}) -> ${to} (${columns(keys)}) ${action}`);
	}
	return found;
}

it('has every key, unique, foreign key and check of every table, and no others', () => {
	const sorted = (tables: Record<string, string[]>): Record<string, string[]> =>
		Object.fromEntries(Object.entries(tables).map(([name, list]) => [name, list.toSorted()]));
	expect(sorted(constraintsInSql())).toEqual(sorted(expected));
});
