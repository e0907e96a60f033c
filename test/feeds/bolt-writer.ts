/** What a BoltDB bucket is made of: texts, and buckets. */
export interface BoltContent {
  readonly [key: string]: string | BoltContent;
}

const PAGE = 4_096;

/** A leaf page's bytes (header included) for a bucket whose inner buckets are inline. */
function leaf(content: BoltContent): Buffer {
  const entries = Object.entries(content).sort(([a], [b]) => (a < b ? -1 : 1));
  const header = Buffer.alloc(16);
  header.writeUInt16LE(2, 8);
  header.writeUInt16LE(entries.length, 10);
  const elements: Buffer[] = [];
  const bodies: Buffer[] = [];
  let body = entries.length * 16;
  for (const [index, [key, value]] of entries.entries()) {
    const bytes = typeof value === 'string' ? Buffer.from(value) : Buffer.concat([Buffer.alloc(16), leaf(value)]);
    const element = Buffer.alloc(16);
    element.writeUInt32LE(typeof value === 'string' ? 0 : 1, 0);
    element.writeUInt32LE(body - index * 16, 4);
    element.writeUInt32LE(Buffer.byteLength(key), 8);
    element.writeUInt32LE(bytes.length, 12);
    elements.push(element);
    bodies.push(Buffer.from(key), bytes);
    body += Buffer.byteLength(key) + bytes.length;
  }
  return Buffer.concat([header, ...elements, ...bodies]);
}

function paged(bytes: Buffer): Buffer {
  const pages = Math.ceil(bytes.length / PAGE);
  const page = Buffer.alloc(pages * PAGE);
  bytes.copy(page);
  page.writeUInt32LE(pages - 1, 12);
  return page;
}

/** A BoltDB file: its top-level buckets spread over leaves below a branch page. https://github.com/etcd-io/bbolt */
export function bolt(content: BoltContent): Buffer {
  const leaves = Object.entries(content)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => ({ key, bytes: paged(leaf({ [key]: value })) }));
  const branch = Buffer.alloc(PAGE);
  branch.writeUInt16LE(1, 8);
  branch.writeUInt16LE(leaves.length, 10);
  let next = 4;
  let body = leaves.length * 16;
  for (const [index, { key, bytes }] of leaves.entries()) {
    const at = 16 + index * 16;
    branch.writeUInt32LE(body - index * 16, at);
    branch.writeUInt32LE(key.length, at + 4);
    branch.writeBigUInt64LE(BigInt(next), at + 8);
    branch.write(key, 16 + body);
    body += key.length;
    next += bytes.length / PAGE;
  }
  const meta = (id: number, root: number) => {
    const page = Buffer.alloc(PAGE);
    page.writeBigUInt64LE(BigInt(id), 0);
    page.writeUInt16LE(4, 8);
    page.writeUInt32LE(0xed0cdaed, 16);
    page.writeUInt32LE(2, 20);
    page.writeUInt32LE(PAGE, 24);
    page.writeBigUInt64LE(BigInt(root), 32);
    page.writeBigUInt64LE(2n, 48);
    page.writeBigUInt64LE(BigInt(next), 56);
    page.writeBigUInt64LE(BigInt(id), 64);
    return page;
  };
  const freelist = Buffer.alloc(PAGE);
  freelist.writeUInt16LE(0x10, 8);
  // The first meta page is of an older transaction and points nowhere: the later one counts.
  return Buffer.concat([meta(0, 99), meta(1, 3), freelist, branch, ...leaves.map(({ bytes }) => bytes)]);
}
