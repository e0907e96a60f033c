// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the variables are a shell's
/** More of what is fed: advisories as publishers write them, bills of materials, and what a container is started with. */
import { gunzipSync } from 'node:zlib';
import { type FeedDocument, feeds } from '../../src/advisories/feeds/index.ts';
import { PlimsollError } from '../../src/errors.ts';
import { billOfJson, billOfText } from '../../src/formats/sbom/index.ts';
import { exposed, program } from '../exposure.ts';
import { nvdCve, nvdYearOf, osvRecord, sampleFeeds, tracker } from '../feeds/sample.ts';
import type { Target } from './targets.ts';

const json = (value: unknown): string => JSON.stringify(value);

const CSAF = json({
  document: {
    category: 'csaf_vex',
    title: 'a',
    tracking: { id: 'CVE-1', current_release_date: '2024-01-01T00:00:00Z' },
    aggregate_severity: { text: 'Important' },
  },
  product_tree: {
    branches: [
      {
        category: 'vendor',
        name: 'Red Hat',
        branches: [
          {
            category: 'product_name',
            name: 'RHEL 9',
            product: {
              product_id: 'r',
              name: 'r',
              product_identification_helper: { cpe: 'cpe:/o:redhat:enterprise_linux:9' },
            },
          },
          {
            category: 'product_version',
            name: 'a',
            product: { product_id: 'p', name: 'a', product_identification_helper: { purl: 'pkg:rpm/redhat/a@1' } },
          },
        ],
      },
    ],
    relationships: [
      {
        category: 'default_component_of',
        product_reference: 'p',
        relates_to_product_reference: 'r',
        full_product_name: { product_id: 'r:p', name: 'r:p' },
      },
    ],
  },
  vulnerabilities: [
    {
      cve: 'CVE-1',
      product_status: { known_affected: ['r:p'], fixed: ['r:p'] },
      scores: [{ products: ['r:p'], cvss_v3: { vectorString: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H' } }],
      remediations: [{ category: 'vendor_fix', product_ids: ['r:p'], url: 'https://a.example' }],
    },
  ],
});

/** A document of each publisher. */
const FEEDS: Readonly<Record<string, readonly (string | Buffer)[]>> = {
  debian: [json(tracker())],
  'debian-lists': [
    '[04 Apr 2023] DSA-5381-1 tomcat9 - security update\n\t{CVE-2022-42252 CVE-2023-28708}\n\t[bullseye] - tomcat9 9.0.43-2~deb11u6\n',
  ],
  alpine: [
    json({
      distroversion: 'v3.12',
      reponame: 'main',
      packages: [{ pkg: { name: 'a', secfixes: { '1.2-r0': ['CVE-2020-1 GHSA-x'], 0: ['CVE-2020-2'] } } }],
    }),
  ],
  redhat: [CSAF],
  nvidia: [CSAF],
  updateinfo: [
    '<?xml version="1.0"?><updates><update type="security"><id>A-1</id><title>t</title><issued date="2024-01-01 00:00"/><severity>Important</severity><references><reference href="https://a" id="CVE-2024-1" type="cve"/></references><pkglist><collection><package name="a" version="1" release="2" epoch="0" arch="x86_64"><filename>a-1-2.x86_64.rpm</filename></package></collection></pkglist></update></updates>',
  ],
  osv: [json(osvRecord())],
  nvd: [gunzipSync(nvdYearOf('2023-03-01', nvdCve()))],
  kev: [json({ dateReleased: '2024-01-01', vulnerabilities: [{ cveID: 'CVE-2021-1', dateAdded: '2024-01-01' }] })],
  epss: ['#model_version:v2023.03.01,score_date:2024-01-01T00:00:00+0000\ncve,epss,percentile\nCVE-2021-1,0.9,0.99\n'],
  endoflife: [json([{ cycle: '11', codename: 'Bullseye', eol: '2024-07-01', extendedSupport: '2026-06-30' }])],
};

const documentOf = (name: string, input: Buffer): FeedDocument => ({
  name,
  path: '/nonexistent/document',
  async *chunks() {
    yield input.subarray(0, input.length >> 1);
    yield input.subarray(input.length >> 1);
  },
  async *files() {
    yield { name: 'CVE-2024-1.json', read: () => input };
  },
});

/** Publishers' documents; where one may be cut up at any byte it is. */
export const FEED_TARGETS: readonly Target[] = feeds.map((feed) => ({
  name: `feed-${feed.name}`,
  seeds: [
    ...(FEEDS[feed.name] ??
      [...sampleFeeds()].filter(([path]) => path.startsWith(`${feed.name}/`)).map(([, body]) => body)),
    json({ a: [{ b: 1 }], c: 'd' }),
  ].map((text) => Buffer.from(text)),
  async run(input) {
    const sources = await feed.sources(async () => ['x.json']);
    const name = sources[0]?.name ?? feed.name;
    try {
      for await (const _ of feed.parse(documentOf(name, input)));
    } catch (error) {
      // A document that is none is refused as a whole, by whoever reads it; what is not there is not our matter here.
      if (error instanceof PlimsollError || error instanceof SyntaxError || (error as Error).constructor === Error)
        return;
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    }
  },
}));

export const BILL_TARGETS: readonly Target[] = [
  {
    name: 'bill',
    seeds: [
      '{"bomFormat":"CycloneDX","specVersion":"1.5","metadata":{"component":{"bom-ref":"r","name":"r"}},"components":[{"bom-ref":"a","type":"library","name":"a","version":"1","purl":"pkg:npm/a@1","components":[{"name":"b"}]}],"dependencies":[{"ref":"r","dependsOn":["a"]}]}',
      '{"spdxVersion":"SPDX-2.3","packages":[{"SPDXID":"SPDXRef-a","name":"a","versionInfo":"1","externalRefs":[{"referenceType":"purl","referenceLocator":"pkg:npm/a@1"}]}],"relationships":[{"spdxElementId":"SPDXRef-DOCUMENT","relationshipType":"DESCRIBES","relatedSpdxElement":"SPDXRef-a"}]}',
      'SPDXVersion: SPDX-2.3\nPackageName: a\nSPDXID: SPDXRef-a\nPackageVersion: 1\nExternalRef: PACKAGE-MANAGER purl pkg:npm/a@1\nPackageComment: <text>b\nc</text>\nRelationship: SPDXRef-DOCUMENT DESCRIBES SPDXRef-a\n',
      '{"artifacts":[{"id":"a","name":"a","version":"1","type":"npm","purl":"pkg:npm/a@1","locations":[{"path":"/a"}]}],"artifactRelationships":[],"descriptor":{"name":"syft"},"source":{}}',
      '<?xml version="1.0"?><bom xmlns="http://cyclonedx.org/schema/bom/1.5"><components><component type="library"><name>a</name><version>1</version><purl>pkg:npm/a@1</purl></component></components></bom>',
    ].map((text) => Buffer.from(text)),
    run(input) {
      const text = input.toString('utf8');
      try {
        const value: unknown = JSON.parse(text);
        if (typeof value === 'object' && value !== null && !Array.isArray(value))
          billOfJson(value as Record<string, unknown>);
      } catch (error) {
        if (!(error instanceof SyntaxError) && !(error instanceof PlimsollError)) throw error;
      }
      try {
        billOfText(text);
      } catch (error) {
        // The reader of XML has errors of its own.
        if (!(error instanceof PlimsollError) && (error as Error).constructor !== Error) throw error;
      }
    },
  },
];

/** What a container is started with, and what that leads to: the program, the file that it is given, and a few honest beginnings. */
const STARTS: readonly (readonly [string, string, string, readonly string[]])[] = [
  [
    'shell',
    '/bin/sh',
    'srv/start.sh',
    [
      '#!/bin/sh\nset -e\nx=${1:-a}\nfor f in a b "$x"; do . /etc/$f; done\ncase $x in a*) exec tool;; *) other & ;; esac\nif [ -n "$x" ]; then exec "$@"; fi\n',
      'f() { local a=$(tool); echo ${a##*/} ${a//b/c} $((1+2)); }\nf <<EOF\n$x\nEOF\nwhile read -r l; do set -- "$@" $l; done < a\n',
      'a=(b c); for i in {1..9}; do echo "${a[@]}"; done; trap f EXIT; eval "tool $x"\n',
    ],
  ],
  [
    'python',
    '/usr/bin/python3',
    'srv/start.py',
    [
      'import os, a.b as c\nfrom .d import (e, f)\nif __name__ == "__main__":\n  import importlib; importlib.import_module("g")\n',
      'try:\n  import x\nexcept ImportError:\n  x = None\nclass A(B[int]):\n  def f(self): return [i for i in (1,) if i]\nf"""{a!r:>{b}}"""\n',
    ],
  ],
  [
    'node',
    '/usr/bin/node',
    'srv/start.js',
    [
      "const a = require('b'); import('./c').then(x => x);\nmodule.exports = { ...a, d: /[/]/g.test(`e${f}`) };\n",
      "import g, { h as i } from './j.mjs'; export * from 'k'; await import(`l`);\n",
    ],
  ],
  [
    'supervisor',
    '/usr/bin/supervisord',
    'srv/start.conf',
    ['[program:a]\ncommand=/usr/bin/tool %(ENV_X)s\n[include]\nfiles = /srv/*.conf\n'],
  ],
];

export const START_TARGETS: readonly Target[] = STARTS.map(([name, started, path, seeds]) => ({
  name: `start-${name}`,
  seeds: seeds.map((text) => Buffer.from(text)),
  run: (input) =>
    exposed(
      {
        [path]: input,
        'usr/bin/python3': program(),
        'usr/bin/node': program(),
        'usr/bin/supervisord': Buffer.from('#!/usr/bin/python3\nimport supervisor\n'),
        'etc/a': 'x=1\n',
      },
      { Entrypoint: [started, ...(name === 'supervisor' ? ['-c'] : []), `/${path}`], Cmd: [] },
    ),
}));
