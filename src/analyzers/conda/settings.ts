import { condaSettings } from '../../formats/text/index.ts';
import { withoutUsers } from '../../formats/uri.ts';
import { LIMITS } from '../../limits.ts';
import { analyzer, type PackageSourceFact } from '../analyzer.ts';

/**
 * Where conda and mamba of an image take packages from, as far as their settings say. What needs a password or a token is shown without.
 * https://docs.conda.io/projects/conda/en/stable/user-guide/configuration/use-condarc.html#searching-for-condarc
 */
export const condaChannels = analyzer({
  name: 'conda-channels',
  version: 3,
  // `condarc.yml` counts where `CONDARC` names it.
  files: ['.condarc', 'condarc', '.mambarc', '.condarc.yml', '.condarc.yaml', 'condarc.yml', 'condarc.yaml']
    .map((name) => `**/${name}`)
    .concat('**/condarc.d/*.yml', '**/condarc.d/*.yaml'),
  // Settings are a page; what the reader of YAML needs for text that is none grows with the square of its length.
  maxBytes: 16 * 1024,
  *read({ path, text }) {
    // What packages bring for their own tests is nobody's settings.
    if (/(?:^|\/)(?:(?:site|dist)-packages|pkgs)\//.test(path)) return;
    const { channels, defaultChannels, alias, offline } = condaSettings(text());
    if (offline !== undefined) yield source('offline', path, offline ? '' : 'no');
    for (const [setting, values] of [
      ['channels', channels],
      ['default_channels', defaultChannels],
      ['channel_alias', alias === undefined ? [] : [alias]],
    ] as const)
      for (const value of values) {
        const address = shown(value);
        if (/^[\w.:/@+~%-]+$/.test(address) && address.length <= LIMITS.pathBytes) yield source(setting, path, address);
      }
  },
});

const source = (setting: string, path: string, address: string): PackageSourceFact => ({
  kind: 'package-source',
  manager: 'conda',
  label: `${setting} in /${path}`,
  address,
});

/** `https://user:secret@host/t/token/channel` without the user and the token. */
const shown = (address: string): string => withoutUsers(address).replace(/\/t\/[^/\s]+/, '');
