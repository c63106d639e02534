// Bars, as pictures within the page, with the numbers beside them.
import { wordsOf, worstSeverity } from '../../../core/rows.ts';
import type { ConditionWord } from '../../../core/rows.ts';
import type { Report } from '../report.ts';
import { text } from './text.ts';

interface Bar {
  readonly name: string;
  readonly count: number;
  /** A class of the style. */
  readonly look: string;
}

/** Workloads by what holds of them; one may count more than once. */
export function conditionChart({ judgements }: Report): string {
  const looks: Readonly<Record<ConditionWord, string>> = {
    security: 'critical',
    license: 'high',
    unscanned: 'medium',
    unknown: 'medium',
    pending: 'low',
    clean: 'good',
  };
  const words = judgements.flatMap((judgement) => {
    const exempt =
      judgement.decided.conditions.length > 0 && judgement.decided.conditions.every((one) => one.exempt !== null);
    return exempt ? [...wordsOf(judgement), 'exempt' as const] : wordsOf(judgement);
  });
  const count = (word: string): number => words.filter((one) => one === word).length;
  const bars = Object.entries(looks).map(([name, look]) => ({ name, count: count(name), look }));
  return chart('Workloads by condition', [...bars, { name: 'all of it exempt', count: count('exempt'), look: 'low' }]);
}

/** Images by the worst that was found in them. */
export function severityChart({ images }: Report): string {
  const scanned = images.filter(({ item }) => item.scan === 'scanned');
  const worst = scanned.map(({ item }) => worstSeverity(item.severities));
  const count = (severity: string | null): number => worst.filter((one) => one === severity).length;
  return chart('Images by their worst finding', [
    { name: 'Critical', count: count('Critical'), look: 'critical' },
    { name: 'High', count: count('High'), look: 'high' },
    { name: 'Medium', count: count('Medium'), look: 'medium' },
    { name: 'Low', count: count('Low'), look: 'low' },
    { name: 'less, or not rated', count: count('Information') + count('Unknown'), look: 'low' },
    { name: 'nothing found', count: count(null), look: 'good' },
    { name: 'not scanned', count: images.length - scanned.length, look: 'medium' },
  ]);
}

const [line, label, width] = [22, 130, 420];

function chart(title: string, bars: readonly Bar[]): string {
  const most = Math.max(1, ...bars.map(({ count }) => count));
  const room = width - label - 60;
  const rows = bars.map(({ name, count, look }, index) => {
    const [y, length] = [index * line, count === 0 ? 0 : Math.max(2, Math.round((count / most) * room))];
    return (
      `<text x="${label - 8}" y="${y + 15}" class="name">${text(name)}</text>` +
      `<rect x="${label}" y="${y + 4}" width="${length}" height="14" rx="2" class="${look}"/>` +
      `<text x="${label + length + 6}" y="${y + 15}">${count}</text>`
    );
  });
  const told = bars.map(({ name, count }) => `${name} ${count}`).join(', ');
  return `<figure><figcaption>${text(title)}</figcaption><svg viewBox="0 0 ${width} ${bars.length * line}" role="img"
 aria-label="${text(`${title}: ${told}`)}">${rows.join('')}</svg></figure>`;
}

export function countText(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
