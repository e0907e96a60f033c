import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Login, type Sigstore, sigstore } from '../../../test/sigstore.ts';
import { temporaryFolder } from '../../../test/temporary-folder.ts';
import { type SignatureCheck, signatureCheck } from './index.ts';

const ISSUER = 'https://token.actions.githubusercontent.com';
const IDENTITY = 'https://github.com/acme/models/.github/workflows/release.yml@refs/heads/main';
const TEXT = JSON.stringify({
  _type: 'https://in-toto.io/Statement/v1',
  subject: [],
  predicateType: 'x',
  predicate: {},
});

let world: Sigstore;
let ours: Login;
let check: SignatureCheck;
const checkOf = (identity = IDENTITY, issuer = ISSUER, trustedRoot = world.root) =>
  signatureCheck({ identity, issuer, trustedRoot });

beforeAll(async () => {
  world = await sigstore();
  ours = await world.login(IDENTITY, ISSUER);
  check = await checkOf();
});

const inOneForm = async (form: string, who: Login, text = TEXT, of: Sigstore = world) => {
  if (form === 'bundle') return { document: await of.bundle(text, who), annotations: {} };
  const { envelope, annotations } = await of.envelope(text, who);
  return { document: envelope, annotations };
};

describe.each(['bundle', 'annotations'])('a statement signed with a login, in cosign’s form of the %s', (form) => {
  it('is what is said where identity and issuer are those asked for', async () => {
    const { document, annotations } = await inOneForm(form, ours);
    expect(check.statement(document, annotations)?.toString()).toBe(TEXT);
  });

  it('is nothing when the log saw it before its certificate was made, or after it had expired', async () => {
    for (const minutes of [-20, 20]) {
      const other = await sigstore(new Date(Date.now() + minutes * 60_000));
      const { document, annotations } = await inOneForm(form, await other.login(IDENTITY, ISSUER), TEXT, other);
      expect((await checkOf(IDENTITY, ISSUER, other.root)).statement(document, annotations)).toBeUndefined();
    }
  });

  it.each<readonly [string, () => Promise<readonly [Sigstore, Login]>]>([
    ['somebody else', async () => [world, await world.login(IDENTITY.replace('acme', 'evil'), ISSUER)]],
    ['the same name of another login', async () => [world, await world.login(IDENTITY, 'https://gitlab.com')]],
    ['a name that only contains it', async () => [world, await world.login(`${IDENTITY}-evil`, ISSUER)]],
    [
      'a Sigstore that the root does not name',
      async () => {
        const other = await sigstore();
        return [other, await other.login(IDENTITY, ISSUER)];
      },
    ],
    [
      'another key than that of the certificate',
      async () => [world, { ...ours, privateKey: (await world.login(IDENTITY, ISSUER)).privateKey }],
    ],
  ])('is nothing when it is by %s', async (_, made) => {
    const [of, who] = await made();
    const { document, annotations } = await inOneForm(form, who, TEXT, of);
    expect(check.statement(document, annotations)).toBeUndefined();
  });

  it('is nothing when any part of it was changed', async () => {
    const { document, annotations } = await inOneForm(form, ours);
    const text = JSON.stringify({ document, annotations });
    // One character of every long text: certificate, signature, promise, body, payload.
    const places = [...text.matchAll(/[\w+/]{40,}/g)].map(
      ({ index, 0: actual }) => index + Math.floor(actual.length / 2),
    );
    expect(places.length).toBeGreaterThan(3);
    for (const at of places) {
      const other = text[at] === 'A' ? 'B' : 'A';
      const changed = JSON.parse(text.slice(0, at) + other + text.slice(at + 1));
      const said = check.statement(changed.document, changed.annotations);
      if (said !== undefined) expect(said.toString()).toBe(TEXT); // a bit of base64 that says nothing
    }
    const payload = Buffer.from(TEXT.replace('"x"', '"y"')).toString('base64');
    const envelope = (document as { dsseEnvelope?: object }).dsseEnvelope;
    const exchanged = envelope ? { ...document, dsseEnvelope: { ...envelope, payload } } : { ...document, payload };
    expect(check.statement(exchanged, annotations)).toBeUndefined();
  });

  it('is nothing without the entry of the log, or with that of another signature', async () => {
    const { document, annotations } = await inOneForm(form, ours);
    const other = await inOneForm(form, ours, TEXT.replace('"x"', '"z"'));
    for (const entries of [undefined, other]) {
      const material = (value: object) => (value as { verificationMaterial: object }).verificationMaterial;
      const changed =
        form === 'bundle'
          ? {
              ...document,
              verificationMaterial: entries ? material(entries.document) : { ...material(document), tlogEntries: [] },
            }
          : document;
      const { 'dev.sigstore.cosign/bundle': _, ...rest } = annotations as Record<string, string>;
      const beside = form === 'bundle' ? annotations : { ...rest, ...(entries ? entries.annotations : {}) };
      expect(check.statement(changed, beside)).toBeUndefined();
    }
  });
});

