import { describe, expect, it } from 'vitest';
import { memoryStore } from '../advisories/store/memory.ts';
import { rpm as rpmType } from '../ecosystems/system-types.ts';
import type { Package, Statement } from '../model.ts';
import { match } from './match.ts';
import { streamOf } from './modules.ts';

/** Real builds of AlmaLinux 8 and their bulletins: each stream of a module has fixes of its own. */

const rpm = (name: string, version: string, modularity?: string): Package => ({
  type: 'rpm',
  name,
  version,
  namespace: 'AlmaLinux:8',
  purl: `pkg:rpm/almalinux/${name}@${version}`,
  evidence: [],
  ...(modularity === undefined ? {} : { properties: { modularity } }),
});
const fix = (id: string, fixed: string, modules?: readonly string[], name = 'postgresql'): Statement => ({
  id,
  source: 'almalinux',
  namespace: 'AlmaLinux:8',
  package: name,
  aliases: [],
  state: 'fixed',
  ranges: [{ fixed }],
  ratings: [],
  ...(modules === undefined ? {} : { modules }),
});
const of13 = fix('CVE-2023-2454', '13.11-1.module_el8.8.0+3601+ca64e769', ['postgresql:13']);
const of15 = fix('CVE-2023-2454', '15.3-1.module_el8.8.0+3602+2f7c4e44', ['postgresql:15']);
const of12 = fix('CVE-2023-2454', '12.15-1.module_el8.8.0+3603+aaaaaaaa', ['postgresql:12']);
const all = [of12, of13, of15];
const resultOf = (pkg: Package, statements: readonly Statement[] = all) =>
  match([pkg], memoryStore({ statements })).findings.map(({ fix: { version } }) => version);

describe('module streams', () => {
  it('a build with the fix of its own stream is not affected by what other streams say', () => {
    expect(resultOf(rpm('postgresql', '13.11-1.module_el8.8.0+3601+ca64e769', 'postgresql:13:8080:489197e6'))).toEqual(
      [],
    );
  });

  it('a build without it is, and never told to leave the stream', () => {
    expect(resultOf(rpm('postgresql', '13.10-1.module_el8.7.0+3400+00000000', 'postgresql:13:8070:489197e6'))).toEqual([
      '13.11-1.module_el8.8.0+3601+ca64e769',
    ]);
  });

  it('without a label the module build tells the stream, then the version', () => {
    expect(resultOf(rpm('postgresql', '13.11-1.module_el8.8.0+3601+ca64e769'))).toEqual([]);
    expect(resultOf(rpm('postgresql', '12.14-1.module_el8.7.0+3400+00000000'))).toEqual([
      '12.15-1.module_el8.8.0+3603+aaaaaaaa',
    ]);
    expect(streamOf('15.2-1.module_el8.7.0+1+2', all, rpmType.moduleBuild!)).toBe('postgresql:15');
    expect(streamOf('150.2-1.module_el8.7.0+1+2', all, rpmType.moduleBuild!)).toBeUndefined();
  });

  it('what was built outside modules is not what a module fixes, nor the reverse', () => {
    expect(resultOf(rpm('postgresql', '10.1-1.el8'))).toEqual([]);
    const base = fix('CVE-2099-1', '5.26.3-422.el8', undefined, 'perl');
    expect(resultOf(rpm('perl', '5.24.4-1.module_el8.1.0+1+2', 'perl:5.24:8010:a'), [base])).toEqual([]);
    expect(resultOf(rpm('perl', '5.26.3-400.el8'), [base])).toEqual(['5.26.3-422.el8']);
  });

  it('a bulletin on two modules concerns both', () => {
    const both = [fix('CVE-2099-1', '3.8.6-1.module_el8+5+6', ['python38:3.8', 'python38-devel:3.8'], 'python38')];
    const old = (label: string) => resultOf(rpm('python38', '3.8.1-1.module_el8+1+2', label), both);
    expect(old('python38-devel:3.8:1:a')).toHaveLength(1);
    expect(old('python39:3.9:1:a')).toEqual([]);
  });

  it('a bulletin that does not say which stream concerns builds of the same release (ALSA-2024:4499 on ruby)', () => {
    const untold = [fix('CVE-2099-1', '3.1.5-143.module_el8.10.0+3851+4d0e4b4b', [], 'ruby')];
    expect(resultOf(rpm('ruby', '3.1.2-141.module_el8.10.0+1+2', 'ruby:3.1:1:a'), untold)).toHaveLength(1);
    expect(resultOf(rpm('ruby', '2.5.9-111.module_el8.9.0+1+2', 'ruby:2.5:1:a'), untold)).toEqual([]);
  });

  it('or of a later one of its stream, be that called after a number or not', () => {
    const of18 = [fix('CVE-2023-44487', '1:18.18.2-1.module+el8.8.0+90047+ba12f3a4', [], 'nodejs')];
    expect(resultOf(rpm('nodejs', '1:18.16.1-1.module+el8.8.0+21100+1', 'nodejs:18:1:a'), of18)).toHaveLength(1);
    expect(resultOf(rpm('nodejs', '1:16.20.2-2.module+el8.8.0+21100+1', 'nodejs:16:1:a'), of18)).toEqual([]);
    const npm = [fix('CVE-2023-44487', '1:9.8.1-1.18.18.2.1.module+el8.8.0+90047+ba12f3a4', [], 'npm')];
    expect(resultOf(rpm('npm', '1:9.5.1-1.18.16.1.1.module+el8.8.0+21100+1', 'nodejs:18:1:a'), npm)).toHaveLength(1);
    expect(resultOf(rpm('npm', '1:8.19.4-1.16.20.2.2.module+el8.8.0+21100+1', 'nodejs:16:1:a'), npm)).toEqual([]);
    const podman = [fix('CVE-2024-3727', '4:4.9.4-12.module+el8.10.0+90372+e97a4a4e', [], 'podman')];
    expect(resultOf(rpm('podman', '3:4.4.1-14.module+el8.8.0+1+2', 'container-tools:ol8:1:a'), podman)).toHaveLength(1);
    expect(resultOf(rpm('podman', '3:4.0.2-24.module+el8.8.0+1+2', 'container-tools:4.0:1:a'), podman)).toEqual([]);
  });
});
