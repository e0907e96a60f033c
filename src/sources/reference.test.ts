import fc from 'fast-check';
import { expect, it } from 'vitest';
import { PlimsollError } from '../errors.ts';
import { parseReference, parseTarget } from './reference.ts';

const DIGEST = `sha256:${'0123456789abcdef'.repeat(4)}`;

it.each([
  ['python', 'docker.io/library/python:latest'],
  ['python:3.9.16', 'docker.io/library/python:3.9.16'],
  [`python@${DIGEST}`, `docker.io/library/python@${DIGEST}`],
  [`python:3.9.16@${DIGEST}`, `docker.io/library/python:3.9.16@${DIGEST}`],
  ['docker.io/python', 'docker.io/library/python:latest'],
  ['index.docker.io/library/python', 'docker.io/library/python:latest'],
  ['pytorch/pytorch:2.1.0-cuda12.1-cudnn8-runtime', 'docker.io/pytorch/pytorch:2.1.0-cuda12.1-cudnn8-runtime'],
  ['localhost/app', 'localhost/app:latest'],
  ['localhost:5000/app:1', 'localhost:5000/app:1'],
  ['127.0.0.1:5000/a/b/c', '127.0.0.1:5000/a/b/c:latest'],
  ['[::1]:5000/app', '[::1]:5000/app:latest'],
  ['[2001:db8::1]/app', '[2001:db8::1]/app:latest'],
  ['host:8080/app', 'host:8080/app:latest'],
  ['Host/app', 'Host/app:latest'],
  ['host/app', 'docker.io/host/app:latest'],
  ['a--b/c__d/e.f/g_h', 'docker.io/a--b/c__d/e.f/g_h:latest'],
  [
    '763104351884.dkr.ecr.us-east-1.amazonaws.com/pytorch-inference:2.1-gpu',
    '763104351884.dkr.ecr.us-east-1.amazonaws.com/pytorch-inference:2.1-gpu',
  ],
  ['a:_x.-', 'docker.io/library/a:_x.-'],
  ['xn--n3h.com/app', 'xn--n3h.com/app:latest'],
  [`${'a'.repeat(64)}:1`.replace('a', 'g'), `docker.io/library/g${'a'.repeat(63)}:1`],
])('%s is %s', (text, name) => {
  expect(parseReference(text).name).toBe(name);
});

it('takes a reference apart', () => {
  expect(parseReference(`nvcr.io/nvidia/pytorch:23.12-py3@${DIGEST}`)).toEqual({
    registry: 'nvcr.io',
    repository: 'nvidia/pytorch',
    tag: '23.12-py3',
    digest: DIGEST,
    name: `nvcr.io/nvidia/pytorch:23.12-py3@${DIGEST}`,
  });
});

it.each([
  ['Python', 'upper-case', 'image names are lower-case: python'],
  ['registry.example/Team/App:v1', 'upper-case', 'image names are lower-case: registry.example/team/app:v1'],
  ['python:', 'empty tag', ''],
  ['python:-x', 'malformed tag', 'a tag is'],
  [`python:${'x'.repeat(129)}`, 'malformed tag', 'a tag is'],
  ['python:a:b', 'malformed tag', 'a tag is'],
  ['python@sha256:abc', 'malformed digest', 'sha256'],
  [`python@${DIGEST.toUpperCase()}`, 'malformed digest', 'sha256'],
  ['python@md5:d41d8cd98f00b204e9800998ecf8427e', 'malformed digest', 'sha256'],
  ['-host.example/app', 'malformed registry', 'host name'],
  ['host..example/app', 'malformed registry', 'host name'],
  ['host.example:port/app', 'malformed registry', 'host name'],
  ['docker.io/', 'names no image', ''],
  ['a'.repeat(64), 'id of an image', 'docker:'],
  ['./image.tar', 'malformed registry', ''],
  ['a//b', 'malformed', 'path that exists'],
  ['a/', 'malformed', ''],
  ['a_-b', 'malformed', ''],
  ['a___b', 'malformed', ''],
  ['a b', 'malformed', ''],
  ['a/../b', 'malformed', ''],
  [`host.example/${'a/'.repeat(140)}b`, 'longer than 255', ''],
  ['x'.repeat(5_000), 'too long', ''],
  ['', 'names no image', ''],
  ['café', 'malformed', ''],
])('%s is refused', (text, message, hint) => {
  expect(() => parseReference(text)).toThrow(
    expect.objectContaining({
      code: 'reference',
      message: expect.stringContaining(message),
      ...(hint ? { hint: expect.stringContaining(hint) } : {}),
    }),
  );
});

