/** Where the body of a file of code is: its place in what holds it (the layer's content, or a spool), and who would read it. */
interface CodePlace {
  /** Names of the analyzers that want it. */
  readonly analyzers: readonly string[];
  /** Undefined where the layer has to pass by again. */
  readonly at: number | undefined;
}

/** The files of one layer that are code and were passed over, by their rows in its table: nine bytes a row, for images have 200,000 of them. */
export interface CodePlaces {
  readonly size: number;
  /** The places are in the layer's own content, and hold as long as it is stored where it was. */
  readonly inLayer: boolean;
  of(row: number): CodePlace | undefined;
  /** Whether any of these analyzers wants the file of a row; undefined where the row is none of such files. */
  wantedBy(analyzers: readonly string[]): (row: number) => boolean | undefined;
  /** For the cache. */
  serialize(): KeptPlaces;
}

/** Places as the cache keeps them: columns in base64, in the machine's byte order, since a cache never leaves its machine. */
export interface KeptPlaces {
  readonly wanting: readonly (readonly string[])[];
  readonly who: string;
  readonly at?: string;
}

/** Places while a layer is read. */
interface CodePlacesBuilder extends CodePlaces {
  /** False where no more can be told apart: who wants the body has to read it now. */
  put(row: number, analyzers: readonly string[], at: number | undefined): boolean;
  /** Another body of the path came. */
  drop(row: number): void;
}

/** Different lists of analyzers that one layer can hold. */
const LISTS = 255;
const NOWHERE = -1;

/** No places. */
export const codePlaces = (inLayer: boolean): CodePlacesBuilder =>
  placesOver([], new Uint8Array(0), new Float64Array(0), inLayer);

/** The reverse of `serialize`. */
export function readCodePlaces({ wanting, who, at }: KeptPlaces): CodePlaces {
  const lists = Uint8Array.from(Buffer.from(who, 'base64'));
  const places =
    at === undefined
      ? new Float64Array(lists.length).fill(NOWHERE)
      : new Float64Array(Uint8Array.from(Buffer.from(at, 'base64')).buffer);
  return placesOver(wanting, lists, places, at !== undefined);
}

/** Long because it is an object: its methods close over one state. `lists` holds the number of a row's list in `wanting` and one, 0 for none. */
function placesOver(
  known: readonly (readonly string[])[],
  kept: Uint8Array,
  keptAt: Float64Array,
  inLayer: boolean,
): CodePlacesBuilder {
  const wanting: (readonly string[])[] = [...known];
  const numbers = new Map(wanting.map((analyzers, at) => [analyzers.join('\n'), at + 1]));
  let lists = kept;
  let places = keptAt;
  let size = lists.reduce((sum, list) => sum + (list > 0 ? 1 : 0), 0);

  const listOf = (analyzers: readonly string[]): number => {
    const key = analyzers.join('\n');
    const number = numbers.get(key);
    if (number !== undefined || wanting.length === LISTS) return number ?? 0;
    wanting.push(analyzers);
    numbers.set(key, wanting.length);
    return wanting.length;
  };
  const grow = (rows: number): void => {
    const capacity = Math.max(1_024, rows * 2);
    const [more, moreAt] = [new Uint8Array(capacity), new Float64Array(capacity)];
    more.set(lists);
    moreAt.set(places);
    lists = more;
    places = moreAt;
  };
  return {
    inLayer,
    get size() {
      return size;
    },
    put(row, analyzers, at = NOWHERE) {
      const list = listOf(analyzers);
      if (list === 0) return false;
      if (row >= lists.length) grow(row + 1);
      if (lists[row] === 0) size += 1;
      lists[row] = list;
      places[row] = at;
      return true;
    },
    drop(row) {
      if (row >= lists.length || lists[row] === 0) return;
      lists[row] = 0;
      size -= 1;
    },
    of(row) {
      const analyzers = wanting[(lists[row] ?? 0) - 1];
      const at = places[row] as number;
      return analyzers && { analyzers, at: at === NOWHERE ? undefined : at };
    },
    wantedBy(analyzers) {
      const answers = wanting.map((names) => names.some((name) => analyzers.includes(name)));
      return (row) => answers[(lists[row] ?? 0) - 1];
    },
    serialize: () => ({ wanting, who: base64(lists), ...(inLayer ? { at: base64(places) } : {}) }),
  };
}

const base64 = ({ buffer, byteOffset, byteLength }: Uint8Array | Float64Array): string =>
  Buffer.from(buffer, byteOffset, byteLength).toString('base64');
