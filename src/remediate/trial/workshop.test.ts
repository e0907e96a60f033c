import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { FileEdit } from '../plan.ts';
import { layOut } from './workshop.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'plimsoll-test-'));
  mkdirSync(join(folder, 'project', 'docker'), { recursive: true });
  mkdirSync(join(folder, 'build'));
  writeFileSync(join(folder, 'project', 'requirements.txt'), 'numpy==1.24.0\n');
  writeFileSync(join(folder, 'project', 'docker', 'Dockerfile'), 'FROM python:3.9.16\nCOPY requirements.txt .\n');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const edit = (path: string, after: string): FileEdit => ({ path, before: '', after, diff: '', shown: '' });
const text = (path: string): string => readFileSync(path, 'utf8');

describe('the copy in which a plan is tried', () => {
  it('has the edits; the files of the user stay as they are', () => {
    const project = join(folder, 'project');
    const dockerfile = join(project, 'docker', 'Dockerfile');
    const edits = [edit('../requirements.txt', 'numpy==1.24.4\n'), edit('Dockerfile', 'FROM python:3.9.19\n')];
    const laid = layOut(join(folder, 'build'), project, dockerfile, edits);
    expect(text(join(laid.context, 'requirements.txt'))).toBe('numpy==1.24.4\n');
    expect(text(laid.dockerfile)).toBe('FROM python:3.9.19\n');
    expect(laid.dockerfile).toBe(join(laid.context, 'docker', 'Dockerfile'));
    expect(text(join(project, 'requirements.txt'))).toBe('numpy==1.24.0\n');
    expect(text(dockerfile)).toContain('FROM python:3.9.16');
  });

  it('takes a Dockerfile from outside of the context along, and nothing else from there', () => {
    const dockerfile = join(folder, 'Dockerfile.gpu');
    writeFileSync(dockerfile, 'FROM nvidia/cuda:12.1.0\n');
    writeFileSync(join(folder, 'other.txt'), 'mine');
    const edits = [
      edit('Dockerfile.gpu', 'FROM nvidia/cuda:12.1.1\n'),
      edit('other.txt', 'overwritten'),
      edit('../../etc/x', 'x'),
    ];
    const laid = layOut(join(folder, 'build'), join(folder, 'project'), dockerfile, edits);
    expect(text(laid.dockerfile)).toBe('FROM nvidia/cuda:12.1.1\n');
    expect(text(dockerfile)).toBe('FROM nvidia/cuda:12.1.0\n');
    expect(text(join(folder, 'other.txt'))).toBe('mine');
    expect(laid.place('other.txt')).toBeUndefined();
    expect(laid.place('project/requirements.txt')).toBe(join(laid.context, 'requirements.txt'));
  });

  it('keeps links as they are written, so that the copy leads nowhere that the build would not', () => {
    symlinkSync('/etc/hostname', join(folder, 'project', 'link'));
    const laid = layOut(join(folder, 'build'), join(folder, 'project'), join(folder, 'project/docker/Dockerfile'), []);
    expect(readlinkSync(join(laid.context, 'link'))).toBe('/etc/hostname');
  });

  it('is made where the folder for temporary files lies in the project, without itself', () => {
    const project = join(folder, 'project');
    const trial = join(project, 'tmp', 'trial');
    mkdirSync(trial, { recursive: true });
    writeFileSync(join(project, 'tmp', 'beside'), '');
    const laid = layOut(trial, project, join(project, 'docker', 'Dockerfile'), []);
    expect(readdirSync(laid.context, { recursive: true }).sort()).toEqual([
      'docker',
      'docker/Dockerfile',
      'requirements.txt',
      'tmp',
      'tmp/beside',
    ]);
  });

  it.skipIf(process.platform === 'win32')('leaves sockets and pipes behind, which no build can copy', async () => {
    const project = join(folder, 'project');
    const server = createServer().listen(join(project, 'docker', 'daemon.sock'));
    await once(server, 'listening');
    spawnSync('mkfifo', [join(project, 'pipe')]);
    try {
      const laid = layOut(join(folder, 'build'), project, join(project, 'docker', 'Dockerfile'), []);
      expect(readdirSync(laid.context, { recursive: true }).sort()).toEqual([
        'docker',
        'docker/Dockerfile',
        'requirements.txt',
      ]);
    } finally {
      server.close();
    }
  });

  it('has not what .dockerignore leaves out, but what is edited, what is let in again, and itself', () => {
    const project = join(folder, 'project');
    for (const name of [
      'data/huge.bin',
      'data/keep/x.csv',
      '.git/HEAD',
      'docker/notes.md',
      'secret.env',
      'sub/requirements.txt',
    ]) {
      mkdirSync(join(project, name, '..'), { recursive: true });
      writeFileSync(join(project, name), name);
    }
    const list = join(project, '.dockerignore');
    writeFileSync(list, '.git\n*.env\ndocker\nsub\n**/*.bin\n');
    const all = (laid: { readonly context: string }): string[] =>
      (readdirSync(laid.context, { recursive: true }) as string[])
        .filter((name) => statSync(join(laid.context, name)).isFile())
        .sort();
    const dockerfile = join(project, 'docker', 'Dockerfile');
    const edits = [edit('../sub/requirements.txt', 'numpy==1.24.4\n')];
    const some = ['.dockerignore', 'data/keep/x.csv', 'docker/Dockerfile', 'requirements.txt', 'sub/requirements.txt'];
    expect(all(layOut(join(folder, 'build'), project, dockerfile, edits))).toEqual(some);
    writeFileSync(list, '*\n!data/keep\n');
    mkdirSync(join(folder, 'second'));
    const kept = ['.dockerignore', 'data/keep/x.csv', 'docker/Dockerfile'];
    expect(all(layOut(join(folder, 'second'), project, dockerfile, []))).toEqual(kept);
    // BuildKit goes by the list that is called as the Dockerfile.
    writeFileSync(`${dockerfile}.dockerignore`, '');
    mkdirSync(join(folder, 'third'));
    expect(all(layOut(join(folder, 'third'), project, dockerfile, []))).toContain('data/huge.bin');
  });

  it('takes the list of a Dockerfile from outside along, by which its builder goes', () => {
    const dockerfile = join(folder, 'Dockerfile.gpu');
    writeFileSync(dockerfile, 'FROM nvidia/cuda:12.1.0\n');
    writeFileSync(`${dockerfile}.dockerignore`, '**/*.bin\n');
    const laid = layOut(join(folder, 'build'), join(folder, 'project'), dockerfile, []);
    expect(text(`${laid.dockerfile}.dockerignore`)).toBe('**/*.bin\n');
  });

  it('writes an edit into the copy and through no link out of it: the file of the user stays as it is', () => {
    const project = join(folder, 'project');
    const theirs = join(folder, 'shared.txt');
    writeFileSync(theirs, 'numpy==1.24.0\n');
    rmSync(join(project, 'requirements.txt'));
    symlinkSync(theirs, join(project, 'requirements.txt'));
    const edits = [edit('../requirements.txt', 'numpy==1.24.4\n')];
    const laid = layOut(join(folder, 'build'), project, join(project, 'docker', 'Dockerfile'), edits);
    expect(text(join(laid.context, 'requirements.txt'))).toBe('numpy==1.24.4\n');
    expect(text(theirs)).toBe('numpy==1.24.0\n');
    mkdirSync(join(folder, 'outside'));
    writeFileSync(join(folder, 'outside', 'more.txt'), 'scipy==1.10.0\n');
    symlinkSync(join(folder, 'outside'), join(project, 'deps'));
    mkdirSync(join(folder, 'second'));
    const more = [edit('../deps/more.txt', 'scipy==1.11.1\n')];
    layOut(join(folder, 'second'), project, join(project, 'docker', 'Dockerfile'), more);
    expect(text(join(folder, 'outside', 'more.txt'))).toBe('scipy==1.10.0\n');
  });

  it('says where it could not be made', () => {
    expect(() =>
      layOut(join(folder, 'build'), join(folder, 'nothing'), join(folder, 'nothing/Dockerfile'), []),
    ).toThrow(expect.objectContaining({ code: 'io' }));
  });
});