describe('who is meant', () => {
  it.each([
    ['https://github.com/acme/models/.github/workflows/*@refs/heads/main', true],
    ['https://github.com/acme/*/.github/workflows/*.yml@refs/*/*', true],
    ['https://github.com/acme/*', false],
    ['https://github.com/*@refs/heads/main', false],
    ['github.com/acme/models', false],
    ['https://github.com/acme/models/.github/workflows/release.yml@refs/heads/mai', false],
    ['https://github.com/acme/models/.github/workflows/release.yml@refs/heads/main*', true],
    ['https://github.com/acme/models/.github/workflows/rel.*@refs/heads/main', false],
  ])('%s holds our workflow: %s', async (pattern, holds) => {
    const { document, annotations } = await inOneForm('bundle', ours);
    expect((await checkOf(pattern)).statement(document, annotations) !== undefined).toBe(holds);
  });

  it.each([
    ['*', ISSUER, /needs a name and an issuer/],
    [' ', ISSUER, /needs a name and an issuer/],
    [IDENTITY, '', /needs a name and an issuer/],
  ])('is never everybody: identity "%s", issuer "%s"', async (identity, issuer, message) => {
    await expect(checkOf(identity, issuer)).rejects.toMatchObject({
      code: 'config',
      message: expect.stringMatching(message),
    });
  });

  it.each(['', '{}', '[]', '{"certificateAuthorities":[{}]}', 'nonsense', '{"tlogs":7}'])(
    'a trusted root that says %s is none',
    async (root) => {
      await expect(checkOf(IDENTITY, ISSUER, root)).rejects.toMatchObject({
        code: 'config',
        message: expect.stringMatching(/the trusted root cannot be read/),
      });
    },
  );
});

describe('other things that are signed', () => {
  it('a payload with the annotations of cosign’s version 2', async () => {
    const payload = Buffer.from('{"critical":{}}');
    const annotations = await world.annotations(payload, ours);
    expect(check.payload(payload, annotations)).toBe(true);
    expect(check.payload(Buffer.from('{"critical":{} }'), annotations)).toBe(false);
    expect(check.payload(payload, {})).toBe(false);
    const stranger = await world.annotations(payload, await world.login('https://github.com/evil', ISSUER));
    expect(check.payload(payload, stranger)).toBe(false);
    expect(
      check.payload(payload, {
        ...stranger,
        'dev.sigstore.cosign/certificate': annotations['dev.sigstore.cosign/certificate']!,
      }),
    ).toBe(false);
  });

  it('a file with the bundle of cosign sign-blob', async () => {
    const file = join(temporaryFolder(), 'db.tar');
    writeFileSync(file, 'content');
    const bundle = JSON.stringify(await world.fileBundle(Buffer.from('content'), ours));
    expect(await check.file(file, bundle, 'b')).toBe(true);
    writeFileSync(file, 'Content');
    expect(await check.file(file, bundle, 'b')).toBe(false);
    for (const text of ['{}', JSON.stringify(await world.bundle(TEXT, ours))])
      await expect(check.file(file, text, 'b')).rejects.toMatchObject({ code: 'corrupt' });
    rmSync(file);
  });

  it('documents of any shape are refused, and none ends the check', async () => {
    const shapes: readonly Readonly<Record<string, string>>[] = [
      {},
      { 'dev.sigstore.cosign/certificate': 'x' },
      {
        'dev.sigstore.cosign/certificate': '-----BEGIN CERTIFICATE-----AAAA-----END',
        'dev.sigstore.cosign/bundle': '{"Payload":{}}',
      },
    ];
    for (const document of [
      {},
      { dsseEnvelope: 7 },
      { dsseEnvelope: {} },
      { payload: 7 },
      { verificationMaterial: [] },
      { mediaType: 'x', dsseEnvelope: { payload: null } },
    ])
      for (const annotations of shapes)
        expect(() => {
          expect(check.statement(document, annotations)).toBeUndefined();
        }).not.toThrow();
  });
});
