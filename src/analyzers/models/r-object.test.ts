import { gunzipSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { Fact } from '../analyzer.ts';
import { rObject } from './r-object.ts';

/** What R 4.2.2 wrote: `saveRDS` of an environment with `delayedAssign('x', system('id'))`, in each of its forms; and other code. */
const WRITTEN: readonly (readonly [what: string, risk: string, base64: string])[] = [
  [
    'a promise that opens a file to write',
    'HIGH r-promise',
    'H4sIAAAAAAAAA4vgYmBgYGZgYWJiYGYFMhlYQ0PcdC2ADBYGCIDRf4FMJiDNCBThBNGpQPwfTZAlOT8lFWQKEAsgifOlZeakaijpVyjpKJUraRKSRbUoDYuBnLn6HkFmekUpxfgk/qFhYSCWRfBRrSkDCgCtYQL6ieEPELMh+wvkQiDNhGYbk34FFlHGcix20xwDAM7vLIjLAQAA',
  ],
  [
    'promise (XDR, gzip)',
    'CRITICAL r-promise',
    'H4sIAAAAAAAAA4vgYmBgYGZgYWJiYGYFMhlYQ0PcdC2ADBYGCPgLxP+AWBiIZaFsJMzCBKQZgao5QXQFUIAVqukPELMhSbIVVxaXpOYCWSAtAkgyTJkpmAbT' +
      'DgMAyyTlUPQAAAA=',
  ],
  [
    'promise (version 2)',
    'CRITICAL r-promise',
    'H4sIAAAAAAAAA4vgYmBgYGJgYWJiYGIGMhlYGCDgLxD/A2JhIJaFspEwCxOQZgSq5gTRFUABVqimP0DMhiTJVlxZXJKaC7aGgUEASYYpMwXTYNphAF3XtDTr' +
      'AAAA',
  ],
  [
    'promise (text)',
    'CRITICAL r-promise',
    'H4sIAAAAAAAAA7WMIQ6AMBRDfe9Cwi/7nz+J4QRwAxAI1BBwezaCWIJGNGn62g7oQKOpQ2Lv7lDM09g4AlpQM9WQERgfV0taGqTMJfcEZ0niOyIqZkhXOtYd' +
      'hFQxsS2f1z91A34vFrzuAAAA',
  ],
  [
    'promise (bzip2)',
    'CRITICAL r-promise',
    'QlpoOTFBWSZTWbYXq+IAAGN/gP8wSAIAAgBAAQAGQAYiDGAAByAAahik9I9INGgA0GJQBiGhiNNIxg0rn4V9s16z1nXJcsCRREyIC+gSSHQoVqgOSiAQlezE' +
      'i5mBojKU6bv9+fW1bRWwigAB+LuSKcKEhbC9XxA=',
  ],
  [
    'promise (xz)',
    'CRITICAL r-promise',
    '/Td6WFoAAAFpIt42AgAhARYAAAB0L+Wj4ADzAFFdACwCfBn5r/QdO56YNX7q0PQhTbNFUsS/ryMdZPb2te/+X+OzpaOa8wOBaBOxsVGWqNMvUuEUq7mzFXqb' +
      'LqLaj1YaLNCiJQHeZqp2M1j9qCwwAAAAAADLJOVQAAFp9AEAAAC3G6bpPjANiwIAAAAAAVla',
  ],
  [
    'active binding',
    'CRITICAL r-active-binding',
    'H4sIAAAAAAAAA4vgYmBgYGZgYWJiYGYFMhlYQ0PcdC2ADBYGCPgLxP+AWBiIZaFsDMwBNAFIMwJ1cYLoKqB+ZiTNbEiSbMWVxSWpuUAWSIsAkgxTZgouC6iJ' +
      'ASEcTE/0AAAA',
  ],
  [
    'function',
    'LOW r-function',
    'H4sIAAAAAAAAA4vgYmBgYGZgYWJiYGYFMhlYQ0PcdC0YGFiYgZy/QJoJSDMysDBwghQm56YAqd9A/A+I2aAYJs1kZQUikURYkhKLU9HE2Iori0tSc6FmAGUY' +
      '/4PYAO55rZCKAAAA',
  ],
  [
    'byte code',
    'LOW r-function',
    'H4sIAAAAAAAAA5VUwU7CQBCddrcUkCIH0MTEgxz0oHg2xkRPJt418WZqqQlJochywHDhi40J3ozU2XZWtgsFbfIy3Z2Z995OWR6rAMCA2zYwB1/Bebi/7VwA' +
      'cIaLb4w2Rgs4VGRh0O9i+EIsEC1EGeEh2ogaopGWA+whZCunPRl3EC6iRL1NqmnS3hnx6b01gkfrfURV0zuk3DHxS+1d4pMeQbNvTYlYJj4pua7QvupolTmK' +
      'iZGoy83rD9CfhSFjFciwl3hUpNMzOOyiM11uMbSSuylvNMvyQizJc/DEqOdFxk43NMqeRDNgRl3AKRBwu/F54EeRccaGVlISb2Ic9g3CUgEhj3pinGezNpms' +
      'w+q0LTronNbyp/lOnEqnHsT9oR+Mn3qDsQhfjSx/9kVIe17GmEalyNT3U6qa+oKUM75sxHPikJFTZNleReUdmtv62bXIgbqKU1KT1+2A2NVVPkKcLGfxq1jK' +
      '1tUki+lckZOlvDP475P7V3KCyBfCsN8IJ8NRKEQvHoi7QTec0HiUaHu2NGnRSBQcgmvAhuU9lCgTKgSz3qUhbYE8jJf8xf8PqgnW664FAAA=',
  ],
  [
    'a promise that takes its function out of a namespace by a text',
    'CRITICAL r-promise',
    'H4sIAAAAAAAAA4vgYmBgYGZgYWJiYGYFMhlYQ0PcdC2ADBYGCIDRf4FMJiDNCBThBNGpQPwfTZAlLzE3FWQKEAsgiTPnFRtiFULVnVpRUATVzQbFMDmm6GgQiSbKnVjsB7SxuCAxORUqjWwHS1JiMUj8HxY5tuLK4pLUXByyTJkpUBlk61gLS/NLUpHcAcRs/xF89v80cgQ2LAzEspjiqJFUARRghcQew59B4GiqYwCkD9cPwQIAAA==',
  ],
  [
    'the same by a name, out of a list of the base environment',
    'CRITICAL r-promise',
    'H4sIAAAAAAAAA4vgYmBgYGZgYWJiYGYFMhlYQ0PcdC2ADBYGCIDRf4FMJiDNCBThBNGpQPwfTZAlLzE3FWQKEAugiBcbmmEXQ9WfWlFQBNXPBsVwC1WABBOaIHtisV5OZnEJNqmkxOLU1LwyIPMfFCNbxVZcWVySmoskg+w4pswUqAyykayFpfklqUh2ATHbfwSfHYnN8R/VYs7/BK3ChoWBWBZTHDUqKoACrJA4YvhDN6dRHQMA6dWpO40CAAA=',
  ],
  [
    'a promise whose function is named by texts put together',
    'CRITICAL r-promise',
    'H4sIAAAAAAAAA4vgYmBgYGZgYWJiYGYFMhlYQ0PcdC2ADBYGCIDRf4FMJiDNCBThBNGpQPwfTZAlLzE3FWQKEAugiBcbmmMXQ9WfWlFQBNXPBsUwOeb01BIgxYQmzFaQWFySagCVQbaAubiyGJtwSWoukPoHxejSTJkpUBlkW1gLS/NLUpGsB2K2/wg++38aOAAbFgZiWUxx1KipAAqwQuKM4c8AO5jqGAAkKh1jswIAAA==',
  ],
  [
    'a promise whose function is named by numbers',
    'HIGH r-promise',
    'H4sIAAAAAAAAA4vgYmBgYGZgYWJiYGYFMhlYQ0PcdC2ADBYGCIDRf4FMJiDNCBThBNGpQPwfTZAlLzE3FWQKEAugiBcbWWAXQ9WfWlFQBNXPhiTOnpKvl5yYkwNkMqFJcWbmlYTkh5akWWCRZEyGCvKBOA4xB6CeQRKLc8AUw6YulgFTLBKL3mi42D8oRncUS05mcQlUHDlAmDJTkHQh62AtLM0vSUUYxfYfwWZHYnP8Zxg03uWEuQW3F7FhYSCWxRRHTXoVQAFQEgGmSYY/wz5IqI4BW3yxEPUDAAA=',
  ],
  [
    'a promise that hands the name to Negate',
    'CRITICAL r-promise',
    'H4sIAAAAAAAAA4vgYmBgYGZgYWJiYGYFMhlYQ0PcdC2ADBYGCIDRf4FMJiDNCBThBNGpQPwfTZAlLzE3FWQKEAugiBcbmWAXQ9WfWlFQBNXPBsUwOTa/1PTEEpDpTGgmsRVXFpek5gJZ/7DIMmWmQGWQTWMtLM2HGwa1iu0/BYZjw8JALIspjhqOFUABVkgAM/yhoWOojgGELiQ+PAIAAA==',
  ],
];
/** A list of numbers, texts, a function, a formula with the environment in which it was made, and its promises. */
const DATA =
  '/Td6WFoAAAFpIt42AgAhARYAAAB0L+Wj4CKIA2RdACwCfBn5r/QdO56YNX7q0PQhTbNFTPhkjGn+cYuZb/o2js8Zp+Sgs09itauGHMBvuE7zZsERgKkg77Ua' +
  'wcixQgZFwjKLzBwX9jv3T9hfmHhfrPbJl9nD6KkyMN86p6BiW1RkHdFYAHW3pBzfJe7TRvlgUfwBwQ8HqwXQIBWhB0pHrX3J5AEaG0msRirmwsdelsu08Qek' +
  'GkxCUt6TxX7IVSf4zKINT3x/1bu2DWA6icT0h6WdzG0TOSLol0RZCVDY3MgDOKIKJ0BxsNHPJ7Oa7oJdltCWOcrp0uyq0l+QniyOYOY2Cf33a60ArJlSVJR6' +
  'OxWeY8sepSEs061N3k69fbI5u0CEhFt6xytZ33IQznfti0hHYnm33yVNFVY1JKQb/lbXLhcMaHBqOCP+1iuJreqb+SnaBY104ckRvBPxW+1/PvZqVx5/6qG4' +
  '3Ga8pQRFr+rf72ztQasBkF9cUmuhVSl4A8DEKu3PEADC2PkpfPYDWfO0LThxlIc9qk7HghNmZDGY20rMK2Tm2BiVAVmX6YoLVwiHFP18UiTuQOI05mE3Wm/1' +
  'J2Sqa7C35CokhpV9jQJDi1irNukisDPqgAE526M/rYoVy7nDY48ZTlm+bTKHP4h7RnisXcKkIiM7Nbs1rpsbBFm9Uvf8PMYALpvqm6IoRMgq3zkndPvGxT7n' +
  'D3eKeM+/qaqJ3xi1NW6VnZ78apJISiyjFpEJogMSO/duGen1wAoNtWlGzdkhVoG0bsATw3CQodtIbK0XzrYV2Tf8zc0snhzQznFtspY1AjVzpFkVUoWSpM/Z' +
  '0EqvaDR/1k8m0E4QTog4JL7/XCtLA6v/hS1Wrb8BobvKhmOQerC4zqxbFAMcyb3IX8lBD43p+9rIJub+F3Bn/M5Vqr4fbBxccbKipoFEzuuArjp3/tyMT+eA' +
  'mW1L68/bXpkT/S0xzFn5kEsmG4v+lzKF/er6CDW5JFTKAFkKYU2o5cR6YaCj/AiToe9SDRoxPFIAwCC1DsB1El62qmeVc6VNKtziW5OtAFdWuaQeyJUM/v+c' +
  'GLprT9fXI2vKdVno+SIYq26RakiKN+lrS7Np7RSX/3i98GuGZU9t4RkD+ZMOd4y2G98Injz7td8vwUFYr3YZ0l1IgQc2A+kl5PDKk/5tvqWxtEP2DSRCsjAA' +
  'HLdjeAAB/AaJRQAAhU5FyD4wDYsCAAAAAAFZWg==';

const CLOSURE =
  'H4sIAAAAAAAAA4vgYmBgYGZgYWJiYGYFMhlYQ0PcdC0YGFiYgRwWBgj4C2QyAWlGoAgniE4ECrBCJBj+ADEbkiRLbmpiHpBmQhNntIIK8oE49h8YYAAu5sABF/sHwSi2Muvp6QGFBJHNTMLjEO7iyuKS1Fy9tMycVKg1Ash6KxD2YGAUD+VkFpdADGD6D6FZQfQ/AO6M71c9AQAA';

const said = (bytes: Buffer, path = 'app/model.rds'): string[] => {
  const entry = { path, size: bytes.length } as Parameters<NonNullable<typeof rObject.stream>>[0];
  expect(rObject.magic?.(bytes.subarray(0, 512), entry)).toBe(true);
  const reader = rObject.stream!(entry);
  reader.push(bytes, 0);
  return [...(reader.end() as Iterable<Fact>)].map((fact) =>
    fact.kind === 'risk' ? `${fact.severity} ${fact.rule}` : `? ${(fact as { reason?: string }).reason ?? fact.kind}`,
  );
};

const int = (...values: readonly number[]): Buffer => {
  const bytes = Buffer.alloc(values.length * 4);
  for (const [at, value] of values.entries()) bytes.writeInt32BE(value, at * 4);
  return bytes;
};
const HEADER = Buffer.concat([Buffer.from('X\n'), int(2, 0x40202, 0x20300)]);
const symbol = (name: string): Buffer => Buffer.concat([int(1, 0x40009, name.length), Buffer.from(name)]);
/** `name()`. */
const call = (name: string): Buffer => Buffer.concat([int(6), symbol(name), int(254)]);
const [NIL, GLOBAL, UNBOUND] = [int(254), int(253), int(252)];
/** A promise in the global environment, with the code it stands for. */
const promise = (...code: readonly Buffer[]): Buffer => Buffer.concat([int(5 | (1 << 10)), GLOBAL, UNBOUND, ...code]);
const written = (...parts: readonly Buffer[]): Buffer => Buffer.concat([HEADER, ...parts]);

describe('an object that R serialized', () => {
  it.each(WRITTEN)('%s: what it carries and calls is told', (_, risk, base64) => {
    expect(said(Buffer.from(base64, 'base64'))).toEqual([risk]);
  });

  it('that is data, formulas and functions of no consequence is silent', () => {
    expect(said(Buffer.from(DATA, 'base64'))).toEqual([]);
    // A function made by another one, whose `...` nobody looked at yet.
    expect(said(Buffer.from(CLOSURE, 'base64'))).toEqual([]);
  });

  it('a promise where R itself writes none is told whatever it calls (CVE-2024-27322)', () => {
    expect(said(written(promise(call('mean'))))).toEqual(['HIGH r-promise']);
    expect(said(gzipSync(written(int(19, 2), int(13, 1, 7), promise(call('system')))))).toEqual(['CRITICAL r-promise']);
    // Evaluated: without its environment, with its value.
    expect(said(written(int(5), int(13, 1, 7), call('system')))).toEqual([]);
  });

  it('what a call is named by counts as called', () => {
    const named = Buffer.concat([
      int(6),
      symbol('do.call'),
      int(2),
      int(16, 1, 0x40009, 6),
      Buffer.from('system'),
      NIL,
    ]);
    expect(said(written(promise(named)))).toEqual(['CRITICAL r-promise']);
  });

  it('.First of a .RData is what R calls where it is started; elsewhere it is a function', () => {
    const first = Buffer.concat([int(2 | (1 << 10)), symbol('.First'), int(3), GLOBAL, NIL, call('message'), NIL]);
    const file = Buffer.concat([Buffer.from('RDX2\n'), written(first)]);
    expect(said(file, 'srv/app/.RData')).toEqual(['HIGH r-startup-function']);
    expect(said(file, 'srv/app/data.RData')).toEqual([]);
  });

  it('that lies, ends early, or is deeper than any is an unknown', () => {
    const deep = Buffer.concat([...Array.from({ length: 5_000 }, () => int(19, 1)), NIL]);
    const cases: readonly (readonly [Buffer, string])[] = [
      [written(deep), 'its parts lie too deep inside each other'],
      [written(int(13, 0x7fffffff)), 'the object is cut short'],
      [written(int(13, -1, 0x7fffffff, -1)), 'the object is cut short'],
      [written(int(13, -2)), 'a length is negative'],
      [written(int(77)), 'it has a part of type 77'],
      [written(int(16, 1_000_000, 254)), 'the object is cut short'],
      [Buffer.from('A\n2\n262146\n131840\nx\n'), 'a number is none'],
      [Buffer.concat([Buffer.from('X\n'), int(9, 0, 0)]), 'its version is 9'],
      [gunzipSync(gzipSync(Buffer.from('B\n'))), 'the object is cut short'],
    ];
    for (const [bytes, problem] of cases) expect(said(bytes)).toEqual([`? a serialized R object: ${problem}`]);
    expect(said(written(int(19, 2), promise(call('system'))))).toEqual([
      'CRITICAL r-promise',
      '? a serialized R object: the object is cut short',
    ]);
  });
});
