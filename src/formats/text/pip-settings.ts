/** Reads `key = value` of the sections that concern installing; later sections win as in pip. Continuation lines are joined. */
export function pipSettings(text: string): ReadonlyMap<string, string> {
  const settings = new Map<string, string>();
  let section = '';
  let key: string | undefined;
  for (const line of text.split(/\r?\n/)) {
    if (/^\s*[#;]/.test(line)) continue;
    const head = /^\[([^\]]*)\]\s*$/.exec(line);
    if (head) {
      section = (head[1] as string).trim();
      key = undefined;
    } else if (/^\s+\S/.test(line) && key !== undefined) {
      settings.set(key, `${settings.get(key)} ${line.trim()}`.trim());
    } else {
      const pair = /^([A-Za-z][\w-]*)\s*[=:](.*)$/.exec(line);
      key = pair && /^(?:global|install|download|index)$/.test(section) ? settingName(pair[1] as string) : undefined;
      if (key !== undefined) settings.set(key, (pair?.[2] ?? '').trim());
    }
  }
  return settings;
}

/** A setting as its file, a variable or an option writes it, in one spelling. */
export const settingName = (name: string): string => name.toLowerCase().replaceAll('_', '-');
