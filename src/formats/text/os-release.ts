/**
 * Shell-like assignments of an os-release file. Later ones win, as in a shell.
 * https://www.freedesktop.org/software/systemd/man/latest/os-release.html
 */
export function parseOsRelease(text: string): ReadonlyMap<string, string> {
  const values = new Map<string, string>();
  for (const line of text.split(/\r?\n/)) {
    const match = /^\s*([A-Za-z_][A-Za-z0-9_]*)=(.*)$/.exec(line);
    if (match) values.set(match[1] as string, unquoted((match[2] as string).trim()));
  }
  return values;
}

function unquoted(value: string): string {
  const quote = value[0];
  if (quote === '"' || quote === "'") {
    const end = value.indexOf(quote, 1);
    const inner = end < 0 ? value.slice(1) : value.slice(1, end);
    return quote === "'" ? inner : inner.replace(/\\(["$`\\])/g, '$1');
  }
  return value.replace(/\s#.*$/, '').replace(/\\(.)/g, '$1');
}
