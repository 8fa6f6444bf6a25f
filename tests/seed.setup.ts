import fc from 'fast-check';

// `npm test` chooses one seed for all that is drawn at random; without it each run draws anew.
const seed = process.env['PROCODER_SEED'];
if (seed !== undefined) fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: Number(seed) });
