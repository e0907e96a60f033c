import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { FLOORS } from './floors.ts';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const page = readFileSync(join(root, 'docs', 'architecture.md'), 'utf8');
const decisions = readFileSync(join(root, 'docs', 'decisions.md'), 'utf8');
const section = (title: string): string => page.split(/^## /m).find((part) => part.startsWith(title)) ?? '';
/** What stands in code spans. */
const spans = (text: string): readonly string[] => [...text.matchAll(/`([^`\n]+)`/g)].map(([, span]) => span ?? '');
const foldersOf = (folder: string): readonly string[] =>
  readdirSync(join(root, folder), { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && entry.name !== 'fixtures')
    .map((entry) => entry.name);
const source = (file: string): string => readFileSync(join(root, 'src', file), 'utf8');
const exportsOf = (file: string): readonly string[] =>
  [...source(file).matchAll(/^export (?:async )?(?:function\*?|const|class|interface|type) (\w+)/gm)].map(
    ([, name]) => name ?? '',
  );

describe('docs/architecture.md and docs/decisions.md', () => {
  it('names only files and folders that are there', () => {
    const paths = spans(page + decisions).filter((span) => /^[\w@./-]+(?:\/|\.(?:ts|mjs|md))$/.test(span));
    const gone = paths.filter((path) => !['src', '.', 'docs'].some((place) => existsSync(join(root, place, path))));
    // Said of any room, and a file that passes by in an example.
    expect(gone.filter((path) => !['index.ts', 'open.ts', 'store/store.ts', 'scan-image.ts'].includes(path))).toEqual(
      [],
    );
    expect(paths.length).toBeGreaterThan(60);
  });

  it('is a page that is read at once', () => {
    expect(page.split('\n').length).toBeLessThan(110);
  });

  it('has a row for every room, and draws the floors that the law of imports knows', () => {
    const rooms = spans(page.slice(page.indexOf('| room |'), page.indexOf('Who may import')));
    expect(foldersOf('src').filter((room) => !rooms.includes(`${room}/`))).toEqual([]);
    const drawn = /from those below:\n\n((?: {4}.*\n)+)/.exec(page)?.[1] ?? '';
    const floors = drawn
      .trim()
      .split('\n')
      .map((floor) => floor.trim().split(/\s+/).sort());
    expect(floors.reverse()).toEqual(FLOORS.map((floor) => [...floor].sort()));
  });

  it('names every inner room beside its hall', () => {
    const rows = [...section('Inner rooms').matchAll(/^\| `(\w+)\/` \| (.*) \|$/gm)];
    const named = new Map(rows.map(([, hall = '', rooms = '']) => [hall, spans(rooms)]));
    const missing = foldersOf('src').flatMap((hall) =>
      foldersOf(join('src', hall))
        .filter((room) => !named.get(hall)?.includes(room))
        .map((room) => `${hall}/${room}`),
    );
    // Told below the table.
    const told = spans(page)
      .filter((span) => /^\w+\/\w+\/$/.test(span))
      .map((span) => span.slice(0, -1));
    expect(missing.filter((room) => !told.includes(room))).toEqual([]);
    for (const [hall, rooms] of named)
      expect(rooms.filter((room) => !foldersOf(join('src', hall)).includes(room))).toEqual([]);
  });

  it('walks through functions that the files named before them export, each once', () => {
    const steps = section('The walk of one package')
      .split(/^\d+\. /m)
      .slice(1);
    expect(steps.length).toBe(9);
    const seen: string[] = [];
    for (const step of steps) {
      let exported: readonly string[] = [];
      for (const span of spans(step)) {
        if (span.endsWith('.ts')) {
          exported = exportsOf(span);
          expect(seen).not.toContain(span);
          seen.push(span);
        } else if (!span.endsWith('/')) expect(exported, `${span} in: ${step}`).toContain(span);
      }
    }
  });

  it('speaks of names that the code has', () => {
    const code = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts'))
      .map(source)
      .join('\n');
    const names = spans(page + decisions).filter((span) => /^[a-z]+[A-Z]\w*$/.test(span));
    expect(names.filter((name) => !new RegExp(`\\b${name}\\b`).test(code))).toEqual(['jsonSplitter']); // told as gone
  });
});
