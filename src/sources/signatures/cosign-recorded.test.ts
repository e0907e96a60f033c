import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../../test/temporary-folder.ts';
import type { SignatureCheck } from './check.ts';
import { SIGNATURE } from './cosign-layout.ts';
import { payloadNames, signatureCheck, signStatementNames } from './index.ts';

/** What the real program wrote (`fixtures/cosign-2.6.5.json`), against its own key and another one of its making. */

interface Recorded {
  readonly key: string;
  readonly otherKey: string;
  readonly annotated: { readonly digest: string; readonly payload: string; readonly signature: string };
  readonly bundle: { readonly digest: string; readonly document: Record<string, unknown> };
  readonly attestation: { readonly digest: string; readonly document: Record<string, unknown> };
  readonly file: { readonly text: string; readonly signatures: readonly string[] };
}
const recorded: Recorded = JSON.parse(readFileSync(new URL('fixtures/cosign-2.6.5.json', import.meta.url), 'utf8'));
let right: SignatureCheck;
let other: SignatureCheck;
beforeAll(async () => {
  right = await signatureCheck({ key: recorded.key });
  other = await signatureCheck({ key: recorded.otherKey });
});

describe('what cosign 2.6.5 signed', () => {
  it('by annotation: holds for its key, its payload and its digest, and for no other', () => {
    const { digest, payload, signature } = recorded.annotated;
    const bytes = Buffer.from(payload);
    expect(right.payload(bytes, { [SIGNATURE]: signature })).toBe(true);
    expect(other.payload(bytes, { [SIGNATURE]: signature })).toBe(false);
    expect(right.payload(Buffer.from(payload.replace('cosign', 'Cosign')), { [SIGNATURE]: signature })).toBe(false);
    expect(right.payload(bytes, {})).toBe(false);
    expect(payloadNames(bytes, digest, 'here')).toBe(true);
    expect(payloadNames(bytes, recorded.bundle.digest, 'here')).toBe(false);
  });

  it('as a bundle: holds for its key and its digest, and for no other', () => {
    const { digest, document } = recorded.bundle;
    const statement = right.statement(document, {});
    expect(statement && signStatementNames(statement, digest, 'here')).toBe(true);
    expect(statement && signStatementNames(statement, recorded.annotated.digest, 'here')).toBe(false);
    expect(other.statement(document, {})).toBeUndefined();
  });

  it('as an attestation: its statement is proved, and it is no signature of the image', () => {
    const { digest, document } = recorded.attestation;
    const statement = right.statement(document, {});
    expect(JSON.parse(String(statement))).toMatchObject({ predicateType: 'https://cyclonedx.org/bom' });
    expect(statement && signStatementNames(statement, digest, 'here')).toBe(false);
    expect(other.statement(document, {})).toBeUndefined();
    const payload = Buffer.from(String(document.payload), 'base64').toString().replace('base-files', 'base-fires');
    expect(right.statement({ ...document, payload: Buffer.from(payload).toString('base64') }, {})).toBeUndefined();
  });

  it('a file: in each of the three forms, and not when a byte is added', async () => {
    const at = join(temporaryFolder(), 'file');
    writeFileSync(at, recorded.file.text);
    for (const signature of recorded.file.signatures) {
      expect(await right.file(at, signature, 'here')).toBe(true);
      expect(await other.file(at, signature, 'here')).toBe(false);
    }
    writeFileSync(at, `${recorded.file.text}!`);
    for (const signature of recorded.file.signatures) expect(await right.file(at, signature, 'here')).toBe(false);
  });
});
