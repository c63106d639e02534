// What bounds acts by policy, in words.
import { roomToday } from '../core/limits.ts';
import type { Picture } from './picture.ts';

export function limitLines({ state, now }: Picture): readonly string[] {
  if (state === null) return [];
  const { actionsPerMinute } = state.policy.limits;
  const { allowed, done, room } = roomToday(state, now);
  const { pause } = state.acting.history;
  return [
    `at most ${actionsPerMinute} acts a minute`,
    `at most ${allowed} acts a day; ${done} done within a day, ${room} left`,
    'where much of what is known turns at once, all automatic acts pause until somebody resumes',
    ...(pause === null ? [] : [`automatic acts are paused now: ${pause.message}`]),
  ];
}
