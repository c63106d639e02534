// Who is told of acts: the files that config.yaml's `notify` names are read, whose addresses are secrets themselves.
import { UsageError } from '../core/errors.ts';
import { isPlainRemote } from './addresses.ts';
import { openToAll } from './credentials.ts';
import { readNamed } from './files.ts';
import type { NotifySettings } from './config-listen.ts';
import type { Files } from './files.ts';
import type { XrayConfig } from './xray-config.ts';

export interface NotifyTargets {
  /** Of a webhook that takes what Slack's takes. */
  readonly slackUrl: string | null;
  /** Of a webhook that takes an ActionRecordList. */
  readonly webhookUrl: string | null;
  readonly xrayNotice: boolean;
  readonly warnings: readonly string[];
}

/** `slackUrlFile` wins over KubeXray's `slackWebhookUrl`. No message shows an address. */
export function readNotifyTargets(
  { slackUrlFile, webhookUrlFile, xrayNotice }: NotifySettings,
  xrayConfig: Pick<XrayConfig, 'file' | 'slackWebhookUrl'> | null,
  files: Files,
): NotifyTargets | UsageError {
  const slack = slackUrlFile === null ? ofXrayConfig(xrayConfig) : ofFile(slackUrlFile, 'notify.slackUrlFile', files);
  if (slack instanceof UsageError) return slack;
  const webhook = webhookUrlFile === null ? nothing : ofFile(webhookUrlFile, 'notify.webhookUrlFile', files);
  if (webhook instanceof UsageError) return webhook;
  const warnings = [...slack.warnings, ...webhook.warnings];
  return { slackUrl: slack.url, webhookUrl: webhook.url, xrayNotice, warnings };
}

interface Target {
  readonly url: string | null;
  readonly warnings: readonly string[];
}

const nothing: Target = { url: null, warnings: [] };

function ofXrayConfig(xrayConfig: Pick<XrayConfig, 'file' | 'slackWebhookUrl'> | null): Target | UsageError {
  if (xrayConfig === null || xrayConfig.slackWebhookUrl === null) return nothing;
  return checked(xrayConfig.slackWebhookUrl, `slackWebhookUrl in ${xrayConfig.file}`);
}

function ofFile(file: string, namedBy: string, { readFile, modeOf }: Files): Target | UsageError {
  const text = readNamed(file, namedBy, readFile);
  if (text instanceof UsageError) return text;
  const target = checked(text, `what stands in ${file} (named by ${namedBy})`);
  if (target instanceof UsageError) return target;
  return { ...target, warnings: [...target.warnings, ...openToAll(file, { modeOf })] };
}

function checked(text: string, where: string): Target | UsageError {
  const url = URL.parse(text.trim());
  if (url === null || !['http:', 'https:'].includes(url.protocol) || /\s/.test(text.trim())) {
    return new UsageError(`${where} is not an address`, 'It is one line: https://HOST/PATH.');
  }
  const plain = isPlainRemote(url.href);
  const warnings = plain ? [`notifications travel unencrypted: http://${url.host} is not https`] : [];
  return { url: url.href, warnings };
}
