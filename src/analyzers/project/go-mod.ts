import { shortLines } from '../../formats/text/index.ts';
import { analyzer } from '../analyzer.ts';

/** The modules that a go.mod requires, `replace` heeded. https://go.dev/ref/mod#go-mod-file */
export const goMod = analyzer({
  name: 'go-mod',
  version: 2,
  files: ['**/go.mod'],
  *read(file) {
    if (/(?:^|\/)(?:vendor|testdata)\/|(?:^|\/)go\/pkg\/mod\//.test(file.path)) return;
    const required = new Map<string, string>();
    const replaced: { from: string; of: string | undefined; to: string; version: string | undefined }[] = [];
    const done = new Set<string>();
    let block = '';
    for (const line of shortLines(file.text())) {
      const plain = line.split('//', 1)[0]!.replaceAll('"', '').trim();
      if (plain === ')') block = '';
      const [, verb, rest] = /^(require|replace|exclude|retract|tool|ignore)(?:\s+|(?=\())(.*)$/.exec(plain) ?? [];
      if (rest === '(') {
        block = verb as string;
        continue;
      }
      const [kind, body] = verb === undefined ? [block, plain] : [verb, rest as string];
      if (kind === 'require') {
        const [name, version] = body.split(/\s+/);
        if (name && version) required.set(name, version);
      } else if (kind === 'replace') {
        const [from, to] = body.split('=>').map((side) => side.trim().split(/\s+/));
        if (from?.[0] && to?.[0]) replaced.push({ from: from[0], of: from[1], to: to[0], version: to[1] });
      }
    }
    // With a version on its left it is for that one alone, and comes before one for all of them.
    const isOfAll = ({ of }: { of: string | undefined }): number => (of === undefined ? 1 : 0);
    for (const { from, of, to, version } of replaced.sort((a, b) => isOfAll(a) - isOfAll(b))) {
      if (done.has(from) || (of !== undefined && required.get(from) !== of) || !required.delete(from)) continue;
      done.add(from);
      // A folder of the project itself has no version.
      if (version !== undefined) required.set(to, version);
    }
    for (const [name, version] of required) yield { type: 'golang', name, version, role: 'declared' };
  },
});
