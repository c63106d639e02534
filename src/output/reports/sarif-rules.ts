// The rules of SARIF: one for each CVE, license, missing scan and missing answer, as bad as the worst of its findings.
import type { Judgement } from '../../core/report.ts';
import { worstOf } from '../../core/severity.ts';
import type { Severity } from '../../core/severity.ts';
import type { Evidence, Unanswered } from '../../core/verdict.ts';
import { ruleOf } from './report.ts';

export type Level = 'error' | 'warning' | 'note';

export interface Rule {
  readonly id: string;
  readonly title: string;
  readonly summary: string;
  readonly severity: Severity | null;
  readonly cvss: number | null;
  readonly tags: readonly string[];
}

export function rulesOf(judgements: readonly Judgement[]): Map<string, Rule> {
  const rules = new Map<string, Rule>();
  for (const { verdict } of judgements) {
    for (const evidence of verdict.conditions.flatMap((condition) => condition.evidence)) {
      const rule = ruleFrom(evidence);
      const known = rules.get(rule.id);
      rules.set(rule.id, known === undefined ? rule : worse(known, rule));
    }
    for (const { reason } of verdict.unanswered) rules.set(unansweredRule(reason).id, unansweredRule(reason));
  }
  return rules;
}

function worse(one: Rule, other: Rule): Rule {
  const worst = worstOf([one, other].flatMap(({ severity }) => (severity === null ? [] : [severity])));
  return one.severity === worst ? one : other;
}

function ruleFrom(evidence: Evidence): Rule {
  const id = ruleOf(evidence);
  switch (evidence.type) {
    case 'security': {
      const names = [...new Set([id, evidence.id, ...evidence.cves])].filter((name) => name !== '');
      const { summary, severity, cvss } = evidence;
      const title = summary.split('\n')[0] || id;
      return { id, title, summary: summary || names.join(', '), severity, cvss, tags: ['security', 'vulnerability'] };
    }
    case 'license': {
      const title = `License ${evidence.license}`;
      const summary = `The policy does not allow the license ${evidence.license}.`;
      return { id, title, summary, severity: evidence.severity, cvss: null, tags: ['license'] };
    }
    case 'unscanned': {
      const summary = `Xray knows nothing of the image (${evidence.reason}): what is in it is not known.`;
      return { id, title: `Unscanned: ${evidence.reason}`, summary, severity: null, cvss: null, tags: ['unscanned'] };
    }
    default:
      return evidence satisfies never;
  }
}

export function unansweredRule(reason: Unanswered['reason']): Rule {
  const summary = `Xray could not be asked about the image, or has not finished (${reason}): this is not clean.`;
  const title = `Not answered: ${reason}`;
  return { id: `not-answered/${reason}`, title, summary, severity: null, cvss: null, tags: ['not-answered'] };
}

export function ruleJson({ id, title, summary, severity, cvss, tags }: Rule) {
  const score = securitySeverity(severity, cvss);
  const scored = tags.includes('security') && score !== null ? { 'security-severity': score } : {};
  return {
    id,
    name: id,
    shortDescription: { text: title.toWellFormed().slice(0, 1000) },
    fullDescription: { text: summary.toWellFormed().slice(0, 1000) },
    help: { text: summary.toWellFormed() },
    ...(/^CVE-\d{4}-\d{4,}$/.test(id) ? { helpUri: `https://www.cve.org/CVERecord?id=${id}` } : {}),
    defaultConfiguration: { level: levelOf(severity) },
    properties: { ...scored, precision: 'very-high', tags },
  };
}

const levels: Readonly<Record<Severity, Level>> = {
  Critical: 'error',
  High: 'error',
  Medium: 'warning',
  Low: 'note',
  Information: 'note',
  Unknown: 'warning',
};

export function levelOf(severity: Severity | null): Level {
  return severity === null ? 'warning' : levels[severity];
}

/** Of each severity the scores that code scanning takes for it, and the one that stands for it where there is none. */
const scores: Readonly<Record<Severity, readonly [least: number, most: number, usual: number] | null>> = {
  Critical: [9, 10, 9.5],
  High: [7, 8.9, 8],
  Medium: [4, 6.9, 5.5],
  Low: [0.1, 3.9, 2],
  Information: null,
  Unknown: null,
};

/** The CVSS score where it says what Xray's severity says: the policy goes by the severity. */
function securitySeverity(severity: Severity | null, cvss: number | null): string | null {
  const range = severity === null ? null : scores[severity];
  if (range === null) return null;
  const [least, most, usual] = range;
  return (cvss !== null && cvss >= least && cvss <= most ? cvss : usual).toFixed(1);
}
