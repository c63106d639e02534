// A real scanner against the stand-in, and the questions to put to it.
import { imageOf } from '../../src/core/image.ts';
import type { Image } from '../../src/core/image.ts';
import type { Scan } from '../../src/core/scan.ts';
import { connectToXray } from '../../src/xray/connect.ts';
import type { XrayConnectionSettings } from '../../src/xray/connect.ts';
import { createScanner } from '../../src/xray/lookup.ts';
import type { XrayQuestion, XrayScanner, XrayScannerOptions } from '../../src/xray/lookup.ts';

export const secret = 'eyJhbGciOi-a-secret-token';

/** Time runs `speed` times as fast for whoever waits on it. */
export function aClock(speed = 1): XrayScannerOptions['clock'] {
  return {
    now: () => Date.now(),
    after: (milliseconds, call) => {
      const timer = setTimeout(call, milliseconds / speed);
      return () => clearTimeout(timer);
    },
  };
}

export interface ScannerOverrides extends Partial<XrayConnectionSettings>, Partial<XrayScannerOptions> {}

export function aScanner(url: string, over: ScannerOverrides = {}): XrayScanner {
  const { clock = aClock(), random = () => 0, registries = [], pendingSince, ...settings } = over;
  const connection = connectToXray({ url, credentials: { kind: 'bearer', token: secret }, ...settings });
  return createScanner(connection, {
    clock,
    random,
    registries,
    ...(pendingSince === undefined ? {} : { pendingSince }),
  });
}

/** What runs, by a digest, under a reference; `platform` is the node's. */
export function running(reference: string, digest: string, platform: string | null = 'linux/amd64'): Image {
  return imageOf(reference, `registry.example/any@${digest}`, platform);
}

export function question(image: Image, over: Partial<XrayQuestion> = {}): XrayQuestion {
  return { image, notOlderThan: 0, violations: { security: false, license: false }, ...over };
}

export async function askAll(
  scanner: XrayScanner,
  questions: readonly XrayQuestion[],
  signal: AbortSignal = new AbortController().signal,
): Promise<Map<Image, Scan>> {
  const scans = new Map<Image, Scan>();
  for await (const fact of scanner.ask(questions, signal)) {
    if (fact.type === 'ScanRead') scans.set(fact.image, fact.scan);
  }
  // In the order of the questions, whatever that of the answers.
  return new Map(questions.flatMap(({ image }) => (scans.has(image) ? [[image, scans.get(image) as Scan]] : [])));
}

export async function askOne(scanner: XrayScanner, image: Image, over: Partial<XrayQuestion> = {}): Promise<Scan> {
  const scans = await askAll(scanner, [question(image, over)]);
  const scan = scans.get(image);
  if (scan === undefined) throw new Error('there was no answer');
  return scan;
}
