// What judges: the policy in force and the Xray that is asked, read once for a command, with what is to be said of them.
import type { ClusterConnection } from '../cluster/connect.ts';
import { UsageError } from '../core/errors.ts';
import { callsForAnything, defaultPolicy } from '../core/policy.ts';
import type { Policy } from '../core/policy.ts';
import type { RequestListener } from '../core/requests.ts';
import type { Scanner } from '../engine/ports.ts';
import { silentScanner } from '../engine/silent-scanner.ts';
import type { Config } from '../settings/config-file.ts';
import type { XraySettings } from '../settings/connection.ts';
import type { PolicySource } from '../settings/policy-source.ts';
import type { ScannedStore } from '../state/scanned.ts';
import { connectToXray } from '../xray/connect.ts';
import { createScanner } from '../xray/lookup.ts';
import type { XrayScanner } from '../xray/lookup.ts';
import type { World } from '../world.ts';
import { durationFlag, readConfiguration, readPolicyInForce, readXraySettings } from './settings.ts';
import type { Arguments, ReadXray } from './settings.ts';

export interface Judging {
  readonly config: Config;
  readonly policy: Policy;
  /** Null: no policy was looked for. */
  readonly source: PolicySource | null;
  /** Null: none is configured, and nothing is known of any image. */
  readonly xray: AskedXray | null;
  /** Why no Xray is asked, in words; empty where one is. */
  readonly unasked: string;
  /** Answers "could not ask" where no Xray is configured. */
  readonly silent: Scanner;
  /** Namespaces that serve Xray or Artifactory, as far as their addresses tell. */
  readonly ownNamespaces: readonly string[];
  /** Addresses of which the cluster is to be asked which namespaces serve them. */
  readonly serving: readonly string[];
}

export interface AskedXray extends ReadXray {
  readonly asked: (store: ScannedStore | null) => XrayScanner;
}

/**
 * Whether Xray is asked. `optional`: where none is configured, that is a warning, but a mistake in a flag stays one.
 * `never`: neither it nor a policy is looked for, as an undoing needs none.
 */
export type XrayWanted = 'needed' | 'optional' | 'never';

/** Writes the warnings. */
export function prepareJudging(
  argv: Arguments,
  world: World,
  connection: ClusterConnection | null,
  listener: RequestListener | null,
  wanted: XrayWanted,
): Judging {
  const { config, warnings } = readConfiguration(world);
  const context = connection?.contextName ?? '';
  const {
    policy,
    source,
    warnings: policyWarnings,
  } = wanted === 'never' ? nothingCalledFor : readPolicyInForce(argv, world, config, context);
  const said = [...warnings, ...summarised(policyWarnings, policy.source)];
  const xray = xrayOf(argv, world, config, context, wanted);
  const cause = xray instanceof UsageError ? xray.message : '';
  // Where nobody is asked, it does not matter how.
  if (!(xray instanceof UsageError)) said.push(...(argv['offline'] === true ? [] : xray.warnings));
  else if (wanted !== 'never') said.push(`${cause}: nothing is known of any image`);
  for (const warning of new Set(said)) world.stderr.write(`warning: ${warning}\n`);
  const addresses = xray instanceof UsageError ? [] : addressesOf(xray.settings);
  return {
    config,
    policy,
    source,
    xray: xray instanceof UsageError ? null : { ...xray, asked: askedBy(argv, world, xray, listener) },
    unasked: cause,
    silent: silentScanner(cause, world.clock),
    ownNamespaces: namespacesServing(addresses),
    // What is never acted upon needs no protection.
    serving: callsForAnything(policy) ? addresses.filter((one) => namespacesServing([one]).length === 0) : [],
  };
}

/** Neither a policy nor what may be wrong with one is in the way of an undoing. */
const nothingCalledFor = { policy: defaultPolicy, source: null, warnings: [] };

function xrayOf(
  argv: Arguments,
  world: World,
  config: Config,
  context: string,
  wanted: XrayWanted,
): ReadXray | UsageError {
  if (wanted === 'never') return new UsageError('Xray is not asked by this command');
  try {
    return readXraySettings(argv, world, config, context);
  } catch (error) {
    const isAsked = Object.entries(argv).some(
      ([flag, value]) => /^(xray-|artifactory-url$)/.test(flag) && value !== undefined,
    );
    if (wanted === 'needed' || isAsked || !(error instanceof UsageError)) throw error;
    return error;
  }
}

function addressesOf({ url, artifactoryUrl }: XraySettings): string[] {
  return [url, artifactoryUrl].filter((one) => one !== null);
}

function askedBy(argv: Arguments, { env, clock, random }: World, xray: ReadXray, listener: RequestListener | null) {
  const { settings, ca } = xray;
  const requestTimeout = durationFlag(argv, 'request-timeout');
  const connection = connectToXray({ ...settings, ca, requestTimeout }, env, listener);
  return (store: ScannedStore | null): XrayScanner =>
    createScanner(connection, {
      clock,
      random,
      registries: settings.registries,
      ...(store === null ? {} : { pendingSince: (digest) => store.pendingSince(digest) }),
    });
}

/** A KubeXray values.yaml has a dozen keys that are not a policy's: those are counted, the rest is said. */
function summarised(warnings: readonly string[], source: string | null): string[] {
  const leftAlone = warnings.filter((one) => one.endsWith('; left alone'));
  if (leftAlone.length < 2) return [...warnings];
  const others = warnings.filter((one) => !leftAlone.includes(one));
  return [
    ...others,
    `${source}: ${leftAlone.length} keys are not a policy's and are left alone (policy check names them)`,
  ];
}

/** An address such as `xray.jfrog.svc.cluster.local` tells which namespace serves it. */
export function namespacesServing(addresses: readonly string[]): string[] {
  return addresses.flatMap((address) => {
    const labels = new URL(address).hostname.split('.');
    const at = labels.indexOf('svc');
    return at === 2 ? [labels[1] ?? ''] : [];
  });
}
