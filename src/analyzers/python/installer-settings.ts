import { isYes, pipSettings } from '../../formats/text/index.ts';
import { withoutUsers } from '../../formats/uri.ts';
import { analyzer, type PackageSourceFact } from '../analyzer.ts';

/**
 * Where pip and npm of an image take packages from, as far as their settings name somebody else than everybody's index. What needs a
 * password is shown without. https://pip.pypa.io/en/stable/topics/configuration/ https://docs.npmjs.com/cli/configuring-npm/npmrc
 */
export const installerSettings = analyzer({
  name: 'installer-settings',
  version: 1,
  files: ['**/pip.conf', '**/.npmrc', 'etc/npmrc', 'usr/etc/npmrc', 'usr/local/etc/npmrc'],
  maxBytes: 256 * 1024,
  *read({ path, text }) {
    if (path.endsWith('pip.conf')) yield* ofPip(path, text());
    else yield* ofNpm(path, text());
  },
});

function* ofPip(path: string, text: string): Generator<PackageSourceFact> {
  const settings = pipSettings(text);
  for (const name of ['no-index', 'index-url']) {
    const value = settings.get(name);
    if (value === undefined || (name === 'no-index' && !isYes(value))) continue;
    const address = name === 'no-index' ? '' : withoutUsers(value);
    yield { kind: 'package-source', manager: 'pip', label: `${name} in /${path}`, address };
  }
}

function* ofNpm(path: string, text: string): Generator<PackageSourceFact> {
  for (const line of text.split(/\r?\n/)) {
    const address = /^[ \t]{0,100}registry[ \t]{0,100}=[ \t]{0,100}(https?:\/\/\S+)/.exec(line)?.[1];
    if (address === undefined) continue;
    yield { kind: 'package-source', manager: 'npm', label: `registry in /${path}`, address: withoutUsers(address) };
  }
}
