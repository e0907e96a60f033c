import { describe, expect, it } from 'vitest';
import { byteSize } from '../formats/grouped.ts';
import { type ProgressStream, terminalProgress } from './progress.ts';

/** As much of a terminal as progress uses: line feed, carriage return, cursor up, erase below. */
class Screen implements ProgressStream {
  readonly isTTY = true;
  readonly rows = 10;
  columns = 60;
  readonly #lines: string[] = [''];
  #row = 0;

  write(text: string): void {
    for (const [token, up] of text.matchAll(/\u001b\[(\d+)A|\u001b\[J|\u001b\[[\d;]*m|[^\u001b]/gu)) {
      if (up !== undefined) this.#row = Math.max(0, this.#row - Number(up));
      else if (token === '\u001b[J') this.#lines.splice(this.#row, Number.POSITIVE_INFINITY, '');
      else if (token === '\n') this.#lines[++this.#row] ??= '';
      else if (token === '\r' || token.startsWith('\u001b')) continue;
      else this.#lines[this.#row] += token;
    }
  }

  get text(): string[] {
    return this.#lines.filter((line) => line !== '');
  }
}

function clock(): { now: () => number; pass(milliseconds: number): void } {
  let time = 1_000_000;
  return {
    now: () => time,
    pass(milliseconds) {
      time += milliseconds;
    },
  };
}

describe('progress on a terminal', () => {
  it('draws one line for each task, redrawn in place, and wipes them all at the end', () => {
    const screen = new Screen();
    const time = clock();
    const progress = terminalProgress(screen, { now: time.now });
    const first = progress.task('layer 1', { total: 200_000_000, unit: 'bytes' });
    const second = progress.task('feed debian', { unit: 'records' });
    time.pass(4_000);
    first.add(50_000_000);
    time.pass(200);
    second.add(10_352);
    expect(screen.text).toEqual([
      expect.stringMatching(/^. layer 1 {2}━{6}─{18} {2}25% {2}50\.0 MB of 2/),
      expect.stringMatching(/^. feed debian {2}10,352 records$/),
    ]);
    time.pass(200);
    second.done('10,352 records');
    expect(screen.text[1]).toBe('✔ feed debian  10,352 records');
    first.done();
    expect(screen.text).toEqual([]);
    progress.close();
  });

  it('never writes a line that the terminal would wrap, nor more lines than it has', () => {
    const screen = new Screen();
    screen.columns = 30;
    const time = clock();
    const progress = terminalProgress(screen, { now: time.now });
    const tasks = Array.from({ length: 40 }, (_, index) =>
      progress.task(`layer ${index} ${'x'.repeat(80)}`, { total: 10 }),
    );
    time.pass(500);
    tasks[39]?.add(3);
    expect(screen.text.length).toBeLessThanOrEqual(screen.rows - 2);
    expect(Math.max(...screen.text.map((line) => line.length))).toBeLessThan(30);
    progress.close();
    expect(screen.text).toEqual([]);
  });

  it('keeps the last few lines of what is over, with how much it was', () => {
    const screen = new Screen();
    const time = clock();
    const progress = terminalProgress(screen, { now: time.now });
    const all = progress.task('feeds', { total: 75 });
    for (let index = 1; index <= 8; index++) {
      const feed = progress.task(`feed ${index}`, { unit: 'records' });
      feed.add(index * 1_000);
      time.pass(200);
      feed.done();
      all.add(1);
    }
    expect(screen.text.slice(1)).toEqual([
      '✔ feed 5  5,000 records',
      '✔ feed 6  6,000 records',
      '✔ feed 7  7,000 records',
      '✔ feed 8  8,000 records',
    ]);
    progress.close();
  });

  it('says lines above the bars, and keeps them', () => {
    const screen = new Screen();
    const time = clock();
    const progress = terminalProgress(screen, { now: time.now });
    progress.task('reading', { total: 2 });
    progress.say('taken from the Docker Engine');
    expect(screen.text).toEqual(['taken from the Docker Engine', expect.stringContaining('reading')]);
    progress.close();
    expect(screen.text).toEqual(['taken from the Docker Engine']);
  });

  it('gives the screen back when the process exits with work unfinished', () => {
    const screen = new Screen();
    const before = process.listenerCount('exit');
    const progress = terminalProgress(screen, { now: clock().now });
    progress.task('reading', { total: 2 });
    progress.say('x');
    expect(screen.text).toHaveLength(2);
    const listener = process.listeners('exit').at(-1) as () => void;
    listener();
    expect(screen.text).toEqual(['x']);
    expect(process.listenerCount('exit')).toBe(before);
  });

  it('shows a label with escapes as harmless text', () => {
    const screen = new Screen();
    const time = clock();
    const progress = terminalProgress(screen, { now: time.now });
    const task = progress.task('a\u001b[2Jb');
    time.pass(500);
    task.add(1);
    expect(screen.text[0]).toContain('a?[2Jb');
    progress.close();
  });
});

describe('progress elsewhere', () => {
  const pipe = () => {
    const written: string[] = [];
    return { written, stream: { write: (text: string) => void written.push(text) } };
  };
  it('is silent but for the lines that are said', () => {
    const { written, stream } = pipe();
    const progress = terminalProgress(stream);
    const task = progress.task('reading', { total: 3 });
    task.add(1);
    task.done('x');
    progress.say('taken from the registry');
    progress.close();
    expect(written).toEqual(['taken from the registry\n']);
  });
  it('shows in a line of long work the bytes of what is waited for', () => {
    const { written, stream } = pipe();
    const time = { now: 0 };
    const progress = terminalProgress(stream, { now: () => time.now });
    progress.task('Advisory feeds', { total: 40 }).add(2);
    const fetching = progress.task('Fetching kev', { unit: 'bytes' });
    progress.task('Fetching epss', { unit: 'bytes' });
    time.now = 11_000;
    fetching.add(916_900_000);
    progress.close();
    expect(written).toEqual([
      expect.stringMatching(/^Advisory feeds 5% 2 of 40.*; Fetching kev 916\.9 MB, and 1 more\n$/),
    ]);
  });
  it('is silent altogether with --quiet', () => {
    const { written, stream } = pipe();
    const progress = terminalProgress({ ...stream, isTTY: true }, { quiet: true });
    progress.task('reading').add(1);
    progress.say('taken from the registry');
    progress.close();
    expect(written).toEqual([]);
  });
});

describe('sizes for people', () => {
  it('count in thousands, as registries do', () => {
    expect([0, 999, 1000, 916_900_000, 999_960, 6e12].map(byteSize)).toEqual([
      '0 bytes',
      '999 bytes',
      '1.0 kB',
      '916.9 MB',
      '1.0 MB',
      '6.0 TB',
    ]);
  });
});
