/** The parts of a CPE name that say which program in which version is meant. */
export interface CpeName {
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
 * Splits a CPE name, a formatted string of 2.3 or a URI of 2.2; quoted characters are unquoted. Undefined for anything else.
 * https://nvlpubs.nist.gov/nistpubs/Legacy/IR/nistir7695.pdf
 */
export function splitCpe(name: string): CpeName | undefined {
  if (name.length > 1_000) return undefined;
  const parts = name.startsWith('cpe:2.3:') ? ofString(name) : name.startsWith('cpe:/') ? ofUri(name) : [];
  const [kind, vendor, product, version = '*', update, , , , software, hardware] = parts;
  if (!kind || !isNamed(vendor) || !isNamed(product) || version === '') return undefined;
  const suffix = isNamed(update) ? update : '';
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

function ofString(name: string): readonly string[] {
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
  return [...parts, part];
}

/** Seven parts, with quoted characters as percent and two digits; what 2.3 added is packed into the edition behind tildes. */
function ofUri(name: string): readonly string[] {
  const [kind, vendor, product, version, update, edition = '', language] = name
    .slice(5)
    .split(':')
    .map((part) =>
      part.replace(/%([0-9a-f]{2})/gi, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16))),
    );
  const packed = edition.startsWith('~') ? edition.slice(1).split('~') : [edition];
  const rest = [packed[0], language, packed[1], packed[2], packed[3]];
  return [kind, vendor, product, version || '*', update, ...rest].map((part) => part || '*');
}
