// A run to be watched on a made-up cluster, with a policy file in memory.
import type { PolicyFile, WatchRun } from '../../src/commands/watch/run.ts';
import { pausable } from '../../src/engine/pausable-scanner.ts';
import { parseDuration } from '../../src/settings/duration.ts';
import { addException, addWhitelist } from '../../src/settings/policy-edit.ts';
import { readPolicy } from '../../src/settings/policy-file.ts';
import { aMadeUpRun } from './acting-run.ts';
import type { MadeUpRun, Parts } from './acting-run.ts';

export interface WatchParts extends Parts, Partial<Pick<WatchRun, 'readNamed' | 'fleeting' | 'xrayVersion'>> {
  /** Null: there is none. */
  readonly policyText?: string | null;
  /** The file cannot be written. */
  readonly unwritable?: Error;
  readonly appendFails?: Error;
  /** Told when the run has ended. */
  readonly onEnd?: () => void;
}

export interface MadeUpWatch extends Omit<MadeUpRun, 'run'> {
  readonly run: WatchRun;
  readonly policyText: () => string | null;
  /** Whether questions that were refused are asked again. */
  readonly resumed: () => boolean;
}

export const policyPath = '/c/policy.yaml';
export const policyText = '# ours\nscanPolicy:\n  security: { deployments: scaledown } # hard\n';

export function aWatchRun(parts: WatchParts = {}): MadeUpWatch {
  const made = aMadeUpRun(parts);
  const { readNamed = async () => null, fleeting = null, xrayVersion = async () => '3.119.3', onEnd } = parts;
  const file = { text: parts.policyText === undefined ? policyText : parts.policyText };
  let resumed = false;
  const policyFile: PolicyFile = {
    path: policyPath,
    read: () => file.text,
    write: (before, text) => {
      if (parts.unwritable !== undefined) throw parts.unwritable;
      if (before !== file.text) throw new Error('it was changed meanwhile');
      file.text = text;
      const read = readPolicy(text, policyPath);
      if ('policy' in read) made.run.engine.report([{ type: 'PolicyRead', policy: read.policy }]);
    },
    addException,
    addWhitelist,
    parseDuration,
  };
  // Only whether it holds: what it holds back is tested where it is written.
  const questions = pausable({ async *ask() {} });
  const { appendFails } = parts;
  const journal =
    appendFails === undefined ? made.run.journal : { ...made.run.journal, append: () => Promise.reject(appendFails) };
  const run: WatchRun = {
    ...made.run,
    journal,
    readNamed,
    policyFile,
    questions,
    xrayUrl: 'https://acme.example',
    xrayVersion,
    resumeQuestions: () => void (resumed = true),
    fleeting,
    telling: (work) => work().finally(() => onEnd?.()),
  };
  return { ...made, run, policyText: () => file.text, resumed: () => resumed };
}
