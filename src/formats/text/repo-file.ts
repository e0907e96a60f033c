/** A section of a `.repo` file, its settings as written: variables are not replaced. https://dnf.readthedocs.io/en/latest/conf_ref.html */
interface RepoSection {
  readonly id: string;
  /** By lower-case name; a value of several lines is one, with spaces. */
  readonly settings: ReadonlyMap<string, string>;
}

/** The sections of a `.repo` file that are not switched off. */
export function repoSections(text: string): RepoSection[] {
  const sections: { id: string; settings: Map<string, string> }[] = [];
  let key: string | undefined;
  for (const line of text.split(/\r?\n/)) {
    const section = /^\[([^\]]+)\]/.exec(line)?.[1];
    const settings = sections.at(-1)?.settings;
    const pair = /^([A-Za-z_]+)\s*=(.*)$/.exec(line);
    if (section !== undefined) sections.push({ id: section, settings: new Map() });
    else if (pair && settings) {
      key = (pair[1] as string).toLowerCase();
      settings.set(key, (pair[2] as string).trim());
    } else if (/^\s+\S/.test(line) && settings && key !== undefined)
      settings.set(key, `${settings.get(key)} ${line.trim()}`);
  }
  return sections.filter(({ settings }) => !/^(?:0|false|no|off)$/i.test(settings.get('enabled') ?? '1'));
}
