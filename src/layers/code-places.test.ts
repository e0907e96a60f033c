import { describe, expect, it } from 'vitest';
import { codePlaces, readCodePlaces } from './code-places.ts';

describe('places of code', () => {
  it('are found by the row of the table, and forgotten when another body of the path comes', () => {
    const places = codePlaces(true);
    places.put(2, ['code-python'], 700);
    places.put(5_000, ['code-script', 'code-python'], 0);
    places.put(7, ['code-elf'], 9e12);
    places.drop(7);
    places.drop(8);
    expect([places.size, places.of(1), places.of(7), places.of(1_000_000)]).toEqual([
      2,
      undefined,
      undefined,
      undefined,
    ]);
    expect(places.of(2)).toEqual({ analyzers: ['code-python'], at: 700 });
    expect(places.of(5_000)).toEqual({ analyzers: ['code-script', 'code-python'], at: 0 });
  });

  it('are kept with where the bodies are only where that is in the layer', () => {
    const [stored, passed] = [codePlaces(true), codePlaces(false)];
    for (const places of [stored, passed]) places.put(3, ['code-elf'], 4_096);
    const again = [stored, passed].map((places) => readCodePlaces(JSON.parse(JSON.stringify(places.serialize()))));
    expect(again.map((places) => [places.size, places.inLayer, places.of(3)])).toEqual([
      [1, true, { analyzers: ['code-elf'], at: 4_096 }],
      [1, false, { analyzers: ['code-elf'], at: undefined }],
    ]);
  });

  it('refuse what they could not tell apart', () => {
    const places = codePlaces(false);
    const taken = Array.from({ length: 260 }, (_, at) => places.put(at, [`analyzer ${at}`], at));
    expect(taken.filter(Boolean)).toHaveLength(255);
    expect(places.put(0, ['analyzer 3'], 1)).toBe(true);
  });
});
