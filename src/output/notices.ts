// Notices of a run that goes on: one line each, for a person or as JSON.
import type { ActAction } from '../core/act.ts';
import type { Notice, NoticeType } from '../core/notices.ts';
import { workloadLabel } from '../core/workload.ts';
import type { Paint, Tone } from './colour.ts';
import { printable } from './printable.ts';

/** `15:04:05 shop/deployment/cart scaled down: security (...): CVE-2026-1 (undo: full)`, in the machine's own time. */
export function noticeLine(notice: Notice, paint: Paint): string {
  const words = paint(printable(noticeWords(notice)), toneOf(notice));
  return `${timeOf(notice.at)} ${words}\n`;
}

/** One object on one line. Keys are added, never renamed. */
export function noticeJson({ at, type, workload, action, outcome, reason, undo, message }: Notice): string {
  const named =
    workload === null
      ? null
      : {
          apiVersion: workload.apiVersion,
          kind: workload.kind,
          namespace: workload.namespace,
          name: workload.name,
          uid: workload.uid,
        };
  const line = { at: new Date(at).toISOString(), type, workload: named, action, outcome, reason, undo, message };
  return `${JSON.stringify(line)}\n`;
}

/** `scaled down`, as kubectl says of what it did. */
export const doneWords: Readonly<Record<ActAction, string>> = {
  scaledown: 'scaled down',
  delete: 'deleted',
  restore: 'restored',
};

const howToResume = 'go on with: kubectl xray enforce --confirm --resume';

/** Without its time, and not yet printable. */
export function noticeWords(notice: Notice): string {
  const { type, message } = notice;
  switch (type) {
    case 'act':
      return `${nameOf(notice)} ${actWords(notice)}`;
    case 'verdict':
      return `${nameOf(notice)} ${verdictWords(notice)}`;
    case 'gone':
      return `${nameOf(notice)} is gone (${message})`;
    case 'contested':
      return `${nameOf(notice)} left alone, contested: ${message}`;
    case 'paused':
      return `paused, nothing more is done by policy: ${message}; ${howToResume}`;
    case 'resumed':
      return 'resumed: the policy is carried out again';
    case 'policyChanged':
      return `policy changed: ${message ?? 'every action is ignore'}`;
    case 'policyRefused':
      return `policy refused: ${(message ?? '').replaceAll('\n', '; ')}`;
    case 'streamLost':
      return `cluster not heard, tried again: ${message}`;
    case 'streamRestored':
      return `cluster heard again: ${message}`;
    case 'readForbidden':
      return `not seen, as it may not be read: ${message}`;
    case 'readAllowed':
      return `may be read now: ${message}`;
    case 'newsLost':
      return `news of Xray not heard, tried again: ${message}`;
    case 'newsRestored':
      return `news of Xray heard again: ${message}`;
    default:
      return type satisfies never;
  }
}

function nameOf({ workload }: Notice): string {
  return workload === null ? '' : `${workload.namespace}/${workloadLabel(workload)}`;
}

function verdictWords({ action, reason, message }: Notice): string {
  const due = action === null ? '' : `, ${action} is due`;
  return `${message}${due}${reason === null ? '' : `: ${reason}`}`;
}

function actWords({ action, outcome, reason, undo, message }: Notice): string {
  const done = action === null ? '' : doneWords[action];
  const grade = undo === null ? '' : ` (undo: ${undo.grade})`;
  const because = message === null || message === '' ? '' : `: ${message}`;
  switch (outcome) {
    case 'wouldAct':
      return `would be ${done}: ${reason}${grade}${message === null || message === '' ? '' : `; ${message}`}`;
    case 'accepted':
      return `${done}: ${reason}${grade}`;
    case 'effective':
      return action === 'restore' ? 'is back' : `has stopped, ${done}`;
    case 'stuck':
      return `stuck: ${done}, and not effective yet${because}`;
    case 'refused':
      return `refused: not ${done}${because}`;
    case 'failed':
      return `failed: not ${done}${because}`;
    case 'notNeeded':
      return `left alone, not ${done}${because}`;
    case null:
      return '';
    default:
      return outcome satisfies never;
  }
}

const warned: readonly NoticeType[] = ['contested', 'policyRefused', 'streamLost', 'readForbidden', 'newsLost'];

function toneOf(notice: Notice): Tone {
  const { type, outcome } = notice;
  if (type === 'paused' || outcome === 'failed' || outcome === 'stuck') return 'critical';
  if (type === 'verdict') return notice.action === null ? 'dim' : 'high';
  if (outcome === 'refused' || warned.includes(type)) return 'warning';
  return outcome === 'accepted' || outcome === 'wouldAct' ? 'high' : 'dim';
}

/** `15:04:05` of this machine. */
function timeOf(at: number): string {
  return new Date(at).toTimeString().slice(0, 8);
}
