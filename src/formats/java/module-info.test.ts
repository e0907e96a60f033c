import { describe, expect, it } from 'vitest';
import { classFile } from './index.ts';

/**
 * By javac 17: `module m { requires java.logging; exports a; opens a; uses java.util.spi.ToolProvider;
 * provides java.util.spi.ToolProvider with a.One, a.Two; }`
 */
const DECLARED =
  'yv66vgAAAD0AFQcAAgEAC21vZHVsZS1pbmZvAQAKU291cmNlRmlsZQEAEG1vZHVsZS1pbmZvLmphdmEBAAZNb2R1bGUTAAcBAAFtEwAJAQAJamF2YS5iYXNlAQAHMTcuMC4xNRMADAEADGphdmEubG9nZ2luZxQADgEAAWEHABABABpqYXZhL3V0aWwvc3BpL1Rvb2xQcm92aWRlcgcAEgEABWEvT25lBwAUAQAFYS9Ud2+AAAABAAAAAAAAAAAAAgADAAAAAgAEAAUAAAAyAAYAAAAAAAIACIAAAAoACwAAAAoAAQANAAAAAAABAA0AAAAAAAEADwABAA8AAgARABM=';

describe("a module's declaration", () => {
  const bytes = Buffer.from(DECLARED, 'base64');

  it('says which classes are offered for which services', () => {
    const { name, services } = classFile(bytes) ?? {};
    expect(name).toBe('module-info');
    expect([...(services ?? [])]).toEqual([['java/util/spi/ToolProvider', ['a/One', 'a/Two']]]);
  });

  it('is none where it is cut off: then nobody takes it for one that offers nothing', () => {
    for (let end = bytes.length - 30; end < bytes.length; end += 7)
      expect(classFile(bytes.subarray(0, end))).toBeUndefined();
  });
});
