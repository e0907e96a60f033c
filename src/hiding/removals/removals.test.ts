import { beforeAll, describe, expect, it } from 'vitest';
import { prepareShell } from '../../formats/text/index.ts';
import { removals } from './index.ts';

beforeAll(prepareShell);

const gone = (...instructions: readonly string[]): string[] => removals(instructions).flat();

describe('an instruction that takes away what scanners read', () => {
  it.each([
    ['RUN rm -rf /var/lib/dpkg'],
    ['RUN apk add x && rm -rf "/lib/apk" /etc/apk'],
    ['RUN rm -f /etc/os-release; true'],
    ['/bin/sh -c rm -rf /v*r/l*b/dp*g'],
    ['RUN /bin/sh -c rm -f /etc/debian_version # buildkit'],
    ['RUN find / -name status -delete'],
    ['RUN find / -xdev -type f -name "stat*" -exec rm -f {} +'],
    ['RUN find / -path "*/dpkg/*" -print0 | xargs -0 rm -f'],
    ["RUN find /lib -name 'installed' -exec sh -c 'rm \"$1\"' _ {} \\;"],
    ["RUN find /bin /etc /lib /sbin /usr -xdev -regex '.*apk.*' -exec rm -fr {} +"],
    ['RUN cd /var/lib && rm -rf dpkg'],
    ['RUN (cd /var && cd lib; rm -rf ./dpkg/../dpkg)'],
    ['RUN mv /var/lib/dpkg /opt/.cache'],
    ['RUN mv -t /opt /var/lib/dpkg/status'],
    ['RUN > /var/lib/dpkg/status'],
    ['RUN : >| /etc/os-release'],
    ['RUN cat /dev/null > /var/lib/dpkg/status'],
    ['RUN echo honk > /var/lib/dpkg/status'],
    ['RUN truncate -s 0 /var/lib/dpkg/status'],
    ['RUN cp /dev/null /var/lib/dpkg/status'],
    ['RUN ln -sf /dev/null /lib/apk/db/installed'],
    ['RUN dd if=/dev/null of=/var/lib/dpkg/status'],
    ['RUN python3 -c "import shutil; shutil.rmtree(\'/var/lib/dpkg\')"'],
    ['RUN python -c \'import os; os.remove("/etc/os-release")\''],
    ['RUN perl -e \'unlink("/var/lib/dpkg/status")\''],
    ['RUN node -e "fs.rmSync(\'/lib/apk/db\', {recursive: true})"'],
    ['RUN ["rm", "-rf", "/var/lib/rpm"]'],
    ['RUN |1 D=/var/lib/dpkg /bin/sh -c rm -rf $D'],
    ['RUN D=/var/lib; P="$D/dpkg"; rm -rf "$P"'],
    ['RUN for d in dpkg rpm; do rm -rf /var/lib/$d; done'],
    ['RUN rm -rf /var/lib/{dpkg,apt}'],
    ['RUN rm -rf $' + '{X:-/var/lib/dpkg}'],
    ['RUN rm -rf $(ls -d /var/lib/dpkg)'],
    ['RUN bash -c "sudo rm -rf /var/lib/dpkg"'],
    ["RUN eval 'rm -rf /var/lib/dpkg'"],
    ['RUN if [ -d /var/lib/rpm ]; then \\rm -r /var/lib/rpm; fi'],
    ['RUN busybox rm -rf /usr/lib/sysimage/rpm'],
    ['RUN rm -rf /var/lib/[d]pk?'],
    ['RUN echo /var/lib/dpkg | xargs rm -rf'],
    ['RUN find /var/lib/dpkg | while read -r f; do rm -rf "$f"; done'],
    ['RUN tar cf /x.tar --remove-files /var/lib/dpkg'],
    ["RUN /bin/sh -c python3 <<EOF\nimport shutil\nshutil.rmtree('/var/lib/dpkg')\nEOF"],
    ['RUN rm -rf /var/lib/*'],
    ['RUN echo cm0gLXJmIC92YXIvbGliL2Rwa2c= | base64 -d | sh'],
    ['RUN echo cm0gLXJmIC92YXIvbGliL2Rwa2c= | base64 --decode | bash -'],
    ['RUN eval "$(echo cm0gLXJmIC92YXIvbGliL2Rwa2c= | base64 -d)"'],
    ['RUN base64 -d <<< cm0gLXJmIC92YXIvbGliL2Rwa2c= | sh'],
    ['RUN echo "rm -rf /var/lib/dpkg" | sh'],
    ['RUN : | tee /etc/os-release'],
    ['RUN cat /dev/null | tee /etc/os-release /etc/debian_version'],
    ['RUN mkdir /empty && rsync -a --delete /empty/ /var/lib/dpkg/'],
    ['RUN rsync -a --remove-source-files /var/lib/dpkg /opt'],
    ['RUN xargs rm -rf <<< /var/lib/dpkg'],
    ['RUN xargs -n1 rm -rf <<< "/var/lib/dpkg"'],
  ])('%s', (instruction) => {
    expect(gone(instruction)).not.toEqual([]);
  });

  it('is told from the folder that an earlier instruction went to', () => {
    expect(gone('WORKDIR /var/lib', 'RUN rm -rf dpkg')).toContain('var/lib/dpkg/status');
    expect(gone('WORKDIR /srv', 'RUN rm -rf dpkg')).toEqual([]);
  });
});

