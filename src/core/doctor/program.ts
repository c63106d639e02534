// How kubectl finds this program: by the longest name on PATH, and the first of those that have it.
import { note, ok, warning } from './diagnosis.ts';
import type { Found } from './diagnosis.ts';

export interface Executables {
  /** Paths of what is called `kubectl-xray`, in the order of PATH. */
  readonly own: readonly string[];
  /** Paths of what is called `kubectl-xray-…`. */
  readonly longer: readonly string[];
}

/** For `kubectl xray status` an executable `kubectl-xray-status` beats this program. */
export function judgeExecutables({ own, longer }: Executables): Found {
  if (longer.length > 0) {
    const taken = longer.map((path) => `${path} answers "${wordsOf(path)}"`).join(', ');
    return warning(`kubectl calls other programs in place of this one: ${taken}`, 'remove them, or rename them');
  }
  const [first, ...others] = own;
  if (first === undefined) {
    return note('there is no kubectl-xray on PATH: kubectl does not find this program, which works when called itself');
  }
  if (others.length === 0) return ok(`kubectl finds ${first}, and nothing stands before it`);
  return note(`kubectl takes ${first}; what comes later on PATH is never called: ${others.join(', ')}`);
}

/** kubectl writes a dash within a word as an underscore. */
function wordsOf(path: string): string {
  const name = path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
  const plain = name.replace(/\.(exe|cmd|bat|ps1)$/i, '');
  return plain.split('-').join(' ').replaceAll('_', '-');
}

/** How a server is reached; both addresses without anything secret. */
export interface Way {
  /** `Xray`, `the API server`. */
  readonly server: string;
  readonly address: string;
  /** Null: directly. `fault` in words where what is configured is no proxy. */
  readonly proxy: string | null;
  readonly fault: string | null;
}

/** `configured`: names of the proxy variables that are set; `contradicting`: those whose two spellings differ. */
export function judgeWays(
  ways: readonly Way[],
  configured: readonly string[],
  contradicting: readonly string[],
): Found {
  const faults = ways.flatMap(({ server, fault }) => (fault === null ? [] : [`${server}: ${fault}`]));
  if (faults.length > 0) return warning(faults.join('; '), 'write it as http://proxy.example:3128');
  if (contradicting.length > 0) {
    const names = contradicting.map((name) => `${name.toUpperCase()} and ${name}`).join(', ');
    return warning(`${names} say different things, and programs differ in which they read`, 'set both alike');
  }
  const through = ways.filter(({ proxy }) => proxy !== null);
  if (through.length > 0) {
    const said = ways.map(({ server, proxy }) => `${server} ${proxy === null ? 'directly' : `through ${proxy}`}`);
    return ok(said.join(', '));
  }
  if (configured.length === 0) return ok('no proxy is configured');
  return ok(`${configured.join(', ')} set; what is asked here is exempt from it`);
}
