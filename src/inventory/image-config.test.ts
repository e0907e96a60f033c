import { describe, expect, it } from 'vitest';
import { imageWith, instruction, layer } from '../../test/image.ts';
import { renderInventory } from '../report/inventory/inventory.ts';
import { configRisks, shownSubject } from './image-config.ts';
import { takeInventory } from './take.ts';

/** What the configuration of an image gives away, seen from the inventory and from what is written of it. */

// Put together here, so that no scanner of this repository takes them for real.
const token = ['hf', 'kQzRwTbYnMvXcLpJhGfDsAeUiOxWqZrNtB'].join('_');
const password = ['vK93', 'xqP0', 'vTTe'].join('');

const leaking = imageWith(
  {
    reference: 'leaking:1',
    run: {
      Env: ['PATH=/usr/bin', `HF_TOKEN=${token}`, `DB_PASSWORD=${password}`],
      Labels: { note: `made with ${token}` },
      Cmd: ['jupyter', 'lab', "--ServerApp.token=''", '--allow-root'],
    },
  },
  layer({ 'etc/os-release': 'ID=debian\nVERSION_ID="11"\n' }).by('ADD rootfs.tar /'),
  instruction(`ENV HF_TOKEN=${token} DB_PASSWORD=${password}`),
  layer({ 'srv/model.txt': 'x' }).by(
    `RUN |1 MIRROR_PASSWORD=${password}Z /bin/sh -c fetch --token ${token} # buildkit`,
  ),
);

describe('the configuration of an image', () => {
  it('is part of its inventory, each risk with the layer of its instruction', async () => {
    const { inventory } = await takeInventory(leaking);
    expect(inventory.risks.map(({ rule, at, evidence }) => `${rule} ${at} ${evidence.layer}`)).toEqual([
      'secret-huggingface-token ENV HF_TOKEN 1',
      'secret-in-environment ENV DB_PASSWORD 1',
      'secret-huggingface-token LABEL note 1',
      'secret-huggingface-token history 2 0',
      'secret-in-environment history 3 1',
      'secret-huggingface-token history 3 1',
      'jupyter-no-token CMD 1',
      'jupyter-as-root CMD 1',
    ]);
    expect(inventory.risks.every(({ evidence }) => evidence.path === '' && evidence.analyzer === 'image-config')).toBe(
      true,
    );
  });

  it('is written without its secrets, wherever it repeats them', async () => {
    const { inventory } = await takeInventory(leaking);
    for (const format of ['table', 'json', 'cyclonedx', 'spdx']) {
      const text = [...renderInventory(format, shownSubject(leaking.subject), inventory, { all: true })].join('');
      expect(text).toContain('leaking:1');
      expect(text).not.toContain(token);
      expect(text).not.toContain(password);
    }
    const { run, history } = shownSubject(leaking.subject).config!;
    expect(run.Env).toEqual([
      'PATH=/usr/bin',
      'HF_TOKEN=hf_******** (37 characters)',
      'DB_PASSWORD=******** (12 characters)',
    ]);
    expect(history[2]?.createdBy).toBe(
      'RUN |1 MIRROR_PASSWORD=******** (13 characters) /bin/sh -c fetch --token hf_******** (37 characters) # buildkit',
    );
  });

  it('says where in the table', async () => {
    const { inventory } = await takeInventory(leaking);
    const text = [...renderInventory('table', shownSubject(leaking.subject), inventory, {})].join('');
    expect(text).toContain('image configuration: ENV HF_TOKEN');
    expect(text).toContain('image configuration: CMD');
  });

  it('of ten thousand secrets costs what it is long, and shows none of them', () => {
    const Env = Array.from({ length: 10_000 }, (_, at) => `S${at}_TOKEN=${password}${at}x`);
    const history = Env.map((text) => ({ createdBy: `ENV ${text}`, emptyLayer: true }));
    const crowded = { ...leaking.subject.config!, run: { Env }, history };
    expect(configRisks(crowded, leaking.subject.layers).length).toBeGreaterThanOrEqual(10_000);
    const shown = shownSubject({ ...leaking.subject, config: crowded });
    expect(JSON.stringify(shown.config)).not.toContain(password);
  });

  it('of an honest image adds nothing and is shown as it is', async () => {
    const honest = imageWith(
      { run: { Env: ['PATH=/usr/bin', 'PYTHON_VERSION=3.9.16'], Cmd: ['python3'], User: '1000' } },
      layer({ 'srv/x': 'x' }).by('RUN pip install numpy==1.24.2 && rm -rf /root/.cache'),
    );
    expect((await takeInventory(honest)).inventory.risks).toEqual([]);
    expect(shownSubject(honest.subject)).toEqual(honest.subject);
  });
});
