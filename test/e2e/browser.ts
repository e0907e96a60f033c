/**
 * A real browser, driven over its debugging protocol, by a pipe: it ends where whoever holds the other end does, even by SIGKILL.
 * https://chromedevtools.github.io/devtools-protocol/
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';

/** The browser of this machine; undefined: there is none. */
export const chromium: string | undefined = ['chromium', 'chromium-browser', 'google-chrome'].find((name) => {
  try {
    execFileSync(name, ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
});

type Message = Readonly<Record<string, unknown>> & { readonly id?: number; readonly method?: string };

/** One page of the browser. */
export interface BrowserPage {
  /** Opens an address and waits until it is loaded. */
  open(address: string): Promise<void>;
  /** The value of an expression in the page, awaited. Throws what it throws. */
  evaluate<T>(expression: string): Promise<T>;
  /** A command of the protocol. */
  send(method: string, params?: object): Promise<Record<string, unknown>>;
  /** A key, pressed and released. */
  press(key: string): Promise<void>;
  /** Errors of the console, refused content and exceptions, and every request but that for the page itself. */
  readonly complaints: readonly string[];
}

/** Runs a browser with one page. It is ended, and its folder removed, whatever happens. */
export async function withBrowser<T>(work: (page: BrowserPage) => Promise<T>): Promise<T> {
  const profile = mkdtempSync(join(tmpdir(), 'plimsoll-browser-'));
  const browser = spawn(
    chromium as string,
    // Without network: whatever a page asks for fails, and is counted.
    [
      '--headless=new',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-dev-shm-usage',
      '--no-first-run',
      '--disable-background-networking',
      '--remote-debugging-pipe',
      `--user-data-dir=${profile}`,
      'about:blank',
    ],
    { stdio: ['ignore', 'ignore', 'pipe', 'pipe', 'pipe'] },
  );
  try {
    return await work(await pageOf(browser));
  } finally {
    browser.kill('SIGKILL');
    await new Promise((done) =>
      browser.exitCode === null && browser.signalCode === null ? browser.once('exit', done) : done(0),
    );
    // The browser's other processes may still be writing there: a folder that stays is no fault of a page.
    try {
      rmSync(profile, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
    } catch {}
  }
}

/** Messages of the browser, each ended by a zero byte, and how to send it one. Calls `failed` where it ends. */
function connected(browser: ChildProcess, hear: (message: Message) => void, failed: (error: Error) => void) {
  let said = '';
  browser.stderr!.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-500);
  });
  browser.once('error', failed);
  browser.once('exit', () => failed(new Error(`the browser ended: ${said}`)));
  const [to, from] = [browser.stdio[3] as Writable, browser.stdio[4] as Readable];
  to.on('error', () => {});
  let rest = '';
  from.setEncoding('utf8').on('data', (text: string) => {
    const parts = (rest + text).split('\0');
    rest = parts.pop()!;
    for (const part of parts) hear(JSON.parse(part) as Message);
  });
  return (message: object): void => void to.write(`${JSON.stringify(message)}\0`);
}

/** Long because it is an object: its methods close over one state. */
async function pageOf(browser: ChildProcess): Promise<BrowserPage> {
  let last = 0;
  const waiting = new Map<number, { done(value: Record<string, unknown>): void; failed(error: Error): void }>();
  const complaints: string[] = [];
  let loaded = (): void => {};
  let main = '';
  const told = (message: Message): void => {
    const params = (message.params ?? {}) as {
      readonly exceptionDetails?: unknown;
      readonly entry?: { readonly level: string; readonly text: string };
      readonly type?: string;
      readonly args?: unknown;
      readonly request?: { readonly url: string };
    };
    if (message.method === 'Page.loadEventFired') loaded();
    if (message.method === 'Runtime.exceptionThrown')
      complaints.push(`exception: ${JSON.stringify(params.exceptionDetails)}`);
    if (message.method === 'Log.entryAdded' && params.entry?.level === 'error')
      complaints.push(`log: ${params.entry.text}`);
    if (message.method === 'Runtime.consoleAPICalled' && params.type === 'error')
      complaints.push(`console: ${JSON.stringify(params.args)}`);
    if (message.method === 'Network.requestWillBeSent' && params.request && params.request.url !== main)
      complaints.push(`request: ${params.request.url}`);
  };
  const hear = (message: Message): void => {
    if (message.id === undefined) {
      told(message);
      return;
    }
    const asked = waiting.get(message.id);
    waiting.delete(message.id);
    if (message.error) asked?.failed(new Error(JSON.stringify(message.error)));
    else asked?.done((message.result ?? {}) as Record<string, unknown>);
  };
  const say = connected(browser, hear, (error) => {
    for (const { failed } of waiting.values()) failed(error);
    waiting.clear();
  });
  const call = (method: string, params: object, sessionId?: string): Promise<Record<string, unknown>> =>
    new Promise((done, failed) => {
      last += 1;
      waiting.set(last, { done, failed });
      say({ id: last, method, params, ...(sessionId ? { sessionId } : {}) });
    });
  const { targetInfos } = (await call('Target.getTargets', {})) as {
    targetInfos: { targetId: string; type: string }[];
  };
  const targetId = targetInfos.find(({ type }) => type === 'page')!.targetId;
  const { sessionId } = (await call('Target.attachToTarget', { targetId, flatten: true })) as { sessionId: string };
  const send: BrowserPage['send'] = (method, params = {}) => call(method, params, sessionId);
  for (const domain of ['Page', 'Runtime', 'Log', 'Network']) await send(`${domain}.enable`);
  return {
    complaints,
    send,
    async open(to) {
      main = to;
      const ready = new Promise<void>((done) => {
        loaded = done;
      });
      await send('Page.navigate', { url: to });
      await ready;
    },
    async evaluate<T>(expression: string) {
      const { result, exceptionDetails } = (await send('Runtime.evaluate', {
        expression,
        awaitPromise: true,
        returnByValue: true,
      })) as {
        result: { value: T };
        exceptionDetails?: object;
      };
      if (exceptionDetails) throw new Error(JSON.stringify(exceptionDetails).slice(0, 2_000));
      return result.value;
    },
    async press(key) {
      const facts = {
        key,
        code: key.length === 1 ? `Key${key.toUpperCase()}` : key,
        windowsVirtualKeyCode: KEYS[key] ?? 0,
        ...(key === 'Enter' ? { text: '\r' } : {}),
      };
      await send('Input.dispatchKeyEvent', { type: 'keyDown', ...facts });
      await send('Input.dispatchKeyEvent', { type: 'keyUp', ...facts });
    },
  };
}

const KEYS: Readonly<Record<string, number>> = { Enter: 13, Tab: 9, ' ': 32 };
