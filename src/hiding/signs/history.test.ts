import { describe, expect, it } from 'vitest';
import { image, instruction, layer, removed } from '../../../test/image.ts';
import { takeInventory } from '../../inventory/take.ts';

const package_ = (name: string): string =>
  `Package: ${name}\nStatus: install ok installed\nVersion: 1.0-1\nMaintainer: M <m@debian.org>\n\n`;
const STATUS = 'var/lib/dpkg/status';
const debian = layer({
  'etc/os-release': 'ID=debian\nVERSION_ID="12"\nPRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\n',
  [STATUS]: package_('libc6') + package_('mawk'),
});
const tool = { 'usr/bin/curl': 'x' };

async function told(...layers: readonly (ReturnType<typeof layer> | ReturnType<typeof instruction>)[]) {
  const { inventory } = await takeInventory(image(...layers));
  return (inventory.signs ?? []).flatMap(({ check, level, message }) =>
    check === 'history-contradicted' ? [`${level}: ${message}`] : [],
  );
}

describe('a history that is not of these files', () => {
  it('installed packages, and no database was written nor lists them', async () => {
    expect(
      await told(debian, layer(tool).by('RUN apt-get update && apt-get install -y curl=7.88.1-10 libssl3:amd64')),
    ).toEqual([
      'warning: the instruction of layer 2 installs curl, libssl3, and neither does the layer write a package database, nor does any layer list one of them: the history is not of these files, or they were taken out',
    ]);
  });

  it.each([
    'RUN apk add --no-cache -t .build curl openssl-dev',
    'RUN dnf -y --setopt=install_weak_deps=False install curl openssl > /dev/null 2>&1',
    '|1 X=1 /bin/sh -c microdnf install -y curl openssl # buildkit',
    '/bin/sh -c zypper -n in curl openssl',
  ])('whichever package manager it was: %s', async (createdBy) => {
    expect(await told(debian, layer(tool).by(createdBy))).toEqual([
      expect.stringMatching(/^warning: .*layer 2 installs curl, openssl/),
    ]);
  });

  it.each([
    'RUN if [ -n "$DEV" ]; then pip install x; fi; apt-get update && apt-get install -y curl openssl && apt-get autoremove -y',
    '/bin/sh -c apt-get update && apt-get install -y curl openssl gcc && make install && apt-get purge -y gcc && rm -rf /var/lib/apt/lists/*',
    'RUN rm -f /x || true; apk add curl openssl',
    'RUN for f in a b; do echo $f; done; test -e /x || mkdir /x; dnf install -y curl openssl',
    'RUN set -eux; case "$(uname -m)" in x86_64) a=1 ;; esac; apt-get install -y curl openssl',
  ])('whatever else was merged into the same instruction: %s', async (createdBy) => {
    expect(await told(debian, layer(tool).by(createdBy))).toEqual([
      expect.stringMatching(/^warning: .*layer 2 installs curl, openssl,? and/),
    ]);
  });

  it('is an information where one package may be what another provides', async () => {
    expect(await told(debian, layer(tool).by('RUN apt-get install -y awk'))).toEqual([
      expect.stringMatching(/^info: /),
    ]);
  });

  it('is none where the layer wrote a database, or a package was there before', async () => {
    const more = { ...tool, [STATUS]: package_('libc6') + package_('mawk') + package_('curl') };
    expect(await told(debian, layer(more).by('RUN apt-get install -y curl git'))).toEqual([]);
    expect(await told(debian, layer(tool).by('RUN apt-get install -y mawk awk'))).toEqual([]);
    expect(
      await told(
        debian,
        layer({ 'var/lib/dpkg': removed }).by('RUN apt-get install -y curl git; rm -rf /var/lib/dpkg'),
      ),
    ).toEqual([]);
  });

  it.each([
    'RUN if [ -n "$DEV" ]; then apt-get install -y curl git; fi',
    'RUN apt-get install -y curl git || true',
    'RUN apt-get install -y curl git && apt-get purge -y curl git',
    'RUN test -e /x && apt-get install -y curl git; true',
    'RUN ( apt-get install -y curl git ) || true',
    'RUN for p in a b; do apt-get install -y curl git; done',
    'RUN if test -e /x; then if true; then true; fi; apt-get install -y curl git; fi',
    'RUN apt-get install -y curl git; apt-get purge -y $ALL',
    'RUN case "$X" in a) apt-get install -y curl git ;; esac',
    'RUN apt-get install -y --download-only curl git',
    'RUN dnf install --installroot /mnt/root -y curl git',
    'RUN apk add --root /out curl git',
    'RUN apt-get install -y $PACKAGES git',
    'RUN dnf install -y @development-tools git',
    'RUN apt-get install -y ./curl.deb git',
    'RUN chroot /target apt-get install -y curl git',
    'COPY apt-get install curl git /srv/',
    'RUN echo apt-get install curl git',
  ])('is none where nothing follows from it: %s', async (createdBy) => {
    expect(await told(debian, layer(tool).by(createdBy))).toEqual([]);
  });

  it('has more layers than the image, or fewer', async () => {
    const whole = image(debian, instruction('CMD ["sh"]'), layer(tool).by('COPY curl /usr/bin/'));
    const config = whole.subject.config!;
    const withHistory = async (history: typeof config.history) => {
      const subject = { ...whole.subject, config: { ...config, history } };
      const { inventory } = await takeInventory({ ...whole, subject });
      return inventory.signs?.map(({ message }) => message);
    };
    const { history } = config;
    expect(await withHistory(history)).toBeUndefined();
    expect(await withHistory([])).toBeUndefined();
    expect(await withHistory(history.slice(1))).toEqual([
      'the history tells of 1 layer, and the image has 2: nothing says which instruction made what',
    ]);
    expect(await withHistory([...history, ...history])).toEqual([
      expect.stringMatching(/^the history tells of 4 layers, and/),
    ]);
  });
});