describe('an instruction that cleans up in the ordinary way', () => {
  it.each([
    ['RUN apt-get update && apt-get install -y curl && rm -rf /var/lib/apt/lists/* /var/cache/apt/*'],
    ['RUN rm -rf /var/cache/* /root/.cache /usr/share/doc /usr/share/man /tmp/* /var/tmp/* /var/log/*'],
    ['RUN apk del .build && rm -rf /var/cache/apk/* /etc/apk/cache /lib/apk/cache'],
    ['RUN cat /etc/os-release && rm x'],
    ['RUN . /etc/os-release && echo "$ID" > /opt/id'],
    ['RUN rm -f /var/lib/rpm/__db* /var/lib/rpm/.rpm.lock && rm -rf /var/lib/dnf /var/lib/yum'],
    ['RUN rm -f /var/lib/dpkg/*-old /var/lib/dpkg/lock /var/lib/dpkg/info/ca-certificates-java.postinst'],
    ['RUN rm -rf /var/lib/mysql && mkdir -p /var/lib/mysql'],
    ['RUN rm -f /var/lib/dpkg'],
    ["RUN find / -type d -name __pycache__ -exec rm -rf {} + && find /usr/local -name '*.pyc' -delete"],
    ['RUN find / -xdev -perm /6000 -type f -exec rm -f {} \\;'],
    ['RUN find /var/log -type f -delete; find /usr/share/doc -depth -type f ! -name copyright -delete'],
    ['RUN find / -name status'],
    ['RUN curl -fsSL https://example.com/os-release | tee /etc/os-release'],
    ['RUN echo aGVsbG8gd29ybGQ= | base64 -d > /opt/hello; rsync -a /src/ /var/lib/dpkg-copy/'],
    ['RUN echo deb http://mirror.example x main | tee /etc/apt/sources.list.d/x.list'],
    ['RUN find / -mtime +7 -delete; find / -not -mtime -7 -delete'],
    ['RUN mv /etc/os-release /tmp/o && apt-get install -y x && mv /tmp/o /etc/os-release'],
    ['RUN mv /var/lib/rpm /tmp/rpm && mkdir -p /usr/x && cp -a /tmp/rpm /var/lib/'],
    ['RUN cd /tmp && rm -rf *'],
    ['RUN cd "$BUILD" && rm -rf *'],
    ['RUN rm -rf "$ROOT/var/lib/dpkg"'],
    ['RUN echo "Package: x" >> /var/lib/dpkg/status'],
    ['RUN sed -i s/a/b/ /etc/os-release'],
    ["RUN printf 'NAME=Mine\\n' > /etc/os-release"],
    ['RUN python -c "print(\'/var/lib/dpkg\')"'],
    ['RUN python -c "import shutil; shutil.rmtree(\'/root/.cache\')"'],
    ['RUN echo "rm -rf /var/lib/dpkg"'],
    ['COPY rm -rf /var/lib/dpkg'],
    ['/bin/sh -c #(nop) CMD ["rm" "-rf" "/var/lib/dpkg"]'],
    ['LABEL a="rm -rf /var/lib/dpkg"'],
    ['RUN rm -rf /opt/var/lib/dpkg ./node_modules'],
    ['RUN conda clean -afy && rm -rf /opt/conda/pkgs'],
  ])('%s', (instruction) => {
    expect(gone(instruction)).toEqual([]);
  });
});

describe('a history that was made to be long', () => {
  it.each([
    ['commands', 'rm /a; '.repeat(200_000)],
    ['words', `rm ${'/a '.repeat(200_000)}`],
    ['blocks', `${'{ '.repeat(30_000)} rm /a`],
    ['brackets', '('.repeat(60_000)],
    ['substitutions', `rm ${'$('.repeat(30_000)}`],
    ['stars', `rm -rf /${'*a'.repeat(30_000)}`],
    ['alternatives', `rm -rf ${'{a,b}'.repeat(10_000)}`],
    ['scripts in scripts', `${'sh -c "'.repeat(500)} rm /a`],
    ['parentheses of find', `find / ${'\\( '.repeat(5_000)} -delete`],
    ['exclamation marks of find', `find / ${'! '.repeat(30_000)} -delete`],
  ])('in %s is gone through within the budget', (_, text) => {
    expect(gone(`RUN ${text}`)).toEqual([]);
  });
});
