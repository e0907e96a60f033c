import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CYCLONEDX_PREDICATE, cycloneDx, dsse, SPDX_PREDICATE, spdx, statement } from '../../../test/attested.ts';
import { PlimsollError } from '../../errors.ts';
import type { UnknownRecord } from '../../formats/json-values.ts';
import { billOfJson } from '../../formats/sbom/index.ts';
import { attestedDocument } from './document.ts';

const DIGEST = `sha256:${'a'.repeat(64)}`;
const bill = spdx(['pkg:pypi/numpy@1.21.0']);
const TAG_VALUE =
  'SPDXVersion: SPDX-2.2\nPackageName: numpy\nExternalRef: PACKAGE-MANAGER purl pkg:pypi/numpy@1.21.0\n';
const read = (value: unknown) => attestedDocument(Buffer.from(JSON.stringify(value)), 'app');
const failure = (run: () => unknown): unknown => {
  try {
    return run();
  } catch (error) {
    return error instanceof PlimsollError ? `${error.code}: ${error.message}` : error;
  }
};

describe('an attached document', () => {
  it.each([
    ['as it is', bill, []],
    ['in a statement', statement(SPDX_PREDICATE, bill, DIGEST), [DIGEST]],
    ['with a version behind its predicate type', statement(`${SPDX_PREDICATE}/v2.3`, bill, DIGEST), [DIGEST]],
    ['in an envelope', dsse(statement(SPDX_PREDICATE, bill)), []],
    ['in a Sigstore bundle', { dsseEnvelope: dsse(statement(SPDX_PREDICATE, bill, DIGEST)) }, [DIGEST]],
    ['as cosign 1 wrapped it', dsse(statement(SPDX_PREDICATE, { Data: bill, Timestamp: '' }, DIGEST)), [DIGEST]],
    ['as text in cosign 1', dsse(statement(SPDX_PREDICATE, { Data: JSON.stringify(bill) }, DIGEST)), [DIGEST]],
  ])('is taken out of what it is wrapped in: %s', (_, value, subjects) => {
    expect(read(value)).toEqual({ bill: billOfJson(bill as UnknownRecord), subjects });
  });

  it('is CycloneDX just as well', () => {
    const document = cycloneDx([]);
    expect(read(statement(CYCLONEDX_PREDICATE, document))).toEqual({
      bill: billOfJson(document as UnknownRecord),
      subjects: [],
    });
  });

  it('is tag-value, SPDX 3 and XML, too', () => {
    const said = statement(SPDX_PREDICATE, { Data: TAG_VALUE }, DIGEST);
    expect(read(said)?.bill.entries[0]).toMatchObject({ name: 'numpy', purls: ['pkg:pypi/numpy@1.21.0'] });
    expect(attestedDocument(Buffer.from(TAG_VALUE), 'app')?.bill.format).toBe('SPDX-2.2');
    const xml = '<bom xmlns="http://cyclonedx.org/schema/bom/1.5"><components/></bom>';
    expect(attestedDocument(Buffer.from(xml), 'app')?.bill.format).toBe('CycloneDX 1.5');
    const context = 'https://spdx.org/rdf/3.0.1/spdx-context.jsonld';
    expect(read({ '@context': context, '@graph': [] })?.bill.format).toBe('SPDX-3.0');
  });

  it('about something else is none', () => {
    expect(read(statement('https://slsa.dev/provenance/v1', {}))).toBeUndefined();
    expect(read({ mediaType: 'application/vnd.dev.sigstore.bundle.v0.3+json', messageSignature: {} })).toBeUndefined();
  });

  it('that cannot be used says why', () => {
    const said = (value: unknown): unknown => failure(() => read(value));
    expect(said({ bomFormat: 'SWID' })).toBe('unsupported: neither CycloneDX nor SPDX');
    expect(said(statement(SPDX_PREDICATE, null))).toBe('corrupt: a statement without a predicate');
    expect(said({ payloadType: 'application/octet-stream', payload: 'e30=' })).toContain('unsupported: an envelope');
    expect(said({ payloadType: 'application/vnd.in-toto+json', payload: '%%%' })).toContain('corrupt');
    expect(failure(() => attestedDocument(Buffer.from('<bom/>'), 'app'))).toBe('corrupt: the attestation is not JSON');
  });

  it('wrapped in itself again and again ends', () => {
    let value: unknown = bill;
    for (let times = 0; times < 50; times++) value = { dsseEnvelope: value };
    expect(failure(() => read(value))).toContain('envelopes within each other');
    expect(failure(() => attestedDocument(Buffer.from('['.repeat(1_000_000)), 'app'))).toContain('corrupt');
  });

  it('of any kind is a document, none, or one of our errors', () => {
    const keys = fc.constantFrom(
      '_type',
      'payload',
      'payloadType',
      'dsseEnvelope',
      'predicate',
      'predicateType',
      'subject',
      'Data',
      '__proto__',
    );
    const any = fc.letrec((tie) => ({
      node: fc.oneof(
        { maxDepth: 5 },
        fc.constantFrom('https://in-toto.io/Statement/v1', SPDX_PREDICATE, 'e30='),
        fc.jsonValue(),
        tie('tree'),
      ),
      tree: fc.dictionary(keys, tie('node')),
    }));
    fc.assert(
      fc.property(any.tree, (value) => {
        const result = failure(() => read(value));
        expect(result instanceof Error).toBe(false);
      }),
    );
  });
});
