import { PlimsollError } from '../../errors.ts';

/** How often an engine that says nothing is greeted, and how many greetings in a row it may leave without an answer. */
interface Patience {
  readonly everyMs: number;
  readonly greetings: number;
}

/**
 * Waits for an answer that may take long, as long as whoever is asked answers greetings meanwhile: an engine gathers an image for minutes in
 * silence, and one that hangs is silent, too. `greet` fails by itself where no answer comes. Throws `engine` when it left several in a row
 * without an answer, else what `ask` throws.
 */
export async function whileAlive<T>(
  ask: (signal: AbortSignal) => Promise<T>,
  greet: (signal: AbortSignal) => Promise<unknown>,
  {
    everyMs,
    greetings,
    where,
    signal,
  }: Patience & { readonly where: string; readonly signal: AbortSignal | undefined },
): Promise<T> {
  const gone = new AbortController();
  const done = new AbortController();
  const until = AbortSignal.any([...(signal ? [signal] : []), gone.signal]);
  let unanswered = 0;
  let underWay = false;
  const timer = setInterval(() => {
    if (underWay) return;
    underWay = true;
    greet(done.signal)
      .then(
        () => {
          unanswered = 0;
        },
        () => {
          unanswered += 1;
          if (unanswered >= greetings) gone.abort();
        },
      )
      .finally(() => {
        underWay = false;
      });
  }, everyMs);
  try {
    return await ask(until);
  } catch (error) {
    if (!gone.signal.aborted || signal?.aborted) throw error;
    throw new PlimsollError('engine', 'the engine does not answer any more, nor does it send the image', {
      where,
      hint: 'restart it, or scan a file that docker save wrote',
      cause: error,
    });
  } finally {
    clearInterval(timer);
    done.abort();
  }
}
