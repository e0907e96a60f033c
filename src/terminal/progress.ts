import { printable } from '../errors.ts';
import { byteSize, grouped } from '../formats/grouped.ts';
import type { Progress, Task } from '../progress.ts';
import { type Paint, painter } from './style.ts';
import { cut, lengthOf } from './table.ts';

/** Where progress is drawn: standard error, or a test's stand-in. */
export interface ProgressStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly rows?: number;
  write(text: string): unknown;
}

interface ProgressOptions {
  /** `--quiet`: neither bars nor lines. */
  readonly quiet?: boolean;
  readonly colour?: boolean;
  /** Lines for a log, also where it is a terminal. */
  readonly log?: boolean;
  /** Milliseconds; the clock of tests. */
  readonly now?: () => number;
}

/** Progress that owns part of the screen; `close` gives it back and must be called before anything else is printed. */
interface TerminalProgress extends Progress {
  close(): void;
}

interface Running {
  readonly label: string;
  readonly unit: 'bytes' | 'records' | 'layers' | undefined;
  readonly started: number;
  amount: number;
  total: number | undefined;
  note: string | undefined;
  ended: number | undefined;
}

const begin = (label: string, total: number | undefined, unit: Running['unit'], started: number): Running => ({
  label: printable(label, 200),
  unit,
  started,
  amount: 0,
  total,
  note: undefined,
  ended: undefined,
});

/** Milliseconds between two drawings. */
const INTERVAL = 100;
const BAR = 24;
/** Lines of work that is over, to show that something happens. */
const ENDED = 4;
const SPINNER = '\u280b\u2819\u2839\u2838\u283c\u2834\u2826\u2827\u2807\u280f';

/**
 * Bars on a terminal, one line for each running task, wiped at the end; on anything else the lines of `say`, and of long work a line now and then.
 * What was drawn is wiped whatever happens: on `close`, and when the process exits without it. The cursor is never hidden,
 * so that even `kill -9` leaves a usable terminal.
 */
export function terminalProgress(stream: ProgressStream, options: ProgressOptions = {}): TerminalProgress {
  if (options.quiet === true) return { task: () => quietTask, say() {}, close() {} };
  if (stream.isTTY !== true || options.log === true) return linesProgress(stream, options.now ?? Date.now);
  return drawnProgress(stream, options.now ?? Date.now, painter(options.colour ?? false));
}

/** Milliseconds between two lines of long work where nothing can be drawn: a log stays short, and nobody takes work for dead. */
const LOG_INTERVAL = 10_000;

function linesProgress(stream: ProgressStream, now: () => number): TerminalProgress {
  const running = new Set<Running>();
  let last = now();
  let timer: NodeJS.Timeout | undefined;
  const stop = (): void => {
    clearInterval(timer);
    timer = undefined;
  };
  const tell = (): void => {
    if (running.size === 0 || now() - last < LOG_INTERVAL) return;
    last = now();
    const told = longest([...running]);
    const others = running.size > told.length ? `, and ${running.size - told.length} more` : '';
    stream.write(`${told.map((task) => plainLine(task, last)).join('; ')}${others}\n`);
  };
  return {
    task(label, { total, unit } = {}) {
      const begun = begin(label, total, unit, now());
      if (running.size === 0) last = now();
      running.add(begun);
      timer ??= setInterval(tell, LOG_INTERVAL).unref();
      return {
        add(amount) {
          begun.amount += amount;
          tell();
        },
        total(amount) {
          begun.total = amount;
        },
        done() {
          running.delete(begun);
          if (running.size === 0) stop();
        },
      };
    },
    say: (line) => void stream.write(`${printable(line)}\n`),
    close: stop,
  };
}

/** What has gone on longest, and where that is counted in documents, what of them moves longest: a download that never ends shows its bytes. */
function longest(running: readonly Running[]): readonly Running[] {
  const [first, ...others] = [...running].sort((a, b) => a.started - b.started);
  const moving = first?.unit === undefined ? others.find(({ unit }) => unit !== undefined) : undefined;
  return [first, moving].filter((task) => task !== undefined);
}

const plainLine = (task: Running, now: number): string =>
  taskLine(task, now)
    .slice(2)
    .replace(/[\u2501\u2500]+|\s+/g, ' ')
    .replace(/ +/g, ' ')
    .trim();

const quietTask: Task = { add() {}, total() {}, done() {} };

