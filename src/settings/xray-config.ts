// KubeXray's xray_config.yaml: address and credentials in one file. Its values are secrets, so no message shows one.
import { UsageError } from '../core/errors.ts';
import { addressFault, tidyAddress } from './addresses.ts';
import { openToAll } from './credentials.ts';
import { inOrder, noMistakes } from './fields.ts';
import { readNamed } from './files.ts';
import { mistakeLine } from './policy-file.ts';
import { readYaml } from './yaml-tree.ts';
import type { Files } from './files.ts';
import type { Mistake, Notes, Tree } from './yaml-tree.ts';

export interface XrayConfig {
  readonly file: string;
  readonly url: string;
  readonly user: string;
  readonly password: string;
  readonly slackWebhookUrl: string | null;
  readonly xrayWebhookToken: string | null;
}

const required = ['url', 'user', 'password'];
const known = [...required, 'slackWebhookUrl', 'xrayWebhookToken'];

export type XrayConfigReading =
  | { readonly xrayConfig: XrayConfig; readonly warnings: readonly Mistake[] }
  | { readonly mistakes: readonly Mistake[]; readonly warnings: readonly Mistake[] };

/** Reads the file that `--xray-config` names. */
export function loadXrayConfig(
  file: string,
  files: Files,
): { readonly xrayConfig: XrayConfig; readonly warnings: readonly string[] } | UsageError {
  const text = readNamed(file, '--xray-config', files.readFile);
  if (text instanceof UsageError) return text;
  const reading = readXrayConfig(text, file);
  if ('xrayConfig' in reading) {
    const warnings = [...reading.warnings.map((one) => mistakeLine(file, one)), ...openToAll(file, files)];
    return { xrayConfig: reading.xrayConfig, warnings };
  }
  const lines = reading.mistakes.map((one) => mistakeLine(file, one)).join('\n');
  return new UsageError(lines, "The file is KubeXray's: url, user, password, each a text.");
}

/** Reads url, user and password (all needed), slackWebhookUrl and xrayWebhookToken; other keys warn. */
export function readXrayConfig(text: string, file: string): XrayConfigReading {
  const notes = noMistakes();
  const root = readYaml(text, notes);
  const values = notes.mistakes.length > 0 ? new Map<string, string>() : valuesOf(root, notes);
  const warnings = inOrder(notes.warnings).map(withoutValue);
  if (notes.mistakes.length > 0) return { mistakes: inOrder(notes.mistakes).map(withoutValue), warnings };
  const value = (key: string): string => values.get(key) ?? '';
  const xrayConfig = {
    file,
    url: tidyAddress(value('url')),
    user: value('user'),
    password: value('password'),
    slackWebhookUrl: values.get('slackWebhookUrl') ?? null,
    xrayWebhookToken: values.get('xrayWebhookToken') ?? null,
  };
  return { xrayConfig, warnings };
}

function valuesOf(root: Tree | null, notes: Notes): ReadonlyMap<string, string> {
  const values = new Map<string, string>();
  const entries = root?.is === 'map' ? root.entries : [];
  for (const { key, at, value } of entries) {
    if (!known.includes(key))
      notes.warnings.push({ ...at, path: key, message: `${key}: not a key of this file; left alone` });
    else if (value.is !== 'scalar')
      notes.mistakes.push({ ...value.at, path: key, message: `${key}: a text is expected` });
    else if (value.text !== '') values.set(key, value.text);
  }
  const missing = required.filter((key) => !values.has(key) && !notes.mistakes.some((one) => one.path === key));
  if (missing.length > 0) {
    notes.mistakes.push({ line: 1, column: 1, path: missing.join(), message: `${missing.join(', ')}: missing` });
  }
  const url = entries.find((entry) => entry.key === 'url');
  const fault = values.has('url') ? addressFault(values.get('url') ?? '') : null;
  if (url !== undefined && fault !== null) {
    notes.mistakes.push({ ...url.value.at, path: 'url', message: `url: ${fault}` });
  }
  return values;
}

/** What the YAML library says may quote the file; a password that begins with `*` or `!` reads as an alias or a tag. */
function withoutValue(one: Mistake): Mistake {
  if (one.path !== undefined) return one;
  return { ...one, message: 'not valid YAML here; put the value into quotes' };
}
