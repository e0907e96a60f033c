import { LIMITS } from '../../limits.ts';
import { type AnalyzedFile, analyzer, type Fact } from '../analyzer.ts';

/** A script says in its first line who runs it. https://man7.org/linux/man-pages/man2/execve.2.html (Interpreter scripts) */
const HASH_BANG = 0x2321;

function* whole(language: string, file: AnalyzedFile): Generator<Fact> {
  yield { kind: 'code', language, text: file.text() };
}

/** Every script that names its interpreter or is called as one of a shell or of awk, as it stands; of a very large one (an installer with an archive behind it) the beginning. */
export const scriptCode = analyzer({
  name: 'code-script',
  version: 3,
  onDemand: true,
  // What other scripts read into themselves need not name an interpreter.
  files: [
    '**/*.sh',
    '**/bin/activate',
    '**/*.bash',
    '**/*.awk',
    '**/*.env',
    'etc/profile',
    'etc/environment',
    'etc/os-release',
    'usr/lib/os-release',
    'etc/default/*',
    'etc/bash.bashrc',
    'root/.bashrc',
    'root/.profile',
    'root/.bash_profile',
  ],
  begins: '#',
  magic: (head) => head.length > 2 && head.readUInt16BE(0) === HASH_BANG,
  stream: () => {
    const parts: Buffer[] = [];
    let kept = 0;
    return {
      push(chunk) {
        parts.push(Buffer.from(chunk.subarray(0, LIMITS.codeTextBytes - kept)));
        kept += parts.at(-1)!.length;
        return kept < LIMITS.codeTextBytes ? 0 : Number.POSITIVE_INFINITY;
      },
      *end() {
        yield { kind: 'code', language: 'script', text: Buffer.concat(parts).toString('utf8') };
      },
    };
  },
});

/**
 * Small texts that say what is loaded or started: of the dynamic loader, of name services, of process supervisors, of Python's start, of
 * users, of Java's frameworks. As they stand.
 */
export const textCode = analyzer({
  name: 'code-text',
  version: 10,
  onDemand: true,
  files: [
    'etc/ld.so.conf',
    '**/Renviron',
    '**/Renviron.site',
    '**/.Renviron',
    // Which packages of Julia a project has by their folders, and what was unpacked for a package.
    '**/Project.toml',
    '**/Manifest.toml',
    '**/Manifest-v*.toml',
    '**/JuliaManifest.toml',
    '**/Artifacts.toml',
    'etc/ld.so.preload',
    'etc/ld-musl-*.path',
    '**/ld.so.conf.d/*.conf',
    'etc/nsswitch.conf',
    'etc/passwd',
    'etc/pam.d/*',
    'etc/ssl/openssl.cnf',
    '**/supervisor*.conf',
    '**/supervisor*.ini',
    'etc/supervisor/**/*.conf',
    'etc/supervisord.d/*',
    'etc/services.d/**/run',
    'etc/cont-init.d/*',
    'etc/s6-overlay/s6-rc.d/*/run',
    'etc/s6-overlay/s6-rc.d/*/up',
    'etc/s6-overlay/s6-rc.d/*/type',
    '**/pyvenv.cfg',
    '**/*.pth',
    '**/*-info/entry_points.txt',
    // What a PEX that is a folder starts.
    '**/PEX-INFO',
    // Which kernels Jupyter starts, and which extensions its servers load.
    '**/kernels/*/kernel.json',
    ...['jupyter_server_config', 'jupyter_notebook_config'].flatMap((name) => [
      `**/${name}.json`,
      `**/${name}.d/*.json`,
    ]),
    '**/XML/SAX/ParserDetails.ini',
    // What of Python they name is called by who serves the interface.
    ...['yaml', 'yml', 'json'].flatMap((kind) =>
      ['openapi', 'swagger'].flatMap((name) => [`**/${name}*.${kind}`, `**/${name}*/*.${kind}`]),
    ),
    '**/config_templates/config.yml',
    '**/META-INF/services/*',
    // What frameworks of Java are told beside classes that lie by themselves.
    ...['classes', 'resources'].flatMap((folder) =>
      ['xml', 'properties', 'yml', 'yaml'].map((kind) => `**/${folder}/*.${kind}`),
    ),
  ],
  maxBytes: LIMITS.codeTextBytes,
  read: (file) => whole('text', file),
});
