import { expect, test } from 'vitest';
import { imageOf } from '../../../src/core/image.ts';
import { aContainer, aFinding, aPolicy, aScan, unknown } from '../../support/builders.ts';
import { judgedState, pageOf, running, textOf } from '../../support/judged-state.ts';
import { scanRead } from '../../support/states.ts';

const container = aContainer();
const image = imageOf(container.reference, container.imageID, null);
const explain = { at: 'explain', workload: 'statefulset-cart' } as const;

test('a workload that is gone is told', () => {
  expect(textOf(pageOf(judgedState([]), explain))).toBe('it is not there any more');
});

test('what could not be asked about is told with its cause', () => {
  const text = textOf(pageOf(judgedState([...running('cart'), scanRead(image, unknown())]), explain));
  expect(text).toMatch(/^Conditions: +unknown$/m);
  expect(text).toContain('unreachable, connect ECONNREFUSED');
});

test('every finding is told, with the look of its severity, and what undoing brings back', () => {
  const findings = Array.from({ length: 40 }, (_, index) =>
    aFinding({ id: `XRAY-${index}`, component: `npm://c${index}:1` }),
  );
  const policy = aPolicy({ security: { default: 'scaledown' } });
  const content = pageOf(judgedState([...running('cart'), scanRead(image, aScan({ findings }))], policy), explain);
  const text = textOf(content);
  expect(text.match(/Finding: /g)).toHaveLength(40);
  expect(text).toMatch(/Undo \(full\): sets its replicas to 1 again/);
  const cells = content.is === 'text' ? content.lines.flatMap((line) => line.cells) : [];
  expect(cells.filter(({ tone }) => tone === 'critical').length).toBe(80);
});

test('what others wrote cannot speak to the terminal', () => {
  const findings = [aFinding({ cves: [], summary: 'a\u001b[2Jb' })];
  expect(
    textOf(pageOf(judgedState([...running('cart'), scanRead(image, aScan({ findings }))]), explain)),
  ).not.toContain('\u001b');
});
