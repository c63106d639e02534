// The page, looked at in a real browser: nothing is asked of the network, the filter filters, details open, and whatever
// a name holds runs nothing.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { html } from '../../../src/output/reports/html.ts';
import type { Report } from '../../../src/output/reports/report.ts';
import { aReport, everyPolicy, hostileReport, oneOfEach, written } from '../../support/a-report.ts';
import { type Browser, type Page, findBrowser, howToGetOne, startBrowser } from '../../support/browser.ts';

const program = findBrowser();

describe.skipIf(program === null)('the page in a browser', () => {
  const opened: { browser?: Browser; folder: string } = { folder: '' };

  beforeAll(async () => {
    opened.folder = mkdtempSync(join(tmpdir(), 'kubectl-xray-page-'));
    opened.browser = await startBrowser(program ?? '');
  });
  afterAll(async () => {
    await opened.browser?.close();
    rmSync(opened.folder, { recursive: true });
  });

  const open = async (report: Report, setUp?: (send: Page['send']) => Promise<void>): Promise<Page> => {
    const file = join(mkdtempSync(join(opened.folder, 'report-')), 'report.html');
    writeFileSync(file, written(html, report));
    if (opened.browser === undefined) throw new Error('no browser');
    return opened.browser.open(pathToFileURL(file).href, setUp);
  };
  const world = (): Report => aReport(oneOfEach, { policy: everyPolicy });
  const shownIn = async (page: Page, of = 'workload'): Promise<string[]> =>
    page.evaluate(
      `[...document.querySelectorAll('tbody[data-of="${of}"]')].filter((one) => one.checkVisibility())
        .map((one) => one.querySelector('th').textContent)`,
    );

  test('asks for nothing, and has nothing to complain about', async () => {
    const page = await open(world());
    expect(await page.evaluate('document.title')).toBe('kubectl xray: prod');
    expect(await page.evaluate('getComputedStyle(document.body).maxWidth')).toBe('1440px');
    expect(page.requests()).toEqual([]);
    expect(page.complaints()).toEqual([]);
  });

  test('may not ask for anything, whoever tried', async () => {
    const page = await open(world());
    const refused = await page.evaluate(`new Promise((done) => {
      document.addEventListener('securitypolicyviolation', (event) => done(event.effectiveDirective));
      fetch('http://127.0.0.1:9/x').then(() => done('sent'), () => {});
    })`);
    expect(refused).toBe('connect-src');
  });

  test('filters by text and by condition, and says how many are left', async () => {
    const page = await open(world());
    const said = async (): Promise<string> => page.evaluate("document.querySelector('output').textContent");
    expect(await shownIn(page)).toHaveLength(13);
    expect(await said()).toBe('13 of 13 workloads, 13 of 13 images');
    await page.click('#find');
    await page.type('CVE-2026-2000');
    await page.until("document.querySelector('output').textContent === '1 of 13 workloads, 1 of 13 images'");
    expect(await shownIn(page)).toEqual(['deployment/excepted']);
    await page.evaluate(`(() => {
      const [find, condition] = [document.querySelector('#find'), document.querySelector('#condition')];
      find.value = '';
      condition.value = 'unknown';
      condition.dispatchEvent(new Event('change'));
    })()`);
    expect((await shownIn(page)).toSorted()).toEqual(['deployment/half', 'deployment/lost', 'deployment/silent']);
  });

  test('opens the details of a row, and of all', async () => {
    const page = await open(world());
    const isShown = "document.querySelector('details .inner').checkVisibility()";
    expect(await page.evaluate(isShown)).toBe(false);
    await page.click('summary');
    expect(await page.evaluate(isShown)).toBe(true);
    const open26 = "[...document.querySelectorAll('details')].filter((one) => one.open).length";
    expect(await page.evaluate(open26)).toBe(1);
    await page.click('#unfold');
    expect(await page.evaluate(open26)).toBe(26);
    await page.click('#unfold');
    expect(await page.evaluate(open26)).toBe(0);
  });

  test('a link to an image opens it', async () => {
    const page = await open(world());
    await page.click('summary');
    await page.click('details[open] a');
    await page.until("document.querySelector('tbody:target details')?.open === true");
    expect(await page.evaluate("document.querySelector('tbody:target .facts').checkVisibility()")).toBe(true);
  });

  test('can be read without its script', async () => {
    const page = await open(world(), async (send) => {
      await send('Emulation.setScriptExecutionDisabled', { value: true });
    });
    const { root } = (await page.send('DOM.getDocument', { depth: 1 })) as {
      readonly root: { readonly nodeId: number };
    };
    const found = async (selector: string): Promise<number> => {
      const answer = await page.send('DOM.querySelectorAll', { nodeId: root.nodeId, selector });
      return (answer as { readonly nodeIds: readonly number[] }).nodeIds.length;
    };
    expect(await found('form[hidden]')).toBe(1);
    expect(await found('tbody[data-of="workload"]:not([hidden])')).toBe(13);
    expect(page.complaints()).toEqual([]);
  });

  test('runs nothing that a name holds', async () => {
    const page = await open(hostileReport());
    await page.click('#unfold');
    await page.until("document.querySelector('details').open");
    expect(await page.evaluate('typeof globalThis.owned')).toBe('undefined');
    expect(await page.evaluate("document.querySelectorAll('script, img, iframe').length")).toBe(1);
    expect(await page.evaluate("document.querySelector('tbody th').textContent")).toContain(
      '<script>globalThis.owned=1',
    );
    expect(page.requests()).toEqual([]);
    expect(page.complaints()).toEqual([]);
  });

  test('fits on a narrow screen', async () => {
    const page = await open(world(), async (send) => {
      await send('Emulation.setDeviceMetricsOverride', { width: 390, height: 800, deviceScaleFactor: 1, mobile: true });
    });
    await page.click('#unfold');
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(390);
  });

  test('is dark where the reader wants it dark', async () => {
    const page = await open(world(), async (send) => {
      await send('Emulation.setEmulatedMedia', { features: [{ name: 'prefers-color-scheme', value: 'dark' }] });
    });
    expect(await page.evaluate('getComputedStyle(document.body).backgroundColor')).toBe('rgb(13, 17, 23)');
  });

  test('leaves out on paper what only a screen can do', async () => {
    const page = await open(world(), async (send) => {
      await send('Emulation.setEmulatedMedia', { media: 'print' });
    });
    expect(await page.evaluate("document.querySelector('form').checkVisibility()")).toBe(false);
    expect(await page.evaluate("document.querySelector('tbody').checkVisibility()")).toBe(true);
  });
});

test('there is a browser to look with', ({ skip }) => {
  if (program !== null) return;
  const excuse = `no browser was found, so nobody looked at the page. ${howToGetOne}`;
  if (process.env['CI'] === 'true') throw new Error(excuse);
  skip(excuse);
});
