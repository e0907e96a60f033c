/** The parts of a CPE name that say which program in which version is meant. */
interface Cpe {
  /** `a` application, `o` operating system, `h` hardware. */
  readonly part: string;
  readonly vendor: string;
  readonly product: string;
  /** `*` any, `-` none; an update (`rc1`) is appended to it. */
  readonly version: string;
  /** Target software and hardware, where it names one: `windows`, `wordpress`; `x86`. */
  readonly software?: string;
  readonly hardware?: string;
}

/**
 * Splits a CPE 2.3 formatted string; backslash-quoted characters are unquoted. Undefined for anything else.
 * https://nvlpubs.nist.gov/nistpubs/Legacy/IR/nistir7695.pdf
 */
export function splitCpe(name: string): Cpe | undefined {
  if (!name.startsWith('cpe:2.3:') || name.length > 1_000) return undefined;
  const parts: string[] = [];
  let part = '';
  for (let at = 8; at < name.length; at += 1) {
    const character = name[at]!;
    if (character === '\\' && at + 1 < name.length) {
      at += 1;
      part += name[at];
    } else if (character === ':') {
      parts.push(part);
      part = '';
    } else part += character;
  }
  parts.push(part);
  const [kind, vendor, product, version, update, , , , software, hardware] = parts;
  if (!kind || !vendor || !product || !version || vendor === '*' || product === '*') return undefined;
  const suffix = update && update !== '*' && update !== '-' ? update : '';
  return {
    part: kind,
    vendor,
    product,
    version: suffix === '' || version === '*' ? version : `${version}-${suffix}`,
    ...(isNamed(software) && { software }),
    ...(isNamed(hardware) && { hardware }),
  };
}

const isNamed = (value: string | undefined): value is string => value !== undefined && !/^[*-]?$/.test(value);
