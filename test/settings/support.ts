// A made-up disk for the tests of this folder.
import type { Files } from '../../src/settings/files.ts';

/** Files by path; an error code in place of a text is thrown. */
export function disk(
  files: Readonly<Record<string, string | { readonly code: string }>>,
  modes: Readonly<Record<string, number>> = {},
): Files {
  return {
    readFile: (path) => {
      const found = files[path] ?? { code: 'ENOENT' };
      if (typeof found === 'string') return found;
      throw Object.assign(new Error(`${found.code}: ${path}`), { code: found.code });
    },
    modeOf: (path) => modes[path] ?? 0o100600,
  };
}

/** An unsigned JWT with this expiry, in seconds since the epoch. */
export function jwt(exp: number | undefined): string {
  return `${jwtPart({ alg: 'none' })}.${jwtPart({ sub: 'ana', exp })}.c2ln`;
}

function jwtPart(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}
