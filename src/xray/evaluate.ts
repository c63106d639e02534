// A known image's contents with its violations, and what "no violations" is worth for it.
import type { Evaluation, ScanContents } from '../core/scan.ts';
import { notInTime } from './failure.ts';
import type { Room, Sought } from './room.ts';
import type { ArtifactSummary } from './wire-summary.ts';

export async function evaluate(room: Room, summary: ArtifactSummary, { kinds, since }: Sought): Promise<ScanContents> {
  const { findings, licenses } = summary;
  const notAsked: ScanContents = {
    findings,
    licenses,
    violations: [],
    evaluated: { security: 'notAsked', license: 'notAsked' },
    violationsCause: null,
  };
  if (!kinds.security && !kinds.license) return notAsked;
  const all = (evaluation: Evaluation): ScanContents['evaluated'] => ({
    security: kinds.security ? evaluation : 'notAsked',
    license: kinds.license ? evaluation : 'notAsked',
  });
  if (summary.folders.length === 0) {
    const message = 'Xray names no path of an image, so its violations cannot be asked for';
    return { ...notAsked, evaluated: all('unanswered'), violationsCause: { reason: 'badAnswer', message } };
  }
  const signal = room.signal();
  const answers = await Promise.all([
    room.violations.of(summary, kinds, since),
    room.watches.covering(summary.folders, since, signal),
  ]).catch((error: unknown) => {
    if (!signal.aborted) throw error;
    return null;
  });
  // What is found is found, whoever has stopped waiting for the rest.
  if (answers === null) return { ...notAsked, evaluated: all('unanswered'), violationsCause: notInTime };
  const [{ violations, failure }, coverage] = answers;
  if (failure !== null) return { ...notAsked, violations, evaluated: all('unanswered'), violationsCause: failure };
  if ('reason' in coverage) {
    return { ...notAsked, violations, evaluated: all('unreadable'), violationsCause: coverage };
  }
  const covered = (type: 'security' | 'license'): Evaluation => {
    if (!kinds[type]) return 'notAsked';
    return coverage[type] ? 'covered' : 'notCovered';
  };
  return { ...notAsked, violations, evaluated: { security: covered('security'), license: covered('license') } };
}
