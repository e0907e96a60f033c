import type { Located } from '../located-yaml.ts';
import type { Image, Notice, Report } from '../model.ts';
import type { Exception } from '../policy/exceptions/index.ts';
import { signatureCheck, type TrustedSigner } from '../sources/signatures/index.ts';
import { attachedVex, vexSources } from './attached-vex.ts';

/** What takes findings out of the count. */
export interface ExceptionsRequest {
  /** Files of exceptions: `.trivyignore`, `.trivyignore.yaml`, Grype's `ignore`, our own. */
  readonly ignoreFile?: readonly string[];
  /** VEX documents: OpenVEX, CSAF, CycloneDX; `attached`: those that are attached to the image. */
  readonly vex?: readonly string[];
  /** `exceptions` of the configuration file. */
  readonly exceptions?: Located;
  /** Who must have signed what is attached; absent: signatures are not checked. */
  readonly attestationSigner?: TrustedSigner;
}

/** Rules that take findings out of the count, and what is to be said of where they come from. */
interface ImageExceptions {
  readonly rules: readonly Exception[];
  /** The report without what the rules except. */
  readonly except: (report: Report) => Report;
  readonly notices: readonly Notice[];
}

/** The exceptions of a request: those of files and the configuration, which count for every image, and those of one. */
export interface AskedExceptions extends Omit<ImageExceptions, 'notices'> {
  /** With what is attached to this image, where that is asked for. Throws only `interrupted`. */
  of(image: Image, signal: AbortSignal): Promise<ImageExceptions>;
}

/**
 * The exceptions of a request, read before anything else is done; undefined where none were asked for. Whoever counts findings of an
 * image asks here, so that what is out of one command's count is out of the others'. Throws as `readAllExceptions` and `signatureCheck`.
 */
export async function askedExceptions({
  ignoreFile,
  exceptions,
  vex,
  attestationSigner,
}: ExceptionsRequest): Promise<AskedExceptions | undefined> {
  if (ignoreFile === undefined && vex === undefined && exceptions === undefined) return undefined;
  const { files, attached } = vexSources(vex);
  const { applyExceptions, readAllExceptions } = await import('../policy/exceptions/index.ts');
  const check = attached && attestationSigner ? await signatureCheck(attestationSigner) : undefined;
  const rules = await readAllExceptions({
    ...(ignoreFile ? { ignoreFiles: ignoreFile } : {}),
    ...(files ? { vexFiles: files } : {}),
    ...(exceptions ? { own: exceptions } : {}),
  });
  const by = (rules: readonly Exception[]): Omit<ImageExceptions, 'notices'> => ({
    rules,
    except: (report) => applyExceptions(report, rules, new Date()),
  });
  return {
    ...by(rules),
    of: async (image, signal) => {
      if (!attached) return { ...by(rules), notices: [] };
      const own = await attachedVex(image, signal, check);
      return { ...by([...rules, ...own.rules]), notices: own.notices };
    },
  };
}