it('is the same when a completed name is parsed again, and answers any text at once', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[a-zA-Z0-9.:@/_-]{0,80}$/)), (text) => {
      try {
        const parsed = parseReference(text);
        expect(parseReference(parsed.name)).toEqual(parsed);
      } catch (error) {
        expect(error).toBeInstanceOf(PlimsollError);
      }
    }),
  );
  expect(() => parseReference(`${'a-'.repeat(120)}!`)).toThrow(PlimsollError);
});

it.each([
  ['python:3.9.16', undefined, 'python:3.9.16'],
  ['docker:my-model:latest', 'docker', 'my-model:latest'],
  ['docker-daemon:my-model:latest', 'docker', 'my-model:latest'],
  ['registry:python:3.9.16', 'registry', 'python:3.9.16'],
  ['docker://python:3.9.16', 'registry', 'python:3.9.16'],
  ['registry://python', 'registry', 'python'],
  ['archive:./my image.tar', 'archive', './my image.tar'],
  ['docker-archive:/tmp/x.tar', 'archive', '/tmp/x.tar'],
  ['oci:./layout:1.0', 'oci', './layout:1.0'],
  ['oci-archive:x.tar', 'oci', 'x.tar'],
  ['oci-dir:layout', 'oci', 'layout'],
  ['dir:/', 'dir', '/'],
  ['dir:///srv/root', 'dir', '/srv/root'],
  ['fs:.', 'dir', '.'],
  ['sbom:bom.json', 'sbom', 'bom.json'],
  ['localhost:5000/app', undefined, 'localhost:5000/app'],
  ['unheard-of:1', undefined, 'unheard-of:1'],
])('%s comes from %s', (text, source, target) => {
  expect(parseTarget(text)).toMatchObject({ target, ...(source ? { source } : {}) });
  expect(parseTarget(text).source).toBe(source);
});

it('knows that a prefix may have been meant as the name of an image', () => {
  expect(parseTarget('registry:2').hint).toContain('docker.io/library/registry:2');
  expect(parseTarget('docker:24-dind').hint).toContain('docker.io/library/docker:24-dind');
  expect(parseTarget('docker:latest').hint).toContain('docker.io/library/docker:latest');
  // Names of containers, of which nobody publishes an image's tag; nor is there an image of the name podman.
  for (const name of ['docker:shop', 'docker:5f0c1a2b3d4e', 'docker:a/b', 'podman:5', 'registry:shop'])
    expect(parseTarget(name).hint).toBeUndefined();
  expect(parseTarget('dir:x').hint).toBeUndefined();
});

it('names Podman, and says what to do with places it cannot read', () => {
  expect(parseTarget('podman:app')).toMatchObject({ source: 'docker', engine: 'podman', target: 'app' });
  expect(() => parseTarget('containers-storage:app')).toThrow(
    expect.objectContaining({ code: 'unsupported', hint: expect.stringContaining('skopeo') }),
  );
  expect(() => parseTarget('docker:')).toThrow(expect.objectContaining({ code: 'usage' }));
  expect(() => parseTarget('')).toThrow(expect.objectContaining({ code: 'usage' }));
});
