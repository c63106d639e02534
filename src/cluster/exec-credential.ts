// Runs a credential plugin (`users[].user.exec`). Our own, because the library's neither tells the plugin what it is
// asked for (KUBERNETES_EXEC_INFO) nor lets it ask the user.
import { spawn } from 'node:child_process';
import { ClusterError, codeOf, wordsOf } from './errors.ts';
import { isPath, type Machine, programOnPath, type Start, startOf } from './program.ts';
import { list, text, time, tree, type Tree } from './tree.ts';

export interface ExecCredential {
  readonly token: string | null;
  /** PEM. */
  readonly cert: string | null;
  readonly key: string | null;
  /** Milliseconds since the epoch; null: it lasts as long as the process. */
  readonly expiresAt: number | null;
}

export interface ExecSurroundings extends Machine {
  /** Whether the plugin may ask the user. */
  readonly stdinIsTerminal: boolean;
  /** As `spec.cluster` of the plugin's input; only where it is asked for. */
  readonly cluster: Tree;
}

/** Throws a ClusterError that names the plugin, never what it answered. */
export async function execCredential(exec: Tree, surroundings: ExecSurroundings): Promise<ExecCredential> {
  const command = text(exec['command']);
  const apiVersion = text(exec['apiVersion']);
  if (command === '') throw failure(command, 'no command is given');
  const interactive = isInteractive(exec, surroundings.stdinIsTerminal);
  const spec = { interactive, ...(exec['provideClusterInfo'] === true ? { cluster: surroundings.cluster } : {}) };
  const input = JSON.stringify({ kind: 'ExecCredential', apiVersion, spec });
  const env = { ...surroundings.env, ...variables(exec), KUBERNETES_EXEC_INFO: input };
  const program = programOf(command, surroundings, text(exec['installHint']));
  const start = startOf(program, list(exec['args']).map(String), surroundings);
  const output = await run(command, start, env, interactive);
  return parsed(command, apiVersion, output);
}

function isInteractive(exec: Tree, stdinIsTerminal: boolean): boolean {
  const mode = text(exec['interactiveMode']) || 'IfAvailable';
  if (mode === 'Never') return false;
  if (mode === 'Always' && !stdinIsTerminal) {
    throw failure(text(exec['command']), 'it must ask the user, but standard input is not a terminal');
  }
  return stdinIsTerminal;
}

function variables(exec: Tree): Record<string, string> {
  const pairs = list(exec['env']).map((pair) => [text(tree(pair)['name']), text(tree(pair)['value'])] as const);
  return Object.fromEntries(pairs);
}

/** A path is absolute by now: the kubeconfig's folder stands before it. */
function programOf(command: string, machine: Machine, installHint: string): string {
  if (isPath(command, machine.platform)) return command;
  const program = programOnPath(command, machine);
  if (program !== null) return program;
  const hint = installHint === '' ? '' : `\n${installHint}`;
  throw new ClusterError(
    'configuration',
    `getting credentials: exec: executable ${command} not found on PATH (only its absolute entries count)${hint}`,
  );
}

async function run(
  command: string,
  { file, args, windowsVerbatimArguments }: Start,
  env: NodeJS.ProcessEnv,
  interactive: boolean,
): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  // What the plugin asks the user appears on its stderr at once; what it only complains about goes into our message.
  const child = spawn(file, args, {
    env,
    windowsVerbatimArguments,
    stdio: [interactive ? 'inherit' : 'ignore', 'pipe', interactive ? 'inherit' : 'pipe'],
  });
  const output: Buffer[] = [];
  const complaints: Buffer[] = [];
  child.stdout?.on('data', (chunk: Buffer) => output.push(chunk));
  child.stderr?.on('data', (chunk: Buffer) => complaints.push(chunk));
  child.on('error', (error) => {
    reject(failure(command, `it cannot be started: ${startWords(error)}`, error));
  });
  child.on('close', (code, signal) => {
    if (code === 0) return resolve(Buffer.concat(output).toString('utf8'));
    const said = Buffer.concat(complaints).toString('utf8').trim().split('\n').slice(-5).join('\n');
    reject(failure(command, `it ended with ${signal ?? `exit code ${code}`}${said === '' ? '' : `: ${said}`}`));
  });
  return promise;
}

function startWords(error: Error): string {
  const code = codeOf(error);
  // Of a script: or what its first line names.
  if (code === 'ENOENT') return 'no such file or directory';
  if (code === 'EACCES') return 'permission denied';
  return wordsOf(error);
}

function parsed(command: string, apiVersion: string, output: string): ExecCredential {
  const answer = tree(asJson(command, output));
  const status = tree(answer['status']);
  const given = text(answer['apiVersion']);
  if (apiVersion !== '' && given !== apiVersion)
    throw failure(command, `it answered in API version "${given}", not ${apiVersion}`);
  const [token, cert, key] = ['token', 'clientCertificateData', 'clientKeyData'].map(
    (name) => text(status[name]) || null,
  );
  if ((cert == null) !== (key == null)) throw failure(command, 'it returned only a certificate or only a key');
  if (token == null && cert == null) throw failure(command, 'it returned neither a token nor a certificate');
  const expiresAt = time(status['expirationTimestamp']);
  return { token: token ?? null, cert: cert ?? null, key: key ?? null, expiresAt: expiresAt === 0 ? null : expiresAt };
}

function asJson(command: string, output: string): unknown {
  try {
    return JSON.parse(output);
  } catch {
    throw failure(command, 'its answer is not JSON');
  }
}

function failure(command: string, why: string, cause?: unknown): ClusterError {
  return new ClusterError('configuration', `getting credentials: exec: plugin "${command}": ${why}`, { cause });
}
