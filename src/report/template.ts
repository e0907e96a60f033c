/** Reports by a template of the user's own: Mustache, which has sections and values and no code. https://mustache.github.io/mustache.5.html */
import { PlimsollError, printable } from '../errors.ts';
import { LIMITS } from '../limits.ts';
import type { Report } from '../model.ts';
import { htmlText } from './escape.ts';
import { pieces, type ReportFormat } from './report-format.ts';
import { jsonReport } from './scan/index.ts';

/**
 * The format of one template. Its data is the document of `-f json`. `{{value}}` is escaped for HTML where the name of the
 * template says that it makes HTML or XML; anywhere, values hold no control characters. Throws `usage` for a template that is none.
 */
export async function templateReport(text: string, name: string): Promise<ReportFormat> {
  const { default: mustache } = await import('mustache');
  if (text.length > LIMITS.reportTemplateBytes)
    throw new PlimsollError('usage', `the template is larger than ${LIMITS.reportTemplateBytes} bytes`, {
      where: name,
    });
  try {
    mustache.parse(text);
  } catch (cause) {
    throw new PlimsollError('usage', `not a Mustache template: ${(cause as Error).message}`, { where: name, cause });
  }
  const markup = /\.(?:html?|xml|svg)(?:\.\w+)?$/i.test(name);
  const safe = markup ? htmlText : (value: string) => String(value);
  return {
    name: 'template',
    extension: 'txt',
    mediaType: 'text/plain; charset=utf-8',
    description: 'a Mustache template of your own',
    changes: true,
    render: (report) => mustache.render(text, templateData(report), {}, { escape: safe }),
  };
}

/** The report as a template sees it: plain values without prototypes, so that no name in a template reaches anything but data. */
const templateData = (report: Report): unknown => bare(JSON.parse([...pieces(jsonReport.render(report, {}))].join('')));

function bare(value: unknown): unknown {
  if (typeof value === 'string')
    return value
      .split('\n')
      .map((line) => printable(line, LIMITS.reportTemplateBytes))
      .join('\n');
  if (Array.isArray(value)) return Object.setPrototypeOf(value.map(bare), null);
  if (typeof value !== 'object' || value === null) return value;
  return Object.assign(
    Object.create(null),
    Object.fromEntries(Object.entries(value).map(([key, member]) => [key, bare(member)])),
  );
}
