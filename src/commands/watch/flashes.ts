// What is said for a moment on the screen: what came of what was asked for, and what happens that nobody asked for.
import { UsageError } from '../../core/errors.ts';
import type { Notice } from '../../core/notices.ts';
import { noticeWords } from '../../output/notices.ts';
import { printable } from '../../output/printable.ts';
import type { Tone } from '../../ui/table.ts';
import type { Flash } from '../../ui/view.ts';

/** Milliseconds. What went wrong takes longer to read. */
const shownFor = { short: 4_000, long: 12_000 };

const longTones: readonly Tone[] = ['fault', 'due', 'unknown', 'critical'];

export function flashOf(text: string, tone: Tone, now: number): Flash {
  const line = printable(text.trim().replaceAll(/\s*\n\s*/g, '; '));
  return { text: line, tone, until: now + (longTones.includes(tone) ? shownFor.long : shownFor.short) };
}

/** A failure of what was asked for. A fault of ours is told too: it must not take the screen away. */
export function failureWords(error: unknown): string {
  if (error instanceof UsageError) return error.hint === null ? error.message : `${error.message}; ${error.hint}`;
  return error instanceof Error ? error.message : String(error);
}

/** Null: the header shows it, or it was asked for here. */
export function noticeFlash(notice: Notice, now: number): Flash | null {
  switch (notice.type) {
    case 'policyChanged':
    case 'resumed':
      return flashOf(noticeWords(notice), 'good', now);
    case 'policyRefused':
    case 'paused':
      return flashOf(noticeWords(notice), 'fault', now);
    case 'contested':
      return flashOf(noticeWords(notice), 'due', now);
    case 'act':
      if (isFailure(notice)) return flashOf(noticeWords(notice), 'fault', now);
      return isAutomatic(notice) ? flashOf(noticeWords(notice), 'due', now) : null;
    case 'verdict':
    case 'gone':
    case 'streamLost':
    case 'streamRestored':
    case 'readForbidden':
    case 'readAllowed':
    case 'newsLost':
    case 'newsRestored':
      return null;
    default:
      return notice.type satisfies never;
  }
}

/** Whoever asked for it may have closed the dialog that tells of it. */
function isFailure({ outcome }: Notice): boolean {
  return outcome === 'failed' || outcome === 'refused' || outcome === 'stuck';
}

function isAutomatic({ reason }: Notice): boolean {
  return reason !== null && !reason.startsWith('by hand');
}
