// What `npm audit` says, as far as it concerns what we hand out.
import type { BundledPackage } from '../package/bundled.ts';

export type Audited =
  /** The registry does not answer it, or not now. */
  | { readonly kind: 'not run'; readonly why: string }
  /** `serious`: high or critical, of a package that is bundled; `others`: everything else, in words. */
  | { readonly kind: 'run'; readonly serious: readonly string[]; readonly others: readonly string[] };

interface Report {
  readonly message?: string;
  readonly statusCode?: number;
  readonly vulnerabilities?: Readonly<
    Record<string, { readonly name: string; readonly severity: string; readonly range: string }>
  >;
}

/** `output`: stdout of `npm audit --json`. */
export function audited(output: string, bundled: readonly Pick<BundledPackage, 'name'>[]): Audited {
  const { vulnerabilities, statusCode, message } = parsed(output);
  if (vulnerabilities === undefined) {
    return {
      kind: 'not run',
      why: statusCode === undefined ? (message ?? 'no answer') : `answered with ${statusCode}`,
    };
  }
  const names = new Set(bundled.map(({ name }) => name));
  const isSerious = ({ name, severity }: { readonly name: string; readonly severity: string }): boolean =>
    names.has(name) && ['high', 'critical'].includes(severity);
  const all = Object.values(vulnerabilities);
  const words = (some: typeof all): readonly string[] =>
    some.map(({ name, severity, range }) => `${name} ${range}: ${severity}`);
  return { kind: 'run', serious: words(all.filter(isSerious)), others: words(all.filter((one) => !isSerious(one))) };
}

function parsed(output: string): Report {
  try {
    return JSON.parse(output) as Report;
  } catch {
    return {};
  }
}
