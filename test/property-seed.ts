import fc from 'fast-check';

/**
 * Properties try other values in every run, which finds more; where a change is judged they try the same, so that the verdict is
 * about the change. `PROPERTY_SEED=n` repeats a run.
 */
const seed = process.env.PROPERTY_SEED ?? (process.env.CI ? '20230512' : undefined);
if (seed !== undefined) fc.configureGlobal({ seed: Number(seed) });