/** Long because it is an object: its methods close over one state. */
function drawnProgress(stream: ProgressStream, now: () => number, paint: Paint): TerminalProgress {
  let tasks: Running[] = [];
  let drawn: number[] = [];
  let last = Number.NEGATIVE_INFINITY;
  let timer: NodeJS.Timeout | undefined;

  /** Back to the first line of what was drawn, counting the rows that lines take up after the window was made narrower. */
  const erase = (): string => {
    const columns = stream.columns || 80;
    const rows = drawn.reduce((sum, length) => sum + Math.max(1, Math.ceil(length / columns)), 0);
    drawn = [];
    return rows === 0 ? '' : `\u001b[${rows}A\r\u001b[J`;
  };
  const draw = (): void => {
    last = now();
    const columns = (stream.columns || 80) - 1;
    const lines = visible(tasks, (stream.rows || 24) - 2).map((task) => cut(taskLine(task, last), columns));
    const before = erase();
    drawn = lines.map(lengthOf);
    stream.write(`${before}${lines.map((line) => `${paint(line.slice(0, 1), 'cyan')}${line.slice(1)}\n`).join('')}`);
  };
  const start = (): void => {
    if (timer !== undefined) return;
    process.on('exit', restore);
    last = now(); // work that is over at once leaves no flicker
    timer = setInterval(draw, INTERVAL);
    timer.unref();
  };
  const restore = (): void => {
    if (timer === undefined) return;
    clearInterval(timer);
    timer = undefined;
    process.off('exit', restore);
    stream.write(erase());
    tasks = [];
  };
  /** Work that keeps the event loop busy starves the timer, so that adding draws as well. */
  const changed = (): void => {
    if (timer !== undefined && now() - last >= INTERVAL) draw();
  };

  return {
    task(label, { total, unit } = {}) {
      const running = begin(label, total, unit, now());
      tasks.push(running);
      start();
      changed();
      return {
        add(amount) {
          running.amount += amount;
          changed();
        },
        total(amount) {
          running.total = amount;
          changed();
        },
        done(note) {
          running.ended = now();
          running.note = note === undefined ? undefined : printable(note, 200);
          if (tasks.every((task) => task.ended !== undefined)) restore();
          else changed();
        },
      };
    },
    say(line) {
      stream.write(`${erase()}${paint(printable(line), 'dim')}\n`);
      if (timer !== undefined) draw();
    },
    close: restore,
  };
}

/** What fits on the screen: running tasks first, then those that ended last. */
function visible(tasks: readonly Running[], rows: number): Running[] {
  const room = Math.max(rows, 1);
  const running = tasks.filter((task) => task.ended === undefined).slice(0, room);
  const ended = tasks.filter((task) => task.ended !== undefined);
  const kept = Math.min(ENDED, room - running.length);
  const chosen = new Set([...running, ...(kept > 0 ? ended.slice(-kept) : [])]);
  return tasks.filter((task) => chosen.has(task));
}

function taskLine(task: Running, now: number): string {
  if (task.ended !== undefined) {
    const note = task.note ?? (task.amount > 0 ? amountOf(task.amount, task.unit) : '');
    return `\u2714 ${task.label}  ${note}`.trimEnd();
  }
  const frame = SPINNER[Math.floor(now / INTERVAL) % SPINNER.length];
  const seconds = (now - task.started) / 1000;
  const done = amountOf(task.amount, task.unit);
  if (task.total === undefined || task.total <= 0)
    return `${frame} ${task.label}  ${task.amount > 0 ? done : ''}`.trimEnd();
  const share = Math.min(1, task.amount / task.total);
  const filled = Math.round(share * BAR);
  const bar = `${'\u2501'.repeat(filled)}${'\u2500'.repeat(BAR - filled)}`;
  const left = share > 0.02 && seconds > 2 && share < 1 ? `  ${clock((seconds * (1 - share)) / share)} left` : '';
  const percent = `${Math.floor(share * 100)}%`.padStart(4);
  return `${frame} ${task.label}  ${bar} ${percent}  ${done} of ${amountOf(task.total, task.unit)}${left}`;
}

function amountOf(amount: number, unit: Running['unit']): string {
  return unit === 'bytes' ? byteSize(amount) : `${grouped(amount)}${unit === undefined ? '' : ` ${unit}`}`;
}

function clock(seconds: number): string {
  const whole = Math.ceil(seconds);
  return whole >= 3600
    ? `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`
    : `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`;
}
