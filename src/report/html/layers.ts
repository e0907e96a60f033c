import { byteSize } from '../../formats/grouped.ts';
import { type LayerInfo, type Package, type Report, type Severity, severityRank } from '../../model.ts';
import { cut } from '../../terminal/table.ts';
import { groupFindings, isFixable, shortInstruction } from '../scan/index.ts';
import { html } from './escape.ts';
import { htmlTable } from './frame.ts';
import { treemap } from './treemap.ts';

/** What a layer brought. */
interface LayerFacts {
  readonly layer: LayerInfo;
  readonly packages: number;
  readonly findings: number;
  readonly fixable: number;
  readonly worst?: Severity;
}

const WIDTH = 1000;
const HEIGHT = 360;

/** Layers as a map whose areas are their sizes, and the same in a table. Empty where there are none, as of folders. */
export function layerSection(report: Report): string {
  const facts = layerFacts(report);
  if (facts.length === 0) return '';
  const sized = facts.some(({ layer }) => (layer.size ?? 0) > 0);
  const weighed = facts.map((layer) => [layer, sized ? (layer.layer.size ?? 0) : layer.packages] as const);
  const tiles = facts.length < 2 ? [] : treemap(weighed, WIDTH, HEIGHT);
  const shapes = tiles.map(({ item, x, y, width, height }) => {
    const { layer, findings, worst, packages } = item;
    const made = shortInstruction(layer.instruction ?? '');
    const says = `layer ${layer.index + 1}: ${findings} findings, ${packages} packages${layer.size === undefined ? '' : `, ${byteSize(layer.size)}`}; ${made}`;
    const place = `x="${x.toFixed(1)}" y="${y.toFixed(1)}"`;
    // About nine units for a character: what does not fit is in the table.
    const room = Math.floor((width - 16) / 9.4);
    const big = width > 56 && height > 30 ? text(x, y + 24, `${layer.index + 1}`, 'big') : '';
    const line =
      width > 130 && height > 54
        ? text(
            x,
            y + 46,
            cut(`${findings} findings${layer.size === undefined ? '' : `, ${byteSize(layer.size)}`}`, room),
          )
        : '';
    const more = width > 220 && height > 76 ? text(x, y + 67, cut(made, room), 'wide') : '';
    return `<g><title>${html(says)}</title><rect class="${worst ?? 'none'}" ${place} width="${width.toFixed(1)}" height="${height.toFixed(1)}"/>${big}${line}${more}</g>`;
  });
  const map =
    shapes.length === 0
      ? ''
      : `<svg class="map" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="Layers by ${sized ? 'size' : 'packages'}, coloured by the worst severity that they brought; the table below has the figures">${shapes.join('')}</svg>\n`;
  const rows = facts.map(
    ({ layer, packages, findings, fixable, worst }) =>
      `<tr><td class="n">${layer.index + 1}</td><td class="n">${layer.size === undefined ? '' : html(byteSize(layer.size))}</td><td class="n">${packages}</td><td class="n ${worst ?? 'zero'}">${findings}</td><td class="n ${fixable > 0 ? 'fixed' : 'zero'}">${fixable}</td><td>${html(shortInstruction(layer.instruction ?? ''))}<br><code class="dim">${html(layer.diffID.slice(0, 19))}</code></td></tr>\n`,
  );
  const number = (name: string) => ({ text: name, number: true as const });
  return `<h2 id="layers">Layers</h2>
<p class="dim">Area: ${sized ? 'size' : 'packages'}. Colour: the worst severity among what the layer brought.</p>
${map}${htmlTable('Layers', [number('layer'), number('size'), number('packages'), number('findings'), number('fixable'), 'instruction'], rows)}`;
}

function layerFacts(report: Report): LayerFacts[] {
  const { layers } = report.subject;
  if (layers.every(({ diffID }) => diffID === '')) return [];
  const packages = new Map<number, number>();
  for (const pkg of report.packages) add(packages, layerOf(pkg));
  const [findings, fixable, worst] = [
    new Map<number, number>(),
    new Map<number, number>(),
    new Map<number, Severity>(),
  ];
  for (const group of groupFindings(report.findings))
    for (const { finding } of group.findings) {
      const layer = layerOf(finding.package);
      add(findings, layer);
      if (isFixable(finding)) add(fixable, layer);
      const known = worst.get(layer);
      if (known === undefined || severityRank(finding.severity) > severityRank(known))
        worst.set(layer, finding.severity);
    }
  return layers.map((layer) => {
    const bad = worst.get(layer.index);
    return {
      layer,
      packages: packages.get(layer.index) ?? 0,
      findings: findings.get(layer.index) ?? 0,
      fixable: fixable.get(layer.index) ?? 0,
      ...(bad === undefined ? {} : { worst: bad }),
    };
  });
}

const layerOf = ({ evidence }: Package): number => evidence[0]?.layer ?? -1;
const add = (counts: Map<number, number>, key: number): void => void counts.set(key, (counts.get(key) ?? 0) + 1);

const text = (x: number, y: number, content: string, name = ''): string =>
  `<text${name === '' ? '' : ` class="${name}"`} x="${(x + 10).toFixed(1)}" y="${y.toFixed(1)}">${html(content)}</text>`;
