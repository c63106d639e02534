// Where configuration, cache and state lie on each platform. Only paths: nothing is made or read here.
import { pathsOf, variable } from './files.ts';
import type { Environment } from './files.ts';

export interface Folders {
  readonly config: string;
  readonly cache: string;
  readonly state: string;
}

const name = 'kubectl-xray';

/**
 * The three folders: below KUBECTL_XRAY_HOME where that is set, else the XDG base directories, the Library folders of
 * macOS, or APPDATA and LOCALAPPDATA.
 */
export function folders(env: Environment, platform: NodeJS.Platform, home: string): Folders {
  const { join } = pathsOf(platform);
  const own = variable(env, 'KUBECTL_XRAY_HOME');
  if (own !== undefined) return { config: join(own, 'config'), cache: join(own, 'cache'), state: join(own, 'state') };
  if (platform === 'win32') return windows(env, home);
  if (platform === 'darwin') {
    const support = join(home, 'Library', 'Application Support', name);
    return { config: support, cache: join(home, 'Library', 'Caches', name), state: join(support, 'state') };
  }
  return {
    config: join(xdg(env, 'XDG_CONFIG_HOME') ?? join(home, '.config'), name),
    cache: join(xdg(env, 'XDG_CACHE_HOME') ?? join(home, '.cache'), name),
    state: join(xdg(env, 'XDG_STATE_HOME') ?? join(home, '.local', 'state'), name),
  };
}

function windows(env: Environment, home: string): Folders {
  const { join } = pathsOf('win32');
  const roaming = variable(env, 'APPDATA') ?? join(home, 'AppData', 'Roaming');
  const local = join(variable(env, 'LOCALAPPDATA') ?? join(home, 'AppData', 'Local'), name);
  return { config: join(roaming, name), cache: join(local, 'cache'), state: join(local, 'state') };
}

/** The specification has relative paths ignored. */
function xdg(env: Environment, variableName: string): string | undefined {
  const path = variable(env, variableName);
  return path?.startsWith('/') === true ? path : undefined;
}

/**
 * The home folder that `found` tells. Where there is none, or HOME is empty: a path that cannot be made, so that nothing is
 * read from, or written to, wherever the user happens to stand.
 */
export function homeFolder(platform: NodeJS.Platform, found: () => string): string {
  try {
    return found() || nowhere(platform);
  } catch {
    // A user that the machine does not know, without HOME.
    return nowhere(platform);
  }
}

function nowhere(platform: NodeJS.Platform): string {
  return platform === 'win32' ? 'NUL:\\none' : '/dev/null';
}
