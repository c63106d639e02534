// Makes a folder for our files, with those above it.
import { existsSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Makes a folder and those above it that are missing, each for its owner alone (0700). Throws as `node:fs` does. Node's
 * own `recursive` never ends below /proc.
 */
export function makeFolder(path: string): void {
  const above = dirname(path);
  if (existsSync(path) || above === path) return;
  makeFolder(above);
  try {
    mkdirSync(path, { mode: 0o700 });
  } catch (error) {
    // Another run may have made it just now.
    if (!existsSync(path)) throw error;
  }
}
