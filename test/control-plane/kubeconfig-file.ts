import { readFileSync, realpathSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { mark, writeWhole } from './kubeconfig.ts';

export interface KubeconfigFile {
  readonly write: (text: string) => void;
  /** Unless somebody else has written it since. */
  readonly remove: () => void;
}

/**
 * The file that `--kubeconfig` names. Throws where it is the user's own, or holds what we have not written; an empty file,
 * as mktemp makes it, is nobody's. One that we wrote earlier is removed, so that a file that is there means: ready.
 */
export function claimKubeconfigFile(file: string, env: NodeJS.ProcessEnv): KubeconfigFile {
  const path = real(resolve(file));
  if (path === real(join(env['HOME'] ?? homedir(), '.kube', 'config'))) {
    throw new Error(`${file} is your own kubeconfig: name another file`);
  }
  const text = textOf(path);
  if (text !== undefined && text !== '' && !text.startsWith(mark)) {
    throw new Error(`${file} exists, and the control plane did not write it: name another file, or remove it`);
  }
  if (text !== undefined && text !== '') rmSync(path);
  let written = '';
  return {
    write: (whole) => {
      writeWhole(path, whole);
      written = whole;
    },
    remove: () => {
      if (written !== '' && textOf(path) === written) rmSync(path, { force: true });
    },
  };
}

/** Symbolic links followed as far as the path exists. */
function real(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    const parent = dirname(path);
    return parent === path ? path : join(real(parent), basename(path));
  }
}

function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}
