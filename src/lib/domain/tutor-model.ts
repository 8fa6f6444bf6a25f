import * as v from 'valibot';
import { ModelName } from './model';

const text = v.pipe(v.string(), v.maxLength(2_000));
const size = v.pipe(v.number(), v.minValue(0));

/** The kinds of model servers, by what they speak. */
export const ModelServerId = v.picklist(['ollama', 'openai-compatible']);
export type ModelServerId = v.InferOutput<typeof ModelServerId>;

/** What can go wrong between us and a model server; `stopped` was our own doing. */
export const ModelFailure = v.picklist([
	'not-running',
	'no-such-model',
	'refused',
	'overloaded',
	'cut-off',
	'timed-out',
	'malformed',
	'out-of-context',
	'stopped'
]);
export type ModelFailure = v.InferOutput<typeof ModelFailure>;

/** The model that explains, and the server that has it. */
export const TutorModel = v.strictObject({ server: ModelServerId, model: ModelName });
export type TutorModel = v.InferOutput<typeof TutorModel>;

/** What the operator chose: a model, or (with null) none, so that the built-in explainer has all the work. */
export const TutorChoice = v.strictObject({ tutor: v.nullable(TutorModel) });
export type TutorChoice = v.InferOutput<typeof TutorChoice>;

/**
 * Whether a model explains just now. `off`: nobody chose one. In the other two cases one is chosen and cannot be had, and the
 * built-in explainer stands in for it.
 */
export const TutorState = v.variant('state', [
	v.strictObject({ state: v.literal('ready'), tutor: TutorModel }),
	v.strictObject({ state: v.literal('off') }),
	v.strictObject({ state: v.literal('not-answering'), tutor: v.optional(TutorModel) }),
	v.strictObject({ state: v.literal('no-such-model'), tutor: v.optional(TutorModel) })
]);
export type TutorState = v.InferOutput<typeof TutorState>;

/** What a model did here in the last 30 days. */
export const ModelRecord = v.strictObject({
	/** Explanations that it wrote to their end. */
	answers: size,
	/** By its server's own counts, where it gives them. */
	tokensPerSecond: v.optional(size),
	/** Its claims that were run, and those of them that were true at the first go. */
	claims: size,
	confirmed: size
});
export type ModelRecord = v.InferOutput<typeof ModelRecord>;

/** How the model is asked in one of its roles. */
export const RoleSettings = v.strictObject({
	role: v.picklist(['explain', 'chat']),
	temperature: size,
	topP: size,
	contextTokens: size,
	answerTokens: size,
	/** How long it stays in memory after an answer. */
	keepAlive: text,
	think: v.optional(v.boolean())
});

/** A model as its server describes it; what a server does not say is absent. Sizes in bytes. */
export const InstalledModel = v.strictObject({
	id: text,
	bytes: v.optional(size),
	parameters: v.optional(text),
	quantization: v.optional(text),
	/** The most tokens that a question and its answer may have together. */
	contextTokens: v.optional(size),
	/** Absent where it is not loaded, or the server does not say. */
	running: v.optional(v.strictObject({ bytes: v.optional(size), contextTokens: v.optional(size) })),
	/** How it did here of late: see `ModelRecord`. */
	record: v.optional(ModelRecord)
});
export type InstalledModel = v.InferOutput<typeof InstalledModel>;

/** Everything that an operator chooses from. */
export const ModelsReport = v.strictObject({
	tutor: TutorState,
	roles: v.array(RoleSettings),
	servers: v.array(
		v.variant('answers', [
			v.strictObject({
				answers: v.literal(true),
				server: ModelServerId,
				address: text,
				models: v.array(InstalledModel)
			}),
			v.strictObject({
				answers: v.literal(false),
				server: ModelServerId,
				address: text,
				why: ModelFailure,
				/** The server's own words, or the network's. */
				detail: text,
				/** What to do about it. */
				advice: text
			})
		])
	),
	/** Models that Ollama can be told to fetch, smallest first. `memoryBytes` is an estimate for the context that we ask for. */
	selectable: v.array(
		v.strictObject({
			id: ModelName,
			kind: v.picklist(['instruct', 'base']),
			bytes: size,
			memoryBytes: size,
			installed: v.boolean()
		})
	)
});
export type ModelsReport = v.InferOutput<typeof ModelsReport>;

/** How far the fetching of a model is. The last part is `done` or `failed`. */
export const PullPart = v.variant('state', [
	/** `step` in the server's words; bytes as far as it has named them. */
	v.strictObject({ state: v.literal('fetching'), step: text, bytes: size, allBytes: size }),
	v.strictObject({ state: v.literal('done') }),
	v.strictObject({ state: v.literal('failed'), why: ModelFailure, detail: text })
]);
export type PullPart = v.InferOutput<typeof PullPart>;
