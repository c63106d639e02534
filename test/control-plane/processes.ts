import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { promisify } from 'node:util';

/** Command lines, arguments separated by blanks, of the running processes that have `text` in them. */
export async function processesNaming(text: string): Promise<readonly string[]> {
  const lines = process.platform === 'linux' ? await fromProc() : await fromPs();
  return lines.filter((line) => line.includes(text));
}

async function fromProc(): Promise<readonly string[]> {
  const ids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  // A process may end between the two looks.
  const lines = await Promise.all(ids.map((id) => readFile(`/proc/${id}/cmdline`, 'utf8').catch(() => '')));
  return lines.map((line) => line.replaceAll('\0', ' '));
}

async function fromPs(): Promise<readonly string[]> {
  const { stdout } = await promisify(execFile)('ps', ['-axo', 'args']);
  return stdout.split('\n');
}
