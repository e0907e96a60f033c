import { boundedText } from '../bounded-file.ts';
import { asPlimsollError, PlimsollError } from '../errors.ts';
import { LIMITS } from '../limits.ts';
import { type ReportFormat, reportFormatNamed } from '../report/index.ts';

/** The format of a scan's result by its name, or the user's own template. Throws `usage`, `io`. */
export async function scanFormatNamed(name: string, template: string | undefined): Promise<ReportFormat> {
  if (name !== 'template') return reportFormatNamed(name);
  if (template === undefined)
    throw new PlimsollError('usage', '-f template needs a template', { hint: 'name it: --template report.mustache' });
  const text = await boundedText(template, LIMITS.settingsBytes).catch((cause: Error) => {
    if (cause instanceof PlimsollError) throw cause;
    const isMissing = 'code' in cause && cause.code === 'ENOENT';
    throw new PlimsollError(
      'io',
      isMissing ? 'there is no such template' : `the template cannot be read: ${asPlimsollError(cause, 'io').message}`,
      { where: template, cause, hint: templateHint(template) },
    );
  });
  return (await import('../report/template.ts')).templateReport(text, template);
}

/** What to do where a template is not there: Trivy ships some under `contrib`, and puts an `@` before a file's name. */
function templateHint(template: string): string {
  const shipped = /^@?contrib\/(html|junit|gitlab|asff)\b/.exec(template)?.[1];
  if (shipped) return `templates of Trivy are not read, the same comes with: -f ${shipped}`;
  if (template.startsWith('@'))
    return 'name the file without the @: --template report.mustache; templates are written in Mustache';
  return 'name a file in Mustache: --template report.mustache';
}
