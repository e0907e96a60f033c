// registry.mjs NAME=LAYOUT...: serves images of OCI layouts on a loopback port, which it prints, until its standard input ends.
// What a registry has to answer for a pull and nothing else. https://github.com/opencontainers/distribution-spec/blob/main/spec.md#pull
import { createReadStream, readFileSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';

const layouts = new Map(process.argv.slice(2).map((pair) => pair.split('=')));

function answer(path) {
  if (path === '/v2/' || path === '/v2') return { type: 'application/json', file: undefined };
  const [, name, kind, reference] = /^\/v2\/([\w.-]+)\/(manifests|blobs)\/([\w.:-]+)$/.exec(path) ?? [];
  const layout = layouts.get(name);
  if (layout === undefined) return undefined;
  const index = JSON.parse(readFileSync(join(layout, 'index.json'), 'utf8'));
  const [manifest] = index.manifests;
  const digest = reference.startsWith('sha256:') ? reference : manifest.digest;
  const type = kind === 'manifests' ? manifest.mediaType : 'application/octet-stream';
  return { type, digest, file: join(layout, 'blobs', ...digest.split(':')) };
}

const server = createServer((request, response) => {
  const found = answer(new URL(request.url, 'http://localhost').pathname);
  const size = found?.file && statSync(found.file, { throwIfNoEntry: false })?.size;
  if (!found || (found.file && size === undefined)) return response.writeHead(404).end();
  const digest = found.digest ? { 'Docker-Content-Digest': found.digest } : {};
  response.writeHead(200, { 'Content-Type': found.type, 'Content-Length': size ?? 0, ...digest });
  if (request.method === 'HEAD' || !found.file) return response.end();
  createReadStream(found.file, { highWaterMark: 1 << 20 }).pipe(response);
});
server.listen(0, '127.0.0.1', () => console.log(server.address().port));
process.stdin.on('end', () => process.exit(0)).resume();
