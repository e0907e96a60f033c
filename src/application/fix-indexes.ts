import { pypi } from '../ecosystems/pypi.ts';
import type { Notice, Report } from '../model.ts';
import type { Http } from '../network/http.ts';
import { platformOf } from '../remediate/plan/index.ts';
import { type PythonIndex, pipIndexes, pythonIndex } from '../remediate/python/index.ts';
import { isOsPackage, type OsIndex, osIndex, rpmRelease } from '../remediate/systems/index.ts';
import type { Surroundings } from './surroundings.ts';

/** The package indexes that say what can be installed; absent: nobody could be asked. */
interface Indexes {
  readonly pythonIndex?: PythonIndex;
  readonly osIndex?: OsIndex;
}

/** The environment with pip's own way of naming certificates understood. */
export const certified = (environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv =>
  environment.PIP_CERT && !environment.SSL_CERT_FILE
    ? { ...environment, SSL_CERT_FILE: environment.PIP_CERT }
    : environment;

/** Asks the indexes that the image and this machine name, as far as something can be fixed there. Failures are notices. */
export async function indexesOf(
  report: Report,
  texts: ReadonlyMap<string, string>,
  http: Http,
  { environment, progress, signal }: Surroundings,
  notices: Notice[],
  {
    owner = 'the image',
    ...needed
  }: { readonly everything: boolean; readonly python?: boolean; readonly owner?: string },
): Promise<Indexes> {
  const platform = platformOf(report);
  const variables = Object.fromEntries(
    (report.subject.config?.run.Env ?? []).map((pair): [string, string] => [
      pair.split('=', 1)[0] as string,
      pair.slice(pair.indexOf('=') + 1),
    ]),
  );
  const fixable = report.findings.filter(({ fix }) => fix.state === 'fixed').map((finding) => finding.package);
  const needsPython = needed.python ?? fixable.some(({ type }) => type === pypi.type);
  const needsOs = needed.everything || fixable.some(({ type }) => isOsPackage({ type }));
  const configured = needsPython
    ? await pipIndexes(environment, { files: texts, environment: variables, owner })
    : undefined;
  if (needsPython && (configured === undefined || configured.none))
    notices.push(
      notice(
        'info',
        'no-python-index',
        configured?.none
          ? `${configured.by} forbid asking an index: Python versions are the advisories', unverified`
          : "no Python index is configured and no pip is installed: Python versions are the advisories', unverified",
      ),
    );
  const wanted = new Set(report.packages.filter(isOsPackage).map(({ name }) => name));
  if (needsOs) progress.say("asking the package indexes of the image's sources");
  const os = needsOs ? await osIndex(texts, platform, wanted, http, signal, rpmRelease(report.os)) : undefined;
  for (const problem of os?.problems ?? []) notices.push(notice('warning', 'index-failed', `OS index: ${problem}`));
  if (os && os.named === 0)
    notices.push(
      notice('info', 'no-os-index', "the image names no package sources: OS versions are the advisories', unverified"),
    );
  return {
    ...(configured && !configured.none
      ? { pythonIndex: pythonIndex(configured, http, certified(environment), signal) }
      : {}),
    ...(os && os.read > 0 ? { osIndex: os } : {}),
  };
}

const notice = (level: Notice['level'], code: string, message: string): Notice => ({ level, code, message });

/** What is to be said where the time of the indexes was over. */
export function cutOff(index: PythonIndex | undefined): readonly Notice[] {
  const why = index?.over?.();
  if (why === undefined) return [];
  const message = `Python index: ${why}; what was not told by then is not in the plan, and a reason why something stays may be one of several`;
  return [notice('warning', 'index-cut-off', message)];
}
