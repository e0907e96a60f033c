import { describe, expect, it } from 'vitest';
import { callPlaces } from './python-call-places.ts';
import { endingOf } from './python-known-calls.ts';

/** Where `name` ends before a bracket of a text. */
function placesOf(text: string, name: string, places = callPlaces()): number[] {
  const bytes = Buffer.from(text);
  for (let at = bytes.indexOf('('); at >= 0; at = bytes.indexOf('(', at + 1)) places.put(at, endingOf(bytes, at));
  return [...places.of(bytes, Buffer.from(name))];
}

describe('places of calls', () => {
  it('are those where a name ends right before a bracket, names of one letter too', () => {
    expect(placesOf('go(); ago(1); go (); to(); x.go()', 'go')).toEqual([0, 7, 29]);
    expect(placesOf('go(); ago(1); x.go()', '.go')).toEqual([15]);
    expect(placesOf('f(g(1), of())', 'f')).toEqual([0, 9]);
    expect(placesOf('(1)', 'go')).toEqual([]);
  });

  it('are all there where a file has many, and none of the file before', () => {
    const places = callPlaces();
    expect(placesOf('go();'.repeat(5_000), 'go', places)).toHaveLength(5_000);
    places.clear();
    expect(placesOf('to();go();', 'go', places)).toEqual([5]);
  });
});
