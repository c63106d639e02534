// A run to be watched, put together: that of a context and a namespace, with the policy file that is in force there.
import type { PolicyFile, WatchRun } from '../commands/watch/run.ts';
import { readNamed } from '../cluster/named.ts';
import { pausable } from '../engine/pausable-scanner.ts';
import type { PausableScanner } from '../engine/pausable-scanner.ts';
import type { Scanner } from '../engine/ports.ts';
import { parseDuration } from '../settings/duration.ts';
import { diskFiles, readIfThere } from '../settings/files.ts';
import { addException, addWhitelist } from '../settings/policy-edit.ts';
import { writePolicyFile } from '../settings/write-policy.ts';
import { askVersion } from '../xray/version.ts';
import type { World } from '../world.ts';
import { prepareActing } from './acting.ts';
import { newsOf } from './news.ts';
import { tellingOthers } from './notify.ts';
import { orThrow } from './settings.ts';
import type { Arguments } from './settings.ts';

/** Nobody acts by the policy in it until that is switched on. */
export async function openWatchRun(argv: Arguments, world: World): Promise<WatchRun> {
  const questions: { held: PausableScanner | null } = { held: null };
  const before = (scanner: Scanner): PausableScanner => (questions.held = pausable(scanner));
  const news = (parts: Parameters<typeof newsOf>[2]): ReturnType<typeof newsOf> => newsOf(argv, world, parts);
  const parts = { byPolicy: null, byHand: 'none', xray: 'needed', news, before } as const;
  const { run, ...prepared } = await prepareActing(argv, world, parts);
  const { connection, judging, scanner, kept } = prepared;
  const { lasting } = kept;
  return {
    ...run,
    readNamed: (named) => readNamed(connection, named, run.interruption),
    policyFile: policyFileAt(judging.source?.path ?? '', world),
    questions: {
      pause: (on) => questions.held?.pause(on),
      isPaused: () => questions.held?.isPaused() ?? false,
    },
    xrayUrl: judging.xray?.settings.url ?? null,
    xrayVersion: async (signal) => (scanner === null ? null : askVersion(scanner.client, signal)),
    resumeQuestions: () => scanner?.resume(),
    fleeting: lasting.lasts ? null : lasting.why,
    telling: async (work) => {
      try {
        return await tellingOthers(run.engine, prepared, world, work);
      } finally {
        connection.close();
      }
    },
  };
}

function policyFileAt(path: string, { platform }: World): PolicyFile {
  const { readFile } = diskFiles(platform);
  return {
    path,
    read: () => orThrow(readIfThere(path, readFile)),
    write: (before, text) => writePolicyFile(path, before, text, readFile),
    addException,
    addWhitelist,
    parseDuration,
  };
}

/** By whom and how one connects is said for the context that was named: not for another one. */
const ofOneContext: readonly string[] = [
  'cluster',
  'user',
  'server',
  'token',
  'as',
  'as-group',
  'as-uid',
  'client-certificate',
  'client-key',
  'certificate-authority',
  'tls-server-name',
  'insecure-skip-tls-verify',
];

/** The arguments for another place. `current` is the context that is watched now. */
export function argumentsFor(
  argv: Arguments,
  { context, namespace }: { readonly context: string; readonly namespace: string | null },
  current: string,
): Arguments {
  const moved = context === current ? [] : [...ofOneContext, 's'];
  const kept = Object.fromEntries(Object.entries(argv).filter(([flag]) => !moved.includes(flag)));
  const named = { ...kept, ...(context === '' ? {} : { context }) };
  if (namespace === '') return { ...named, 'all-namespaces': true, A: true };
  if (namespace !== null) return { ...named, namespace, 'all-namespaces': false, A: false };
  // `-n` was said of the context that was named beside it.
  return context === current ? named : { ...named, namespace: undefined };
}
