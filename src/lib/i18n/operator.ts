import { en } from './en-operator';
import { translator } from './translate';

/** The text for a key on the operator's pages. */
export const tOperator = translator(en);
