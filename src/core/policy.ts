// The user's policy: what each condition calls for, and what is exempt. Types and defaults; `decide` applies them.
import type { Role, Image } from './image.ts';
import type { Severity } from './severity.ts';
import type { UnscannedReason } from './scan.ts';

export const conditionTypes = ['unscanned', 'security', 'license'] as const;
export type ConditionType = (typeof conditionTypes)[number];

export const actions = ['ignore', 'scaledown', 'delete'] as const;
/** Weakest first. */
export type Action = (typeof actions)[number];

/** What one condition calls for. */
export interface Rule {
  /** Namespaces (globs) that are exempt from this condition, and this one only. */
  readonly whitelistNamespaces: readonly string[];
  /** By resource (`deployments`, `widgets.example.com`; lower case), with the key as the file spells it. */
  readonly actions: ReadonlyMap<string, { readonly action: Action; readonly key: string }>;
  /** For built-in kinds that are not named. */
  readonly default: Action;
  /** Milliseconds from first seen until an act is due; 0 is none. */
  readonly gracePeriod: number;
}

export interface UnscannedRule extends Rule {
  /** Which reasons call for the action and match `--fail-on unscanned`. */
  readonly reasons: readonly UnscannedReason[];
}

export interface SecurityRule extends Rule {
  readonly minSeverity: Severity;
  readonly fixableOnly: boolean;
  readonly applicableOnly: boolean;
  readonly basis: 'issues' | 'violations';
}

export interface LicenseRule extends Rule {
  readonly basis: 'violations' | 'lists' | 'both';
  /** Exactly one of the two lists, or neither. Compared without regard to case. */
  readonly denied: readonly string[] | null;
  readonly allowed: readonly string[] | null;
}

/** An exception covers one CVE, license or condition, where all that it names matches. */
export interface Exception {
  readonly covers: { readonly cve: string } | { readonly license: string } | { readonly condition: ConditionType };
  /** Globs; null: everywhere. */
  readonly namespaces: readonly string[] | null;
  /** Globs of `deployment/report`; null: every workload. */
  readonly workloads: readonly string[] | null;
  /** Glob of the reference as written; null: every image. */
  readonly image: string | null;
  /** `YYYY-MM-DD`, that day included, UTC; null: for ever. */
  readonly until: string | null;
  readonly reason: string | null;
  readonly by: string | null;
}

export interface Limits {
  readonly actionsPerMinute: number;
  /** 0.1 is 10 %. */
  readonly shareOfWorkloads: number;
}

export type DecidingRole = Role | 'injected';

export interface Policy {
  /** Where it was read from, as the user named it; null: the defaults, no file. */
  readonly source: string | null;
  /** `scanPolicy.` as values.yaml has it; empty for the binary's config.yaml without that wrapper. */
  readonly rulePrefix: string;
  readonly unscanned: UnscannedRule;
  readonly security: SecurityRule;
  readonly license: LicenseRule;
  readonly exceptions: readonly Exception[];
  readonly protectNamespaces: readonly string[];
  readonly limits: Limits;
  readonly onManaged: 'refuse' | 'act';
  readonly roles: readonly DecidingRole[];
}

const minute = 60_000;

const nothingNamed: Rule = { whitelistNamespaces: [], actions: new Map(), default: 'ignore', gracePeriod: 0 };

/** In force where no file says otherwise: everything is `ignore`. */
export const defaultPolicy: Policy = {
  source: null,
  rulePrefix: 'scanPolicy.',
  unscanned: { ...nothingNamed, gracePeriod: 10 * minute, reasons: ['foreign', 'neverScanned'] },
  security: { ...nothingNamed, minSeverity: 'High', fixableOnly: false, applicableOnly: false, basis: 'issues' },
  license: { ...nothingNamed, basis: 'violations', denied: null, allowed: null },
  exceptions: [],
  protectNamespaces: [],
  limits: { actionsPerMinute: 5, shareOfWorkloads: 0.1 },
  onManaged: 'refuse',
  roles: ['container', 'sidecar', 'init', 'volume'],
};

export interface RestingOnViolations {
  readonly security: boolean;
  readonly license: boolean;
}

/** Which conditions rest on Xray's violations, so that these have to be asked for. */
export function restsOnViolations(policy: Policy): RestingOnViolations {
  return { security: policy.security.basis === 'violations', license: policy.license.basis !== 'lists' };
}

/** Whether it calls for anything at all, whatever holds. */
export function callsForAnything(policy: Policy): boolean {
  const called = conditionTypes.flatMap((type) => [
    policy[type].default,
    ...[...policy[type].actions.values()].map(({ action }) => action),
  ]);
  return called.some((action) => action !== 'ignore');
}

/** The stronger of two actions: `delete` over `scaledown` over `ignore`. */
export function stronger(one: Action, other: Action): Action {
  return actions.indexOf(one) >= actions.indexOf(other) ? one : other;
}

/** Whether an exception is still in force at a time (ms since the epoch): its `until` includes that day, UTC. */
export function exceptionEnds(exception: Exception): number {
  return exception.until === null ? Infinity : Date.parse(`${exception.until}T00:00:00Z`) + 24 * 60 * minute;
}

/** Whether the exception speaks of this workload and image at all, expired or not. */
export function exceptionMatches(
  exception: Exception,
  workload: { readonly namespace: string; readonly label: string },
  image: Image,
): boolean {
  return (
    (exception.namespaces === null || matchesAny(exception.namespaces, workload.namespace)) &&
    (exception.workloads === null || matchesAny(exception.workloads, workload.label)) &&
    (exception.image === null || matchesGlob(exception.image, image.reference))
  );
}

export function matchesAny(globs: readonly string[], text: string): boolean {
  return globs.some((glob) => matchesGlob(glob, text));
}

/** `*` is any run of characters, `?` any one; everything else stands for itself. */
export function matchesGlob(glob: string, text: string): boolean {
  if (!glob.includes('*') && !glob.includes('?')) return glob === text;
  const pattern = glob
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${pattern}$`, 's').test(text);
}
