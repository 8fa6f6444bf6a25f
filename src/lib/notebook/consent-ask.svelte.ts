import { changeConsent, loadConsent } from '$lib/api/calls';
import type { ApiFailure, ApiResult } from '$lib/api/request';
import { TrainingWording, type ChangeConsent, type Consent } from '$lib/domain/consent';
import type { ExplanationId } from '$lib/domain/ids';
import { readStored, store } from './browser-store';

type Server = {
	load(): Promise<ApiResult<Consent>>;
	change(change: ChangeConsent): Promise<ApiResult<Consent>>;
};
type Answer = ChangeConsent['state'] | 'later';

/** Under which the browser keeps that the learner does not want to be asked again. */
const laterKey = 'procoder.consent';

/** The text that is shown from now on: the newest. */
export const wording: TrainingWording =
	TrainingWording.options[TrainingWording.options.length - 1] ?? 'training/1';

/**
 * Asks once whether work may be used for training: below the explanation that was rated, when a rating has arrived and the
 * learner has never answered. "Later" is an answer too: after it "My data" is where this is said.
 */
export class ConsentAsk {
	/** The explanation below which the question stands. */
	at = $state.raw<ExplanationId | undefined>();
	answer = $state.raw<Answer | undefined>();
	failure = $state.raw<ApiFailure | undefined>();
	readonly #server: Server;

	constructor(server: Server) {
		this.#server = server;
	}

	/** A rating has arrived. A question that stands without an answer moves along, so that there is one at most. */
	async rated(id: ExplanationId): Promise<void> {
		if (this.answer !== undefined || readStored(laterKey) === 'later') return;
		if (this.at === undefined) {
			const consent = await this.#server.load();
			// Without an answer of the server nobody is asked: the next rating is early enough.
			if (!consent.ok || consent.value.state !== 'not-asked') return;
		}
		this.at = id;
	}

	async say(answer: Answer): Promise<void> {
		this.failure = undefined;
		if (answer === 'later') store(laterKey, answer);
		else {
			const result = await this.#server.change({ state: answer, wording });
			if (!result.ok) {
				this.failure = result.failure;
				return;
			}
		}
		this.answer = answer;
	}
}

/** One for the page: whoever answers in one cell has answered in all. Nothing touches it on the server, which rates nothing. */
export const consentAsk = new ConsentAsk({
	load: () => loadConsent(fetch),
	change: (change) => changeConsent(fetch, change)
});
