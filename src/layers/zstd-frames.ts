/** `Magic_Number` of a frame, and the first of sixteen that mark one to be skipped. https://datatracker.ietf.org/doc/html/rfc8878#section-3.1 */
const FRAME = 0xfd2fb528;
const SKIPPABLE = 0x184d2a50;

const FCS_BYTES = [0, 2, 4, 8] as const;
const DICTIONARY_BYTES = [0, 1, 2, 4] as const;
const RLE = 1;
const CHECKSUM_BYTES = 4;
const BLOCK_HEADER_BYTES = 3;
const WORD_BYTES = 4;

/** Follows the frames of a zstd stream by their headers alone. */
interface ZstdFrames {
  take(bytes: Uint8Array): void;
  /** Every frame that has begun has ended. Of what is no zstd it says nothing: whoever decodes that fails. */
  readonly isWhole: boolean;
}

/**
 * Says where a zstd stream may end. Node 22's decoder takes one that ends anywhere for a whole one, and gives what it has (seen with
 * 22.23: half a layer, or nothing of it, without an error). https://datatracker.ietf.org/doc/html/rfc8878#section-3.1.1
 */
export function zstdFrames(): ZstdFrames {
  const head = new Uint8Array(WORD_BYTES);
  const view = new DataView(head.buffer);
  let have = 0;
  let want = WORD_BYTES;
  /** Bytes that mean nothing here. */
  let left = 0;
  let hasChecksum = false;
  let next: () => void = magic;
  const expect = (bytes: number, reader: () => void): void => {
    have = 0;
    want = bytes;
    next = reader;
  };
  function magic(): void {
    const word = view.getUint32(0, true);
    if (word === FRAME) expect(1, descriptor);
    else if ((word & ~0xf) >>> 0 === SKIPPABLE) expect(WORD_BYTES, skipped);
    else expect(WORD_BYTES, magic);
  }
  function skipped(): void {
    left = view.getUint32(0, true);
    expect(WORD_BYTES, magic);
  }
  function descriptor(): void {
    const flags = head[0] as number;
    const isSingle = (flags & 0x20) !== 0;
    hasChecksum = (flags & 0x04) !== 0;
    const fcs = flags >> 6;
    left = (isSingle ? 0 : 1) + (DICTIONARY_BYTES[flags & 3] as number);
    left += fcs === 0 && isSingle ? 1 : (FCS_BYTES[fcs] as number);
    expect(BLOCK_HEADER_BYTES, block);
  }
  function block(): void {
    const header = (head[0] as number) | ((head[1] as number) << 8) | ((head[2] as number) << 16);
    left = ((header >> 1) & 3) === RLE ? 1 : header >> 3;
    const isLast = (header & 1) !== 0;
    left += isLast && hasChecksum ? CHECKSUM_BYTES : 0;
    if (isLast) expect(WORD_BYTES, magic);
    else expect(BLOCK_HEADER_BYTES, block);
  }
  return {
    take(bytes) {
      for (let at = 0; at < bytes.length; ) {
        const passed = Math.min(left, bytes.length - at);
        left -= passed;
        at += passed;
        if (left > 0 || at === bytes.length) return;
        head[have] = bytes[at] as number;
        have += 1;
        at += 1;
        if (have === want) next();
      }
    },
    get isWhole() {
      return left === 0 && have === 0 && next === magic;
    },
  };
}
