/**
 * How large the nursery of the main thread becomes, of which V8 keeps two: of the 16 MiB that it may have, and more in newer engines, a scan fills
 * the second half with what is garbage by the next round anyway. The limit can be settled on Node's command line only; by how much it grows is
 * asked each time: from there on not at all.
 */
const NURSERY_BYTES = 8 * 1024 * 1024;
const LOOK_MS = 20;

/**
 * Keeps the nursery at `NURSERY_BYTES` once it is as large. V8 makes it smaller where little is going on, and then it may grow again; with each thread that
 * begins V8 settles for twos anew, so it is told again and again.
 */
export function holdNursery(): void {
  const { getHeapSpaceStatistics, setFlagsFromString } = process.getBuiltinModule('node:v8');
  let factor = 2;
  setInterval(() => {
    const nursery = getHeapSpaceStatistics().find(({ space_name }) => space_name === 'new_space');
    const wanted = (nursery?.space_size ?? 0) >= 2 * NURSERY_BYTES ? 1 : 2;
    if (wanted === 2 && factor === 2) return;
    factor = wanted;
    setFlagsFromString(`--semi-space-growth-factor=${factor}`);
  }, LOOK_MS).unref();
}
