/** Checks that look at files of the Engine's host. */
import { type Check, Inapplicable } from '../check.ts';

/** The check, for an Engine on this host only: of another's host these files say nothing. */
export const onItsHost = (check: Check): Check => ({
  ...check,
  run(facts) {
    if (facts.remote) throw new Inapplicable(`${facts.engine.endpoint.address} is on another host: run it there`);
    return check.run(facts);
  },
});
