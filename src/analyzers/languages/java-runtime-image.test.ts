import { describe, expect, it } from 'vitest';
import { image, layer } from '../../../test/image.ts';
import { runtimeImage } from '../../../test/java-runtime.ts';
import { takeInventory } from '../../inventory/take.ts';

const told = async (bytes: Buffer): Promise<string[]> => {
  const { inventory } = await takeInventory(image(layer({ 'opt/runtime/lib/modules': bytes })));
  return [
    ...(inventory.signs ?? []).map(({ level, check, message }) => `${level} ${check}: ${message}`),
    ...inventory.unknowns.map(({ reason }) => `? ${reason}`),
  ];
};

describe('a Java runtime that jlink made', () => {
  it('is told where an application’s modules were put into it: they are not judged', async () => {
    expect(await told(runtimeImage(['java.base', 'com.acme.app', 'org.slf4j']))).toEqual([
      'info contents-closed: a Java runtime with modules of others (com.acme.app, org.slf4j) (/opt/runtime/lib/modules): what is in there is not judged',
    ]);
  });

  it('is nothing to tell of where its modules are Java’s and those that vendors add', async () => {
    expect(await told(runtimeImage(['java.base', 'jdk.zipfs', 'javafx.base', 'org.graalvm.word']))).toEqual([]);
  });

  it('is unread where its index is damaged', async () => {
    expect(await told(runtimeImage(['java.base'], { damaged: true }))).toEqual([
      '? the index of a Java runtime that cannot be read',
    ]);
  });
});
