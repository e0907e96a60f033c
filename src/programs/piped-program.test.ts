import { describe, expect, it } from 'vitest';
import { startPiped } from './piped-program.ts';

async function* pieces(...texts: string[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) yield Buffer.from(text);
}

async function all(program: string, args: string[], input: AsyncIterable<Uint8Array>, options = {}) {
  const piped = await startPiped(program, args, options);
  if (!piped) return undefined;
  const output: Buffer[] = [];
  const stream = piped.through(input);
  for (;;) {
    const next = await stream.next();
    if (next.done) return { text: Buffer.concat(output).toString(), ...next.value };
    output.push(Buffer.from(next.value));
  }
}

describe.skipIf(process.platform === 'win32')('a piped program', () => {
  it('gives what it makes of a stream, larger than any pipe', async () => {
    const large = 'x'.repeat(700_000);
    expect(await all('cat', [], pieces(large, 'and ', 'the end'))).toEqual({
      text: `${large}and the end`,
      status: 0,
      stuck: false,
      complaint: '',
    });
  });

  it('is undefined where it is not installed, or the name is a path', async () => {
    expect(await startPiped('no-such-program-here', [])).toBeUndefined();
    expect(await startPiped('/bin/cat', [])).toBeUndefined();
    expect(await startPiped('cat', [], { environment: { PATH: '.' } })).toBeUndefined();
  });

  it('tells its status and complaint, though it did not read all', async () => {
    const endless = pieces(...Array.from({ length: 20 }, () => 'y'.repeat(100_000)));
    const result = await all('sh', ['-c', 'echo no good >&2; exit 3'], endless);
    expect(result).toMatchObject({ status: 3, stuck: false, complaint: 'no good\n' });
  });

  it('is ended where it stands still, and throws what its input throws', async () => {
    expect(await all('sleep', ['600'], pieces('a'), { idleMs: 50 })).toMatchObject({ status: undefined, stuck: true });
    const broken = (async function* () {
      yield Buffer.from('a');
      throw new Error('the network is gone');
    })();
    await expect(all('cat', [], broken)).rejects.toThrow('the network is gone');
  });

  it('ends with whoever stops reading', async () => {
    const piped = await startPiped('sh', ['-c', 'echo $$; exec yes']);
    let id = 0;
    for await (const piece of (piped as NonNullable<typeof piped>).through(pieces('a'))) {
      id = Number.parseInt(piece.toString(), 10);
      break;
    }
    const isThere = (): boolean => {
      try {
        process.kill(id, 0);
        return true;
      } catch {
        return false;
      }
    };
    await expect.poll(isThere, { timeout: 20_000 }).toBe(false);
  });

  it('gets none of the secrets of our environment', async () => {
    const environment = { ...process.env, AWS_SECRET_ACCESS_KEY: 'hidden', LD_PRELOAD: '' };
    const result = await all('env', [], pieces(), { environment });
    expect(result?.text).toContain('PATH=');
    expect(result?.text).not.toContain('hidden');
  });
});
