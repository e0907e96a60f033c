import { isPackageName } from '../../ecosystems/names.ts';
import { printable } from '../../errors.ts';
import type { Notice, Package, Report } from '../../model.ts';
import { installedUnder } from '../installed/index.ts';

/** The report without what is called as no package of its world can be: nothing with such a name enters a command, an edit or an address. */
export function suggestible(report: Report): Report {
  const isNamed = ({ type, name, source }: Package): boolean =>
    isPackageName(type, name) && (source === undefined || isPackageName(type, source.name));
  return {
    ...report,
    packages: report.packages.filter(isNamed),
    findings: report.findings.filter((finding) => isNamed(finding.package)),
  };
}

/** The report of a project without what was installed in its folder: what it declares is planned for, and fills that again. */
export function declaredOnly(report: Report): Report {
  const isDeclared = (pkg: Package): boolean => installedUnder(pkg) === undefined;
  return {
    ...report,
    packages: report.packages.filter(isDeclared),
    findings: report.findings.filter((finding) => isDeclared(finding.package)),
  };
}

/** A notice of what has a name that nothing of its kind can have; none where there is no such thing. */
export function misnamed(report: Report): Notice[] {
  const names = [
    ...new Set(report.packages.filter(({ type, name }) => !isPackageName(type, name)).map(({ name }) => name)),
  ];
  if (names.length === 0) return [];
  const shown = names.slice(0, 3).map((name) => JSON.stringify(printable(name, 60)));
  const message = `nothing is suggested for what has a name that no package of its kind can have: ${shown.join(', ')}${names.length > 3 ? ` and ${names.length - 3} more` : ''}`;
  return [{ level: 'warning', code: 'name-invalid', message }];
}
