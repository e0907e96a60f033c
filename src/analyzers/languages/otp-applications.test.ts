import { describe, expect, it } from 'vitest';
import { image, layer } from '../../../test/image.ts';
import { takeInventory } from '../../inventory/take.ts';

const app = (name: string, version: string): string =>
  `{application,${name},\n             [{applications,[kernel,stdlib,elixir]},\n              {description,"x"},\n              {modules,['Elixir.X']},\n              {registered,[]},\n              {vsn,"${version}"}]}.\n`;

async function seen(files: Record<string, string>) {
  const { inventory } = await takeInventory(image(layer(files)));
  return {
    packages: inventory.packages.map(({ purl, certainty, recovered }) => `${purl} ${recovered ?? certainty}`),
    signs: (inventory.signs ?? []).map(({ level, check, message }) => `${level} ${check}: ${message}`),
    unknowns: inventory.unknowns?.map(({ reason }) => reason) ?? [],
  };
}

describe('a release of Elixir', () => {
  it('is its applications, and not those that the languages bring', async () => {
    const { packages, signs } = await seen({
      'app/lib/plug-1.10.0/ebin/plug.app': app('plug', '1.10.0'),
      'app/lib/plug-1.10.0/ebin/Elixir.Plug.beam': 'FOR1',
      'app/lib/phoenix-1.5.9/ebin/phoenix.app': app('phoenix', '1.5.9'),
      'app/lib/kernel-8.5.4/ebin/kernel.app': app('kernel', '8.5.4'),
      'app/lib/logger-1.14.0/ebin/logger.app': app('logger', '1.14.0'),
    });
    expect(packages).toEqual(['pkg:hex/phoenix@1.5.9 content', 'pkg:hex/plug@1.10.0 content']);
    expect(signs).toEqual([]);
  });

  it('of an application that was given a later release is judged by its folder', async () => {
    const { packages, signs } = await seen({ 'app/lib/plug-1.10.0/ebin/plug.app': app('plug', '9.0.0') });
    expect(packages).toEqual(['pkg:hex/plug@1.10.0 trace']);
    expect(signs[0]).toContain('warning versions-contradicted');
    expect(signs[0]).toContain('its folder is called plug-1.10.0');
  });

  it('whose folder has a revision as well is of one release: ejabberd of Debian 12', async () => {
    const { packages, signs } = await seen({
      'usr/lib/ejabberd-23.01-1/ebin/ejabberd.app': app('ejabberd', '23.01-1'),
    });
    expect(packages).toEqual(['pkg:hex/ejabberd@23.01-1 content']);
    expect(signs).toEqual([]);
  });

  it('with a resource file that is none is told to be unread', async () => {
    expect((await seen({ 'app/lib/plug-1.10.0/ebin/plug.app': 'x' })).unknowns).toEqual([
      'no resource file of an application',
    ]);
  });

  it('with code and no resource file is told to be unlisted', async () => {
    const { packages, signs } = await seen({ 'app/lib/plug-1.10.0/ebin/Elixir.Plug.beam': 'FOR1' });
    expect(packages).toEqual([]);
    expect(signs).toEqual([
      'info code-unlisted: 1 application of Erlang or Elixir (plug-1.10.0) that nothing lists, and that tell no version: not judged',
    ]);
  });
});
