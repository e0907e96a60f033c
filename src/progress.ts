/**
 * How long work tells what it is doing. The rooms below report through this and know nothing of terminals;
 * `terminal/progress.ts` draws it, the library's default ignores it.
 */
export interface Progress {
  /** Begins a line of work; `total` in units where it is known. */
  task(label: string, options?: { total?: number; unit?: 'bytes' | 'records' | 'layers' }): Task;
  /** One line worth telling while work goes on (for example which source was chosen). */
  say(line: string): void;
}

export interface Task {
  /** Adds to what is done. */
  add(amount: number): void;
  /** Changes the total, where it becomes known late. */
  total(amount: number): void;
  /** Ends it; the note is shown behind the label. */
  done(note?: string): void;
}

const silentTask: Task = { add() {}, total() {}, done() {} };

/** Says nothing. */
export const silent: Progress = { task: () => silentTask, say() {} };
