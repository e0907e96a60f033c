import { tick } from '../../work.ts';

/** What a module offers: names of classes by the name of the service, all with slashes. */
export type ModuleServices = ReadonlyMap<string, readonly string[]>;

/**
 * The `provides` of a module's declaration, out of the bytes behind its constants; undefined where they are damaged.
 * https://docs.oracle.com/javase/specs/jvms/se17/html/jvms-4.html#jvms-4.7.25
 */
export function moduleServices(
  bytes: Buffer,
  from: number,
  { textAt, nameAt }: { textAt(index: number): string | undefined; nameAt(index: number): string | undefined },
): ModuleServices | undefined {
  let at = from + 6;
  const short = (): number => {
    tick();
    at += 2;
    return bytes.readUInt16BE(at - 2);
  };
  /** A list of entries of one size. */
  const skip = (size: number): void => {
    const count = short();
    at += size * count;
  };
  try {
    skip(2);
    // A declaration has neither fields nor methods.
    if (short() !== 0 || short() !== 0) return undefined;
    for (let left = short(); left > 0; left -= 1) {
      const name = textAt(short());
      const length = bytes.readUInt32BE(at);
      at += 4;
      if (name === 'Module') return provided();
      at += length;
    }
    return new Map();
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }

  function provided(): ModuleServices {
    const services = new Map<string, string[]>();
    at += 6;
    skip(6);
    for (const _ of ['exports', 'opens'])
      for (let left = short(); left > 0; left -= 1) {
        at += 4;
        skip(2);
      }
    skip(2);
    for (let left = short(); left > 0; left -= 1) {
      const service = nameAt(short()) ?? '';
      const list = services.get(service) ?? [];
      services.set(service, list);
      for (let more = short(); more > 0; more -= 1) list.push(nameAt(short()) ?? '');
    }
    return services;
  }
}
