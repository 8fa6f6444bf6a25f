import * as v from 'valibot';
import { Facts } from './facts';
import { GenerationId } from './ids';
import { utf8Bytes } from './limits';
import { NewSubmission } from './submission';

/** What facts may weigh, in bytes of JSON. A prompt has room for a fraction of it; who has more sends none. */
export const maxFactsBytes = 256 * 1024;

/**
 * Asks the server's model for an explanation. Both ids are the browser's, so that it may be sent twice. What the lesson is about the
 * server knows by itself.
 */
export const ExplainRequest = v.strictObject({
	id: GenerationId,
	submission: NewSubmission,
	/** As the browser's bench found them: data in a prompt, never proof. */
	facts: v.optional(
		v.pipe(
			Facts,
			v.check(
				(facts) => utf8Bytes(JSON.stringify(facts)) <= maxFactsBytes,
				`Facts may be at most ${maxFactsBytes} bytes long.`
			)
		)
	),
	/** Asks the model also where it has answered the same before. */
	again: v.optional(v.boolean()),
	/** The version of Python that the code is explained for. */
	python: v.pipe(v.string(), v.maxLength(100))
});
export type ExplainRequest = v.InferOutput<typeof ExplainRequest>;
