import * as v from 'valibot';
import { GenerationStatus } from './generation';
import type { TutorEvent } from './tutor-event';

/*
 * What somebody hears who follows a generation's log, as server-sent events. Those of the log have its number for their id, and no name;
 * the two beside them have a name and no id, so that who comes back is given what is missing of the log, and nothing else.
 */

/** It waits, and so many generations come before it. */
export const LogPlace = v.strictObject({ before: v.pipe(v.number(), v.integer(), v.minValue(0)) });

/** Nothing more comes. `running`: this server stops, and whoever still wants to know asks again. */
export const LogEnd = v.strictObject({ status: GenerationStatus });

export type LogPart =
	| { readonly type: 'event'; readonly seq: number; readonly event: TutorEvent }
	| ({ readonly type: 'place' } & v.InferOutput<typeof LogPlace>)
	| ({ readonly type: 'end' } & v.InferOutput<typeof LogEnd>);
