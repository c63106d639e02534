// What is said of images that nobody scanned and that `--fail-on unscanned` lets pass: nothing passes without a word.
import type { Uncounted } from '../core/gate.ts';

/** Empty where there is none. */
export function uncountedLine(reasons: readonly Uncounted[]): string {
  if (reasons.length === 0) return '';
  const images = reasons.reduce((sum, one) => sum + one.images, 0);
  const are = images === 1 ? '1 image is unscanned and does' : `${images} images are unscanned and do`;
  const why = reasons.map((one) => `${one.reason} (${one.images})`).join(', ');
  return `--fail-on unscanned: ${are} not count, for unscanned.reasons of the policy leaves out: ${why}\n`;
}
