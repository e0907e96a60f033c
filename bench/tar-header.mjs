/** The header of a file ('0') or a directory ('5') in a ustar archive. https://pubs.opengroup.org/onlinepubs/9799919799/utilities/pax.html */
export function tarHeader(name, size, type = '0') {
  const bytes = Buffer.alloc(512);
  bytes.write(name.slice(0, 100), 0);
  bytes.write(type === '5' ? '0000755\0' : '0000644\0', 100);
  bytes.write('0000000\0', 108);
  bytes.write('0000000\0', 116);
  // Eight gigabytes and more do not fit into eleven octal digits: base 256, as GNU writes it.
  if (size < 8 ** 11) bytes.write(`${size.toString(8).padStart(11, '0')}\0`, 124);
  else {
    bytes[124] = 0x80;
    bytes.writeBigUInt64BE(BigInt(size), 128);
  }
  bytes.write('14400000000\0', 136);
  bytes.write('        ', 148);
  bytes.write(type, 156);
  bytes.write('ustar\x0000', 257);
  const sum = bytes.reduce((total, byte) => total + byte, 0);
  bytes.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return bytes;
}

/** What fills a body up to the next block. */
export const padding = (size) => Buffer.alloc((512 - (size % 512)) % 512);
