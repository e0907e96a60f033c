import { expect, it } from 'vitest';
import { parseDockerfile } from '../../formats/text/index.ts';
import { matchDockerfile } from './dockerfile-match.ts';
import { insertionPoint } from './insertion-point.ts';

it('what is run is written behind a RUN that was changed since the image was built, which would install the old version once more', () => {
  const text = [
    'FROM debian:11',
    'RUN apt-get install -y python3-venv',
    'RUN python3 -m venv /opt/venv',
    'ENV PIP_NO_CACHE_DIR=1',
    'RUN set -eu; PKGS="pillow==9.0.0 requests==2.26.0"; pip install $PKGS',
    'COPY app.py /srv/app.py',
    '',
  ].join('\n');
  const history = [
    { createdBy: '/bin/sh -c #(nop) ADD file:1 in / ' },
    { createdBy: 'RUN /bin/sh -c apt-get install -y python3-venv # buildkit' },
    { createdBy: 'RUN /bin/sh -c python3 -m venv /opt/venv # buildkit' },
    { createdBy: 'RUN /bin/sh -c pip install --no-cache-dir -r /srv/requirements.txt # buildkit' },
    { createdBy: 'COPY app.py /srv/app.py # buildkit' },
  ];
  const steps = history.map((step) => ({ ...step, emptyLayer: false }));
  const diffIDs = history.map((_, at) => `sha256:${at}`);
  const platform = { os: 'linux', architecture: 'amd64' };
  const config = { history: steps, diffIDs, platform, run: {} };
  const match = matchDockerfile(parseDockerfile(text, new Map()), config);
  expect([...match.instructions.keys()]).not.toContain(3);
  const line = (...layers: number[]): number => insertionPoint(match, layers, undefined).after.range.start.line;
  expect([line(2), line(2, 3), line(3), line(4)]).toEqual([3, 5, 5, 6]);
});
