import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

const digestOf = (bytes: Buffer): string => `sha256:${createHash('sha256').update(bytes).digest('hex')}`;

/** A registry in memory that takes pushes. https://github.com/opencontainers/distribution-spec/blob/main/spec.md */
export interface ArtifactRegistry {
  readonly host: string;
  /** By digest. */
  readonly blobs: Map<string, Buffer>;
  /** By `name:tag` and `name@digest`. */
  readonly manifests: Map<string, Buffer>;
  readonly log: string[];
  close(): Promise<void>;
}

export async function artifactRegistry(): Promise<ArtifactRegistry> {
  const blobs = new Map<string, Buffer>();
  const manifests = new Map<string, Buffer>();
  const log: string[] = [];
  const server = createServer(async (request, response) => {
    const url = new URL(request.url ?? '/', 'http://x');
    const parts: Buffer[] = [];
    for await (const chunk of request) parts.push(chunk as Buffer);
    const body = Buffer.concat(parts);
    log.push(`${request.method} ${url.pathname}`);
    const answer = (status: number, headers: Record<string, string> = {}, content?: Buffer) => {
      response.writeHead(status, headers);
      response.end(request.method === 'HEAD' ? undefined : content);
    };
    const match = /^\/v2\/(.+?)\/(manifests|blobs)\/(.+)$/.exec(url.pathname);
    if (!match) return answer(url.pathname === '/v2/' ? 200 : 404);
    const [, name, kind, rest] = match as unknown as [string, string, string, string];
    if (kind === 'manifests') {
      const key = rest.startsWith('sha256:') ? `${name}@${rest}` : `${name}:${rest}`;
      if (request.method === 'PUT') {
        manifests.set(key, body);
        manifests.set(`${name}@${digestOf(body)}`, body);
        return answer(201, { 'docker-content-digest': digestOf(body) });
      }
      const actual = manifests.get(key);
      if (!actual)
        return answer(
          404,
          { 'content-type': 'application/json' },
          Buffer.from('{"errors":[{"code":"MANIFEST_UNKNOWN"}]}'),
        );
      return answer(
        200,
        { 'content-type': 'application/vnd.oci.image.manifest.v1+json', 'docker-content-digest': digestOf(actual) },
        actual,
      );
    }
    if (rest.startsWith('uploads')) {
      if (request.method === 'POST') return answer(202, { location: `/v2/${name}/blobs/uploads/1?state=x` });
      if (digestOf(body) !== url.searchParams.get('digest')) return answer(400);
      blobs.set(digestOf(body), body);
      return answer(201);
    }
    const blob = blobs.get(rest);
    return blob ? answer(200, { 'content-length': String(blob.length) }, blob) : answer(404);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    blobs,
    manifests,
    log,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
