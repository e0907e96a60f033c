import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { ImageBlobs } from '../src/sources/files/memory.ts';
import { sha256, type TarEntry, tar } from './image.ts';
import { temporaryFolder } from './temporary-folder.ts';

/**
 * How an engine writes an image: `legacy` up to Docker 24, `oci` from 25 on, `containerd` with the containerd store,
 * `podman` as Podman does.
 */
export type SaveFormat = 'legacy' | 'oci' | 'containerd' | 'podman';

/** The bytes of `docker save`. Orders and names are those of the real engines. */
export function saved(image: ImageBlobs, format: SaveFormat, tag = 'app:1'): Buffer {
  const hex = (digest: string): string => digest.slice('sha256:'.length);
  const id = (index: number): string => hex(sha256(Buffer.from(`random id ${index}`)));
  const unique = image.layers.map(({ diffID }) => image.layers.findIndex((layer) => layer.diffID === diffID));
  const gzipped = image.layers.map((layer) => gzipSync(layer.tar));
  const names = image.layers.map((layer, index) => {
    if (format === 'legacy') return `${id(index)}/layer.tar`;
    if (format === 'podman') return `${hex(layer.diffID)}.tar`;
    return `blobs/sha256/${hex(format === 'oci' ? layer.diffID : sha256(gzipped[index]!))}`;
  });
  const config =
    format === 'legacy' || format === 'podman'
      ? `${hex(image.config.digest)}.json`
      : `blobs/sha256/${hex(image.config.digest)}`;
  const entries: [string, TarEntry][] = names.map((name, index): [string, TarEntry] => {
    // The oldest engines write a layer once and link to it where it comes again.
    if (format === 'legacy' && unique[index] !== index)
      return [name, { symlink: `../${id(unique[index]!)}/layer.tar` }];
    return [name, format === 'containerd' ? gzipped[index]! : image.layers[index]!.tar];
  });
  const blobs = [...entries, [config, image.config.bytes] as [string, TarEntry]];
  // Members stand in the order of their names, layers therefore in none that means anything.
  const sorted = [...new Map(blobs)]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([name, entry]): [string, TarEntry][] => {
      if (format !== 'legacy' || !name.endsWith('/layer.tar')) return [[name, entry]];
      const folder = name.slice(0, -'/layer.tar'.length);
      return [
        [folder, { directory: true }],
        [`${folder}/VERSION`, '1.0'],
        [`${folder}/json`, '{}'],
        [name, entry],
      ];
    });
  const manifest = JSON.stringify([{ Config: config, RepoTags: [tag], Layers: names }]);
  const index = JSON.stringify({ schemaVersion: 2, manifests: [] });
  const outer: [string, TarEntry][] = format === 'oci' || format === 'containerd' ? [['index.json', index]] : [];
  return tar([...sorted, ...outer, ['manifest.json', manifest], ['repositories', '{}']]);
}

export interface TestEngineOptions {
  readonly apiVersion?: string;
  readonly images?: Readonly<Record<string, ImageBlobs>>;
  readonly format?: SaveFormat;
  /** Cuts or changes what `docker save` gives. */
  readonly change?: (bytes: Buffer) => Buffer;
  /** Sends so much of it and closes the connection. */
  readonly breakAfter?: number;
  /** Bytes that the history states for each instruction, first first. Default: those of the layer, 0 without one. */
  readonly sizes?: readonly number[];
  /** Answers in place of the engine, to requests whose path fits. */
  readonly answer?: { readonly on: RegExp; readonly status: number; readonly body: string };
  /** Answers to further questions, as JSON. */
  readonly answers?: Readonly<Record<string, unknown>>;
  readonly listen?:
    | 'socket'
    | 'tcp'
    | { readonly key: string; readonly cert: string; readonly ca?: string; readonly requestCert?: boolean };
}

export interface TestEngine {
  /** For `DOCKER_HOST`. */
  readonly address: string;
  /** The socket's path, where it listens on one. */
  readonly socket: string;
  readonly seen: readonly string[];
  close(): Promise<void>;
}

/** A Docker Engine as far as scanning needs it: ping, inspect, history and export, on a unix socket or a port. */
export async function startEngine(options: TestEngineOptions = {}): Promise<TestEngine> {
  const seen: string[] = [];
  const listener = (request: IncomingMessage, response: ServerResponse): void => {
    const url = decodeURIComponent(request.url ?? '/');
    seen.push(url);
    answer(options, url, response);
  };
  const listen = options.listen ?? 'socket';
  const server = typeof listen === 'string' ? createServer(listener) : createTlsServer(listen, listener);
  const socket = join(temporaryFolder(), 'docker.sock');
  if (listen === 'socket') server.listen(socket);
  else server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address =
    listen === 'socket' ? `unix://${socket}` : `tcp://localhost:${(server.address() as AddressInfo).port}`;
  return {
    address,
    socket,
    seen,
    async close() {
      server.closeAllConnections();
      server.close();
    },
  };
}

function answer(options: TestEngineOptions, url: string, response: ServerResponse): void {
  const { apiVersion = '1.41', images = {}, answer: instead } = options;
  if (instead?.on.test(url))
    return void response.writeHead(instead.status, { 'content-type': 'application/json' }).end(instead.body);
  if (url === '/_ping') return void response.writeHead(200, { 'api-version': apiVersion }).end('OK');
  const further = options.answers?.[url.replace(/^\/v[\d.]+/, '')];
  if (further !== undefined)
    return void response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(further));
  const match = /^\/v[\d.]+\/images\/(.+)\/(json|history|get)(?:\?.*)?$/.exec(url);
  const [, name = '', what = ''] = match ?? [];
  const image = images[name] ?? Object.values(images).find(({ config }) => config.digest === name);
  if (!image)
    return void response.writeHead(404, { 'content-type': 'application/json' }).end('{"message":"no such image"}');
  if (what === 'get') {
    sendSaved(options, image, response);
    return;
  }
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify(what === 'json' ? facts(image, name) : history(image, options.sizes)));
}

function sendSaved(options: TestEngineOptions, image: ImageBlobs, response: ServerResponse): void {
  const bytes = saved(image, options.format ?? 'legacy');
  const body = options.change ? options.change(bytes) : bytes;
  response.writeHead(200, { 'content-type': 'application/x-tar' });
  if (options.breakAfter === undefined) response.end(body);
  else response.write(body.subarray(0, options.breakAfter), () => response.socket?.destroy());
}

function facts(image: ImageBlobs, name: string): unknown {
  const config = JSON.parse(image.config.bytes.toString());
  return {
    Id: image.config.digest,
    RepoTags: name.startsWith('sha256:') ? [] : [name],
    RepoDigests: [],
    Created: config.created,
    Architecture: config.architecture,
    Os: config.os,
    Config: config.config,
    Size: image.layers.reduce((sum, layer) => sum + layer.tar.length, 0),
    RootFS: { Type: 'layers', Layers: config.rootfs.diff_ids },
  };
}

interface Step {
  readonly created_by: string;
  readonly empty_layer?: boolean;
}

function history(image: ImageBlobs, sizes: readonly number[] | undefined): unknown {
  const steps: Step[] = JSON.parse(image.config.bytes.toString()).history;
  return steps
    .map((step, index) => ({
      Id: '<missing>',
      Created: 1_683_072_000,
      CreatedBy: step.created_by,
      Size: sizes?.[index] ?? (step.empty_layer ? 0 : 100),
      Comment: '',
    }))
    .reverse();
}
