// `-o html`: one file for people who have no access to the cluster. It asks for nothing: style, script and pictures are
// in it, and its policy forbids the browser to load anything. Without the script all of it can be read. Everything that
// others wrote is escaped by `text`, and nothing else puts it into the page.
import { createHash } from 'node:crypto';
import { countText, severityChart, conditionChart } from './html/charts.ts';
import { imageRowsHtml } from './html/images.ts';
import { script } from './html/script.ts';
import { style } from './html/style.ts';
import { text } from './html/text.ts';
import { workloadRowsHtml } from './html/workloads.ts';
import { conditionWords } from '../../core/rows.ts';
import { gapsOf, placeOf } from './report.ts';
import type { Report } from './report.ts';

export function* html(report: Report): Iterable<string> {
  const { metadata, of: about } = report;
  yield head(`kubectl xray: ${placeOf(metadata)}`);
  yield headerHtml(report);
  yield gapsHtml(report);
  yield summaryHtml(report);
  yield filterHtml();
  if (about === 'workload') yield* workloadRowsHtml(report);
  yield* imageRowsHtml(report);
  yield `</main><script>${script}</script></body></html>\n`;
}

function head(title: string): string {
  const policy = [
    "default-src 'none'",
    `style-src '${hashOf(style)}'`,
    `script-src '${hashOf(script)}'`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark"><meta name="referrer" content="no-referrer">
<title>${text(title)}</title><style>${style}</style></head><body>\n`;
}

function hashOf(source: string): string {
  return `sha256-${createHash('sha256').update(source).digest('base64')}`;
}

function headerHtml({ metadata, state, version }: Report): string {
  const { context, namespace, generatedAt } = metadata;
  const where = context === '' ? 'manifests' : namespace === '' ? 'all namespaces' : `namespace ${namespace}`;
  const policy = state.policy.source === null ? 'no policy file' : `policy ${state.policy.source}`;
  return `<header><h1>${context === '' ? 'Manifests' : text(context)}</h1>
<p>${text(where)} · <time datetime="${text(generatedAt)}">${text(generatedAt.replace('T', ' ').replace(/\.\d+Z$/, ' UTC'))}</time>
 · ${text(policy)} · kubectl xray ${text(version)}</p></header><main>\n`;
}

/** First of all: what this report does not know. */
function gapsHtml({ metadata }: Report): string {
  const gaps = gapsOf(metadata);
  const { unknown, pending, unscanned } = metadata.coverage;
  if (gaps.length === 0 && unknown + pending === 0) {
    const also =
      unscanned === 0 ? '' : ` Xray knows nothing of ${countText(unscanned, 'image')}: these are unscanned, not clean.`;
    return `<section class="gaps none"><h2>Everything in scope was asked and answered</h2><p>${also}</p></section>\n`;
  }
  const items = gaps.map(({ text: words }) => `<li>${text(words)}</li>`).join('');
  return `<section class="gaps" aria-labelledby="gaps"><h2 id="gaps">Not everything is known</h2>
<p>What could not be asked is not clean. It may hold more than is shown here.</p><ul>${items}</ul></section>\n`;
}

function summaryHtml(report: Report): string {
  const { pods, images, scanned, unscanned, pending, unknown } = report.metadata.coverage;
  const listed = report.of === 'workload' ? report.judgements.length : report.images.length;
  const numbers: readonly (readonly [name: string, count: number])[] = [
    [report.of === 'workload' ? 'workloads listed' : 'images listed', listed],
    ['pods in scope', pods],
    ['images in scope', images],
    ['scanned', scanned],
    ['unscanned', unscanned],
    ['pending', pending],
    ['unknown', unknown],
  ];
  const cards = numbers.map(([name, count]) => `<div><dt>${name}</dt><dd>${count}</dd></div>`).join('');
  const charts = [...(report.of === 'workload' ? [conditionChart(report)] : []), severityChart(report)];
  return `<section class="summary"><h2 class="aside">In numbers</h2><dl class="cards">${cards}</dl>
<div class="charts">${charts.join('')}</div></section>\n`;
}

/** Shown by the script alone: without it there is nothing to filter with. */
function filterHtml(): string {
  const words = conditionWords.map((word) => `<option>${word}</option>`).join('');
  return `<form id="filter" hidden role="search"><label>Find <input id="find" type="search"
 placeholder="name, namespace, CVE, component" autocomplete="off"></label>
<label>Condition <select id="condition"><option value="">any</option>${words}</select></label>
<button type="button" id="unfold" aria-pressed="false">Open all details</button>
<output id="shown"></output></form>\n`;
}
