// A policy written out again: whole, with every default, in a form that reads back as the same policy.
import { stringify } from 'yaml';
import { formatDuration } from './duration.ts';
import type { Exception, Policy, Rule } from '../core/policy.ts';

/** The policy as a plain tree with the keys of a policy file. */
export function policyTree(policy: Policy): Readonly<Record<string, unknown>> {
  const { unscanned, security, license, limits } = policy;
  const rules = {
    unscanned: { ...ruleTree(unscanned), reasons: [...unscanned.reasons] },
    security: {
      ...ruleTree(security),
      minSeverity: security.minSeverity.toLowerCase(),
      fixableOnly: security.fixableOnly,
      applicableOnly: security.applicableOnly,
      basis: security.basis,
    },
    license: {
      ...ruleTree(license),
      basis: license.basis,
      ...(license.denied === null ? {} : { denied: [...license.denied] }),
      ...(license.allowed === null ? {} : { allowed: [...license.allowed] }),
    },
  };
  return {
    ...(policy.rulePrefix === '' ? rules : { scanPolicy: rules }),
    exceptions: policy.exceptions.map(exceptionTree),
    protect: { namespaces: [...policy.protectNamespaces] },
    limits: { actionsPerMinute: limits.actionsPerMinute, shareOfWorkloads: percent(limits.shareOfWorkloads) },
    onManaged: policy.onManaged,
    roles: [...policy.roles],
  };
}

/** The same as YAML, with comments on top. */
export function policyYaml(policy: Policy, comments: readonly string[]): string {
  const head = comments.flatMap((comment) => comment.split('\n')).map((line) => `# ${line}\n`);
  return head.join('') + stringify(policyTree(policy), { lineWidth: 0, aliasDuplicateObjects: false });
}

function ruleTree(rule: Rule): Readonly<Record<string, unknown>> {
  const named = [...rule.actions.values()].map(({ key, action }) => [key, action] as const);
  return {
    whitelistNamespaces: [...rule.whitelistNamespaces],
    ...Object.fromEntries(named),
    default: rule.default,
    gracePeriod: formatDuration(rule.gracePeriod),
  };
}

/** An exception as the file has it. */
export function exceptionTree({ covers, ...rest }: Exception): Readonly<Record<string, unknown>> {
  const given = Object.entries(rest).filter(([, value]) => value !== null);
  return { ...covers, ...Object.fromEntries(given) };
}

/** Written as a percentage where that is exact, so that it reads back as the same number. */
function percent(share: number): string | number {
  const text = `${Number((share * 100).toFixed(6))}`;
  return Number(text) / 100 === share ? `${text}%` : share;
}
