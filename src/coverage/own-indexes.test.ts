import { describe, expect, it } from 'vitest';
import type { PackageSource } from '../model.ts';
import { ownNpmRegistry, ownPipIndex } from './own-indexes.ts';

const pip = (label: string, address = ''): PackageSource => ({ manager: 'pip', label, address });
const SYSTEM = pip('index-url in /etc/pip.conf', 'https://system.example/simple/');
const USER = pip('index-url in /root/.config/pip/pip.conf', 'https://user.example/simple/');
const VENV = pip('index-url in /opt/venv/pip.conf', 'https://venv.example/simple/');

describe("whom an image's own pip asks", () => {
  it('is nobody in particular where nothing is said', () => {
    expect(ownPipIndex([], ['PATH=/bin'], 'usr/local')).toBeUndefined();
    expect(ownPipIndex(undefined, [], 'usr/local')).toBeUndefined();
    // Another environment's file is none of this one's.
    expect(ownPipIndex([VENV], [], 'usr/local')).toBeUndefined();
  });

  it("is what the nearest says: the container's variables, the environment, the user, the system", () => {
    const all = [SYSTEM, USER, VENV];
    const variables = ['PIP_INDEX_URL=https://variable.example/simple/'];
    expect(ownPipIndex(all, variables, 'opt/venv')).toEqual({ host: 'variable.example', by: 'PIP_INDEX_URL' });
    expect(ownPipIndex(all, [], 'opt/venv')?.host).toBe('venv.example');
    expect(ownPipIndex(all, [], 'usr/local')?.host).toBe('user.example');
    expect(ownPipIndex([SYSTEM], [], 'usr/local')?.host).toBe('system.example');
  });

  it('is no index at all where one of them says so, and no variable takes it back', () => {
    const none = pip('no-index in /etc/pip.conf');
    expect(ownPipIndex([none, SYSTEM], [], 'usr/local')).toEqual({ by: 'no-index in /etc/pip.conf' });
    expect(ownPipIndex([SYSTEM], ['PIP_NO_INDEX=1'], 'usr/local')).toEqual({ by: 'PIP_NO_INDEX' });
    expect(ownPipIndex([none], ['PIP_NO_INDEX=0'], 'usr/local')).toBeUndefined();
  });

  it('is no address that is none', () => {
    expect(ownPipIndex([], ['PIP_INDEX_URL=nexus'], '')).toBeUndefined();
  });

  it("is npm's registry by its variable before its file", () => {
    const file: PackageSource = { manager: 'npm', label: 'registry in /root/.npmrc', address: 'https://npm.example/' };
    expect(ownNpmRegistry([file], [])).toEqual({ host: 'npm.example', by: 'registry in /root/.npmrc' });
    expect(ownNpmRegistry([file], ['npm_config_registry=https://other.example'])?.host).toBe('other.example');
    expect(ownNpmRegistry([SYSTEM], [])).toBeUndefined();
  });
});
