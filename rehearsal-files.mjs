// The image of rehearsal.mjs: a little of what images hold most of, so that what reads it is compiled before a user's first scan.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

const modules = join(dirname(fileURLToPath(import.meta.url)), 'node_modules');

const stanza = (name, version, more = '') =>
  `Package: ${name}\nStatus: install ok installed\nMaintainer: Maintainers <m@lists.debian.org>\nArchitecture: amd64\nVersion: ${version}\n${more}Description: a package\n\n`;
const STATUS = [
  stanza('openssl', '1.1.1n-0+deb11u3', 'Depends: libc6 (>= 2.15), libssl1.1 (>= 1.1.1)\n'),
  stanza('libssl1.1', '1.1.1n-0+deb11u3', 'Source: openssl\n'),
  stanza('python3.9-minimal', '3.9.2-1', 'Source: python3.9\nDepends: libc6, zlib1g\n'),
  stanza('libc6', '2.31-13+deb11u5', 'Source: glibc\n'),
].join('');

/** Shapes of Python that the standard library is written in. */
const PYTHON = `#!/usr/bin/env python3
"""A module: what it says of import is no code."""
from __future__ import annotations
import os, sys as system
import importlib
from . import sibling
from .sibling import (first, second as other)  # a comment
from collections.abc import Mapping
__all__ = ['first', 'other']
if system.platform == 'win32':
    import winreg
else:
    import posix
try:
    import _accelerated as fast
except ImportError:
    fast = None
TEXT = f"{os.sep!r} and {'nested'}"
RAW = rb'\\x00' + b"bytes"

@property
def lazy(name, *rest, key=None, **more):
    '''Only when it is called.'''
    import json
    module = importlib.import_module('json.decoder')
    with open(os.path.join('/etc', name), 'rb') as handle:
        return [line.strip() for line in handle if line and not line.startswith(b'#')]

class Reader(Mapping):
    def __init__(self):
        import subprocess
        subprocess.run(['git', '--version'], check=False)
        os.system('ls -l')
    async def read(self):
        return await self.other(lambda value: value + 1)

if __name__ == '__main__':
    lazy(system.argv[1])
`;
const SHELL = `#!/bin/sh
set -e
. /etc/profile
if [ -n "$DEBUG" ]; then echo "debug: \${DEBUG:-no}" >&2; fi
for file in /docker-entrypoint.d/*.sh; do [ -r "$file" ] && . "$file"; done
case "$1" in
  serve) shift; set -- python3 /app/main.py "$@" ;;
  -*) set -- python3 "$@" ;;
esac
PORT=$(printf '%s' "\${PORT:=8000}")
export PORT
exec "$@"
`;

const METADATA = (name, version) =>
  `Metadata-Version: 2.1\nName: ${name}\nVersion: ${version}\nSummary: a package\nRequires-Python: >=3.6\nRequires-Dist: idna (<4,>=2.5)\nRequires-Dist: chardet ; extra == 'old'\nProvides-Extra: old\n\nText.\n`;
const SITE = 'usr/local/lib/python3.9/site-packages';
const wheel = (name, version) => ({
  [`${SITE}/${name}-${version}.dist-info/METADATA`]: METADATA(name, version),
  [`${SITE}/${name}-${version}.dist-info/RECORD`]: `${name}/__init__.py,sha256=47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU,${PYTHON.length}\n${name}/sibling.py,,\n${name}-${version}.dist-info/METADATA,,\n${name}-${version}.dist-info/RECORD,,\n`,
  [`${SITE}/${name}-${version}.dist-info/INSTALLER`]: 'pip\n',
  [`${SITE}/${name}-${version}.dist-info/entry_points.txt`]: `[console_scripts]\n${name} = ${name}:lazy\n`,
  [`${SITE}/${name}/__init__.py`]: PYTHON,
  [`${SITE}/${name}/sibling.py`]: PYTHON,
});

/** Files of a package of ours, as npm installs it. */
function npmPackage(name) {
  const files = {};
  for (const path of readdirSync(join(modules, name), { recursive: true }))
    if (/\.(?:c?js|json)$/.test(path))
      files[`app/node_modules/${name}/${path.replaceAll('\\', '/')}`] = readFileSync(join(modules, name, path));
  return files;
}

