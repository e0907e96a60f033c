import fc from 'fast-check';
import { vi } from 'vitest';

/**
 * Properties try other values in every run, which finds more; where a change is judged they try the same, so that the verdict is
 * about the change. `PROPERTY_SEED=n` repeats a run, and `PROPERTY_RUNS=20000` makes one as long as nobody waits for.
 */
const seed = process.env.PROPERTY_SEED ?? (process.env.CI ? '20230512' : undefined);
if (seed !== undefined) fc.configureGlobal({ seed: Number(seed) });
/** A run of many thousand worlds ends when it ends. */
const HOURS = 6 * 60 * 60_000;
if (process.env.PROPERTY_RUNS !== undefined) vi.setConfig({ testTimeout: HOURS });
