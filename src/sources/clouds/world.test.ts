import { describe, expect, it } from 'vitest';
import { LIMITS } from '../../limits.ts';
import type { Http, HttpResponse } from '../../network/http.ts';
import { findingsBody } from './world.ts';

describe('pages of findings', () => {
  it('are taken up to a total, beyond which no further body is read', async () => {
    const page = Buffer.alloc(LIMITS.findingsPageBytes);
    let read = 0;
    let discarded = 0;
    const http: Http = {
      request: () => Promise.reject(new Error('nothing is asked here')),
      bytes: () => {
        read += 1;
        return Promise.resolve(page);
      },
      close: () => Promise.resolve(),
    };
    const response: HttpResponse = {
      status: 200,
      headers: {},
      url: 'https://findings.example/list',
      body: (async function* () {})(),
      discard: () => {
        discarded += 1;
        return Promise.resolve();
      },
    };
    const pages = LIMITS.findingsBytes / LIMITS.findingsPageBytes;
    for (let number = 0; number < pages; number += 1) await findingsBody({ http }, response);
    await expect(findingsBody({ http }, response)).rejects.toMatchObject({ code: 'limit' });
    expect([read, discarded]).toEqual([pages, 1]);
    await expect(findingsBody({ http: { ...http } }, response), 'another command').resolves.toHaveLength(page.length);
  });
});
