import { boundedText } from '../bounded-file.ts';
import { PlimsollError } from '../errors.ts';
import { LIMITS } from '../limits.ts';
import { type ReportFormat, reportFormatNamed } from '../report/index.ts';

/** The format of a scan's result by its name, or the user's own template. Throws `usage`, `io`. */
export async function scanFormatNamed(name: string, template: string | undefined): Promise<ReportFormat> {
  if (name !== 'template') return reportFormatNamed(name);
  if (template === undefined)
    throw new PlimsollError('usage', '-f template needs a template', { hint: 'name it: --template report.mustache' });
  const text = await boundedText(template, LIMITS.settingsBytes).catch((cause: Error) => {
    if (cause instanceof PlimsollError) throw cause;
    throw new PlimsollError('io', `the template cannot be read: ${cause.message}`, { where: template, cause });
  });
  return (await import('../report/template.ts')).templateReport(text, template);
}
