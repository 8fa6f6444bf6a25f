import fc from 'fast-check';
import * as v from 'valibot';
import type { Claim, PyText } from './claim';
import type { Explanation } from './explanation';
import { ClaimId, ExplanationId } from './ids';
import type { Probe } from './probe';
import type { DisplayData, OutputPart } from './run';
import type { Actual, Outcome, Verdict } from './verdict';

/*
 * Random values of the vocabulary, for property tests only: nothing else imports this file.
 * Texts hold anything a string can, lone surrogates and NUL included.
 */

export const anyText = fc.string({ unit: 'binary', maxLength: 60 });
const line = fc.integer({ min: 1, max: 500 });
const count = fc.nat(1_000);
const name = fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_]{0,12}$/);

/** Now and then the name of something that every object has: a claim may well be called `constructor`. */
export const anyClaimId: fc.Arbitrary<ClaimId> = fc
	.oneof(
		{ weight: 9, arbitrary: fc.stringMatching(/^[a-z][a-z0-9-]{0,39}$/) },
		{ weight: 1, arbitrary: fc.constantFrom('constructor', 'valueof', 'then') }
	)
	.map((id) => v.parse(ClaimId, id));

export const anyExplanationId: fc.Arbitrary<ExplanationId> = fc
	.uuid()
	.map((id) => v.parse(ExplanationId, id));

const anyPyText: fc.Arbitrary<PyText> = fc.oneof(
	anyText,
	anyText.map((text) => ({ text, opaque: true as const }))
);

const anyProbe: fc.Arbitrary<Probe> = fc.record(
	{
		setup: fc.array(anyText, { maxLength: 3 }),
		call: anyText,
		stdin: fc.array(anyText, { maxLength: 3 })
	},
	{ requiredKeys: [] }
);

/** A claim with this id. */
export const anyClaim = (id: ClaimId): fc.Arbitrary<Claim> => {
	const common = { id: fc.constant(id), probe: anyProbe };
	return fc.oneof(
		fc.record({ ...common, kind: fc.constant('returns'), expect: anyPyText }),
		fc.record({
			...common,
			kind: fc.constant('raises'),
			expect: fc.record({ type: name, message: anyText }, { requiredKeys: ['type'] })
		}),
		fc.record({ ...common, kind: fc.constant('prints'), expect: anyText }),
		fc.record(
			{ ...common, kind: fc.constant('value'), line, name, visit: line, expect: anyPyText },
			{ requiredKeys: ['id', 'probe', 'kind', 'line', 'name', 'expect'] }
		),
		fc.record({ ...common, kind: fc.constant('count'), line, expect: count }),
		fc.record({ ...common, kind: fc.constant('executed'), line, expect: fc.boolean() })
	);
};

/** Claims with these ids, in this order. */
const claimsWith = (ids: ClaimId[]): fc.Arbitrary<Claim[]> => fc.tuple(...ids.map(anyClaim));

const places = ['purpose', 0, 1, 2, 'examples', 'edgeCases'] as const;

/** A valid explanation. Its `notes`, where there are any, say something. */
export const anyExplanation: fc.Arbitrary<Explanation> = fc
	.tuple(
		fc.uniqueArray(fc.tuple(anyClaimId, fc.constantFrom(...places)), {
			selector: ([id]) => id,
			maxLength: 12
		}),
		fc.nat(3)
	)
	.chain(([placed, stepCount]) => {
		const at = (place: (typeof places)[number]): fc.Arbitrary<Claim[]> =>
			claimsWith(placed.filter((entry) => entry[1] === place).map(([id]) => id));
		const steps = [0, 1, 2]
			.slice(0, stepCount)
			.map((place) => fc.record({ text: anyText, claims: at(places[1 + place] ?? 0), from: line, to: line }));
		return fc.record(
			{
				purpose: fc.record({ text: anyText, claims: at('purpose') }),
				steps: fc.tuple(...steps),
				examples: at('examples'),
				edgeCases: at('edgeCases').chain((claims) =>
					fc.tuple(...claims.map((claim) => fc.record({ claim: fc.constant(claim), why: anyText })))
				),
				notes: fc.oneof(
					fc.record({ examples: anyText }),
					fc.record({ edgeCases: anyText }),
					fc.record({ examples: anyText, edgeCases: anyText })
				)
			},
			{ requiredKeys: ['purpose', 'steps', 'examples', 'edgeCases'] }
		);
	});

const anyActual: fc.Arbitrary<Actual> = fc.oneof(
	fc.record({ kind: fc.constant('value'), value: anyPyText }),
	fc.record({ kind: fc.constant('raised'), type: anyText, message: anyText }),
	fc.record({ kind: fc.constant('printed'), text: anyText }),
	fc.record({ kind: fc.constant('count'), count }),
	fc.record({ kind: fc.constant('executed'), executed: fc.boolean() }),
	fc.record({ kind: fc.constant('absent') })
);

export const anyOutcome: fc.Arbitrary<Outcome> = fc.oneof(
	fc.record({ kind: fc.constant('confirmed') }),
	fc.record({ kind: fc.constant('contradicted'), actual: anyActual }),
	fc.record({
		kind: fc.constant('raised'),
		error: fc.record({ type: anyText, message: anyText, line }, { requiredKeys: ['type', 'message'] })
	}),
	fc.record({ kind: fc.constant('timed-out') }),
	fc.record({
		kind: fc.constant('non-deterministic'),
		seen: fc.array(anyActual, { minLength: 2, maxLength: 4 })
	}),
	fc.record(
		{
			kind: fc.constant('not-checkable'),
			why: fc.constantFrom('not-a-plain-call', 'unknown-name'),
			detail: anyText
		},
		{ requiredKeys: ['kind', 'why'] }
	)
);

/** A verdict on one of these claims. */
export const anyVerdict = (claimIds: fc.Arbitrary<ClaimId>): fc.Arbitrary<Verdict> =>
	fc.record({ claimId: claimIds, by: fc.constantFrom('browser', 'server'), outcome: anyOutcome });

const anyBase64 = fc.stringMatching(/^[A-Za-z0-9+/]{0,80}={0,2}$/);

const anyDisplayData: fc.Arbitrary<DisplayData> = fc.record(
	{
		'text/plain': anyText,
		'text/html': anyText,
		'image/svg+xml': anyText,
		'image/png': anyBase64,
		'image/jpeg': anyBase64,
		'text/markdown': anyText,
		'text/latex': anyText,
		'application/json': anyText
	},
	{ requiredKeys: ['text/plain'] }
);

export const anyOutputPart: fc.Arbitrary<OutputPart> = fc.oneof(
	fc.record({ kind: fc.constantFrom('stdout', 'stderr', 'stdin'), text: anyText }),
	fc.record({ kind: fc.constant('display'), data: anyDisplayData })
);
