import { describe, expect, it } from 'vitest';
import { asItLooks, isConfusing } from './look-alikes.ts';

describe('a name that looks like another', () => {
  it.each([
    ['r\u0435quests', 'requests'],
    ['requests\u200b', 'requests'],
    ['\uff52\uff45\uff51uests', 'requests'],
    ['\u0440il', 'pil'],
    ['nump\u0443', 'numpy'],
    ['t\u03bfrch', 'torch'],
    ['\u{1d5bd}jango', 'django'],
  ])('%j is told, and looks like %s', (name, looks) => {
    expect(isConfusing(name)).toBe(true);
    expect(asItLooks(name)).toBe(looks);
  });

  it.each(['requests', 'caf\u00e9', '\u043f\u0440\u0438\u043b\u043e\u0436\u0435\u043d\u0438\u0435', '\u6570\u636e'])(
    '%s is of one alphabet',
    (name) => expect(isConfusing(name)).toBe(false),
  );

  it.each(['tor"ch', 'tor\x7fch', 'tor\nch'])('%j has what no registry takes', (name) =>
    expect(isConfusing(name)).toBe(true),
  );
});
