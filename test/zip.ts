import { crc32, deflateRawSync } from 'node:zlib';

/** A zip as Python's zipfile and Info-ZIP lay it out: local headers, then the central directory. */
export function zip(
  files: Record<string, string | Buffer>,
  options: { stored?: boolean; prepend?: Buffer; descriptors?: boolean } = {},
): Buffer {
  const parts: Buffer[] = options.prepend ? [options.prepend] : [];
  const central: Buffer[] = [];
  let offset = 0;
  for (const [name, content] of Object.entries(files)) {
    const body = Buffer.from(content);
    const packed = options.stored ? body : deflateRawSync(body);
    const local = Buffer.alloc(30);
    local.writeUInt32LE(0x04034b50, 0);
    local.writeUInt16LE(options.stored ? 0 : 8, 8);
    // Java writes sizes behind the data, where they are known.
    local.writeUInt16LE(options.descriptors ? 8 : 0, 6);
    local.writeUInt32LE(options.descriptors ? 0 : packed.length, 18);
    local.writeUInt32LE(options.descriptors ? 0 : body.length, 22);
    const descriptor = Buffer.alloc(options.descriptors ? 16 : 0);
    if (options.descriptors) {
      descriptor.writeUInt32LE(0x08074b50, 0);
      descriptor.writeUInt32LE(crc32(body), 4);
      descriptor.writeUInt32LE(packed.length, 8);
      descriptor.writeUInt32LE(body.length, 12);
    }
    local.writeUInt16LE(Buffer.byteLength(name), 26);
    const entry = Buffer.alloc(46);
    entry.writeUInt32LE(0x02014b50, 0);
    entry.writeUInt16LE(options.descriptors ? 8 : 0, 8);
    entry.writeUInt16LE(options.stored ? 0 : 8, 10);
    entry.writeUInt32LE(packed.length, 20);
    entry.writeUInt32LE(body.length, 24);
    entry.writeUInt16LE(Buffer.byteLength(name), 28);
    entry.writeUInt32LE(offset, 42);
    central.push(entry, Buffer.from(name));
    parts.push(local, Buffer.from(name), packed, descriptor);
    offset += 30 + Buffer.byteLength(name) + packed.length + descriptor.length;
  }
  const directory = Buffer.concat(central);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(Object.keys(files).length, 8);
  end.writeUInt16LE(Object.keys(files).length, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...parts, directory, end]);
}
