// What is written into the policy file from the screen: an exception, a whitelisted namespace. It is in force as soon as the
// file is seen to have changed; the journal keeps who wrote it.
import type { Target } from '../../core/act.ts';
import { UsageError } from '../../core/errors.ts';
import type { Exception } from '../../core/policy.ts';
import type { Effect } from '../../ui/view.ts';
import { exceptionFor, lastDay, wordsOf, writeDownException } from '../exceptions.ts';
import type { WatchRun } from './run.ts';

export type PolicyWritingRun = Pick<WatchRun, 'engine' | 'clock' | 'journal' | 'identity' | 'policyFile'>;

/** Gives back what was done, in words. Throws a UsageError where it cannot be. */
export async function writeException(
  { workloads: uids, covers, reason, until }: Extract<Effect, { type: 'Ignore' }>,
  run: PolicyWritingRun,
): Promise<string> {
  const state = run.engine.getState();
  const workloads = uids.flatMap((uid) => state.judged.get(uid)?.workload ?? []);
  if (workloads.length === 0) throw new UsageError('what was chosen is not there any more');
  if (reason.trim() === '') throw new UsageError('an exception needs a reason', 'It is kept in the policy file.');
  const { policyFile, clock, identity } = run;
  const words = {
    covers: coveredBy(covers),
    reason: reason.trim(),
    until: until.trim() === '' ? null : lastDay(until.trim(), 'until', { ...policyFile, now: clock.now() }),
    by: null,
  };
  const exception = exceptionFor(workloads, words, identity);
  const written = write(policyFile, (text) => policyFile.addException(text, exception));
  if (!written) return `${policyFile.path} has this exception already`;
  const many = workloads.length === 1 ? '' : ` for ${workloads.length} workloads`;
  const said = `${wordsOf(words.covers)} is ignored${many}: written into ${policyFile.path}`;
  return andWrittenDown(said, () => writeDownException(workloads, words, run));
}

export async function writeWhitelist(
  { namespace, condition }: Extract<Effect, { type: 'Whitelist' }>,
  run: PolicyWritingRun,
): Promise<string> {
  const { policyFile, journal, identity, clock } = run;
  const written = write(policyFile, (text) => policyFile.addWhitelist(text, condition, namespace));
  if (!written) return `${namespace} is whitelisted for ${condition} already`;
  const said = `${namespace} is whitelisted for ${condition}: written into ${policyFile.path}`;
  return andWrittenDown(said, () =>
    journal.append({
      type: 'Ignored',
      at: new Date(clock.now()).toISOString(),
      target: wholeNamespace(namespace),
      covers: wordsOf({ condition }),
      until: null,
      reason: 'the namespace is whitelisted',
      ...identity,
    }),
  );
}

function coveredBy(covers: Extract<Effect, { type: 'Ignore' }>['covers']): Exception['covers'] {
  switch (covers.is) {
    case 'cve':
      return { cve: covers.cve };
    case 'license':
      return { license: covers.license };
    case 'condition':
      return { condition: covers.condition };
    default:
      return covers satisfies never;
  }
}

function wholeNamespace(name: string): Target {
  return { uid: '', apiVersion: 'v1', kind: 'Namespace', resource: 'namespaces', namespace: name, name };
}

/** False where the file says so already. */
function write(policyFile: WatchRun['policyFile'], change: (text: string) => string): boolean {
  const before = policyFile.read();
  if (before === null) {
    const hint = `Make one with: kubectl xray policy init ${policyFile.path}`;
    throw new UsageError(`there is no policy file to write into (looked for ${policyFile.path})`, hint);
  }
  const after = change(before);
  if (after === before) return false;
  policyFile.write(before, after);
  return true;
}

/** It is in force already: where the journal cannot keep it, that is said and no more. */
async function andWrittenDown(said: string, writeDown: () => Promise<void>): Promise<string> {
  try {
    await writeDown();
    return said;
  } catch (error) {
    return `${said}; the journal could not be written: ${error instanceof Error ? error.message : String(error)}`;
  }
}