/** A real program for Linux, where one was installed: a library that Node loads. */
function programs() {
  const folder = join(modules, '@libsql');
  const path = existsSync(folder)
    ? readdirSync(folder)
        .map((name) => join(folder, name, 'index.node'))
        .find((file) => file.includes('linux') && existsSync(file))
    : undefined;
  if (path === undefined) return {};
  const bytes = readFileSync(path);
  return {
    'usr/bin/python3.9': bytes,
    'usr/bin/python3': { leadsTo: 'python3.9' },
    'bin/dash': bytes,
    'bin/sh': { leadsTo: 'dash' },
    [`${SITE}/requests/_speedups.so`]: bytes,
  };
}

/** Paths and what lies there; a symbolic link says where it leads. */
export const FILES = {
  'etc/os-release':
    'PRETTY_NAME="Debian GNU/Linux 11 (bullseye)"\nVERSION_ID="11"\nVERSION_CODENAME=bullseye\nID=debian\n',
  'etc/debian_version': '11.6\n',
  'etc/apt/sources.list': 'deb http://deb.debian.org/debian bullseye main\n',
  'etc/ld.so.conf': 'include /etc/ld.so.conf.d/*.conf\n',
  'etc/ld.so.conf.d/libc.conf': '/usr/local/lib\n',
  'etc/passwd': 'root:x:0:0:root:/root:/bin/bash\napp:x:1000:1000::/app:/bin/sh\n',
  'etc/profile': 'PATH=/usr/local/bin:/usr/bin\nexport PATH\n',
  'etc/app/settings.yaml': 'name: app\nworkers: 4\n',
  'etc/app/settings.toml': '[app]\nname = "app"\n',
  'etc/app/settings.json': '{"name": "app", "list": [1, 2]}\n',
  'var/lib/dpkg/status': STATUS,
  'var/lib/dpkg/info/openssl.list': '/.\n/usr\n/usr/bin\n/usr/bin/openssl\n',
  'var/lib/dpkg/info/openssl.md5sums': 'd41d8cd98f00b204e9800998ecf8427e  usr/bin/openssl\n',
  'var/lib/dpkg/info/python3.9-minimal.list': '/.\n/usr/bin/python3.9\n/usr/lib/python3.9/os.py\n',
  'usr/share/doc/openssl/copyright': 'Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\n',
  'usr/share/doc/openssl/changelog.Debian.gz': gzipSync(
    'openssl (1.1.1n-0+deb11u3) bullseye-security; urgency=medium\n\n  * A change.\n\n -- M <m@debian.org>  Fri, 24 Jun 2022 22:22:19 +0200\n',
  ),
  ...programs(),
  ...Object.fromEntries(
    [
      'os',
      'site',
      're',
      'json/__init__',
      'json/decoder',
      'encodings/__init__',
      'encodings/utf_8',
      'subprocess',
      'sibling',
    ].map((name) => [`usr/lib/python3.9/${name}.py`, PYTHON]),
  ),
  'app/main.py': `import os\nimport requests\n${PYTHON}`,
  'app/requirements.txt': 'requests==2.25.0\nidna>=2.5,<4  # a comment\n',
  'app/Dockerfile': 'FROM python:3.9\nRUN pip install requests\nCMD ["python3", "main.py"]\n',
  'app/notebook.ipynb':
    '{"cells":[{"cell_type":"code","source":["import numpy\\n"],"outputs":[]}],"metadata":{},"nbformat":4,"nbformat_minor":5}',
  'app/model.pkl': Buffer.from('\x80\x02}q\0(X\x01\0\0\0aq\x01K\x01X\x01\0\0\0bq\x02]q\x03(K\x01K\x02eu.', 'latin1'),
  'app/package.json': '{"name":"app","version":"1.0.0","main":"index.js","dependencies":{"commander":"^14.0.0"}}',
  'app/index.js': "const { Command } = require('commander');\nnew Command().parse();\n",
  ...npmPackage('commander'),
  'docker-entrypoint.sh': SHELL,
  'usr/local/bin/start.sh': SHELL,
  ...wheel('setuptools', '58.1.0'),
  ...wheel('requests', '2.25.0'),
};
