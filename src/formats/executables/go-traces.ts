import { LIMITS } from '../../limits.ts';
import type { WindowView } from '../compression/index.ts';
import type { GoBuildInfo } from './go-buildinfo.ts';

/** A file name of the line table: `golang.org/x/text@v0.3.7/unicode/norm/tables.go`, with or without the module cache before it. */
const MODULE = /(?:^|[^\w.\-!~])((?:[a-z0-9-]+\.)+[a-z]{2,}(?:\/[\w.\-!~]{1,100}){1,12})@$/;
const VERSION = /^v\d{1,9}\.\d{1,9}\.\d{1,18}(?:-[\w.-]{1,80})?(?:\+incompatible)?(?=\/)/;
/** No module of the program: Go itself, where the project asked for a newer one. */
const TOOLCHAIN = 'golang.org/toolchain';
/** Longest path of a module that is looked back for, and of a version that is looked ahead for. */
const BEFORE = 256;
const AFTER = 140;
/** A whole name of the table, to its NUL: such a file was compiled, which a module that is named in a text was not. */
const COMPILED = /^v[^\0/]{1,120}\/[^\0\n]{1,400}\.(?:go|s)\0/;
const AFTER_COMPILED = 540;

/** Finds modules by the names of their source files. */
interface GoTraces {
  visit(view: WindowView): void;
  /** Undefined where no file name tells a module. */
  end(): GoBuildInfo | undefined;
  /** The versions of each module that files were compiled of. */
  compiled(): ReadonlyMap<string, ReadonlySet<string>>;
}

/**
 * What a Go program's line table says where its build information was taken out: tracebacks need the names of the source files, which hold module
 * and version, so that stripping leaves them. The version of Go is what the standard library's folder is called, where it bears one.
 * https://go.dev/src/debug/gosym/pclntab.go
 */
export function goTraces(): GoTraces {
  const modules = new Map<string, string>();
  const compiled = new Map<string, Set<string>>();
  let goVersion: string | undefined;
  let tries = 0;
  return {
    visit({ bytes, from, to }) {
      for (let at = bytes.indexOf('@v', from); at >= 0 && at < to; at = bytes.indexOf('@v', at + 2)) {
        tries += 1;
        if (tries > LIMITS.elfNames || modules.size >= LIMITS.factsPerFile) return;
        const path = MODULE.exec(bytes.toString('latin1', Math.max(0, at - BEFORE), at + 1))?.[1];
        const version = VERSION.exec(bytes.toString('latin1', at + 1, at + AFTER))?.[0];
        if (path === undefined || version === undefined || path === TOOLCHAIN) continue;
        const module = withCapitals(path);
        modules.set(module, version);
        if (
          compiled.get(module)?.has(version) !== true &&
          COMPILED.test(bytes.toString('latin1', at + 1, at + AFTER_COMPILED))
        )
          compiled.set(module, (compiled.get(module) ?? new Set()).add(version));
      }
      goVersion ??= toolchainIn(bytes, from, to);
    },
    compiled: () => compiled,
    end() {
      if (modules.size === 0) return undefined;
      const dependencies = [...modules].map(([path, version]) => ({ path, version }));
      return { ...(goVersion === undefined ? {} : { goVersion }), dependencies, settings: new Map() };
    },
  };
}

/** `/root/go/pkg/mod/golang.org/toolchain@v0.0.1-go1.21.4.linux-amd64/src/`, `/usr/lib/go-1.19/src/` tells no patch release. */
function toolchainIn(bytes: Buffer, from: number, to: number): string | undefined {
  const at = bytes.indexOf('toolchain@v0.0.1-go', from);
  if (at < 0 || at >= to) return undefined;
  return /^go\d+\.\d+(?:\.\d+)?(?=\.[a-z])/.exec(bytes.toString('latin1', at + 17, at + 48))?.[0];
}

/** In the module cache `!a` stands for `A`. https://go.dev/ref/mod#module-cache */
const withCapitals = (path: string): string => path.replace(/!([a-z])/g, (_, letter: string) => letter.toUpperCase());
