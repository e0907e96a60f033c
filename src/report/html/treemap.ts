/** A rectangle of the map. */
interface Tile<T> {
  readonly item: T;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/**
 * Lays weights out as rectangles of that area, as square as they can be: rows along the shorter side, each taking one more item as long as
 * that makes the worst of it squarer. Items without weight are left out.
 * https://vanwijk.win.tue.nl/stm.pdf (Bruls, Huizing, van Wijk: Squarified Treemaps)
 */
export function treemap<T>(items: readonly (readonly [T, number])[], width: number, height: number): Tile<T>[] {
  const sorted = items.filter(([, weight]) => weight > 0).sort((a, b) => b[1] - a[1]);
  const total = sorted.reduce((sum, [, weight]) => sum + weight, 0);
  const scale = (width * height) / total;
  const tiles: Tile<T>[] = [];
  let [x, y, w, h] = [0, 0, width, height];
  let from = 0;
  while (from < sorted.length) {
    const side = Math.min(w, h);
    let to = from + 1;
    let sum = sorted[from]![1] * scale;
    for (; to < sorted.length; to++) {
      const next = sorted[to]![1] * scale;
      const row = sorted.slice(from, to).map(([, weight]) => weight * scale);
      if (worst([...row, next], sum + next, side) > worst(row, sum, side)) break;
      sum += next;
    }
    const thick = side === 0 ? 0 : sum / side;
    let along = 0;
    for (const [item, weight] of sorted.slice(from, to)) {
      const length = thick === 0 ? 0 : (weight * scale) / thick;
      tiles.push(
        w >= h
          ? { item, x, y: y + along, width: thick, height: length }
          : { item, x: x + along, y, width: length, height: thick },
      );
      along += length;
    }
    if (w >= h) [x, w] = [x + thick, w - thick];
    else [y, h] = [y + thick, h - thick];
    from = to;
  }
  return tiles;
}

/** The longest side to the shortest, of the least square one in a row. */
function worst(row: readonly number[], sum: number, side: number): number {
  const [largest, smallest] = [Math.max(...row), Math.min(...row)];
  return Math.max((side * side * largest) / (sum * sum), (sum * sum) / (side * side * smallest));
}
