// What is heard while a run goes on, beside the cluster: Xray's news by polling and by webhook, the policy file, the token
// file. Each is a stream of facts until the run ends.
import type { Fact } from '../core/inventory.ts';
import type { News } from '../engine/ports.ts';
import { last } from '../commands/flags.ts';
import { diskFiles } from '../settings/files.ts';
import { listening } from '../settings/listening.ts';
import type { ListeningSettings } from '../settings/listening.ts';
import { watchPolicy } from '../settings/watch-policy.ts';
import { watchToken } from '../settings/watch-token.ts';
import { createNews } from '../xray/news.ts';
import { createWebhookListener } from '../xray/webhook.ts';
import type { World } from '../world.ts';
import type { Prepared } from './acting.ts';
import { warner } from './kept.ts';
import { durationFlag, orThrow } from './settings.ts';
import type { Arguments } from './settings.ts';

/** Throws a UsageError for a listener that must not be opened. */
export function newsOf(argv: Arguments, world: World, { judging, scanner }: Prepared): News[] {
  const { clock, random } = world;
  const warn = warner(world);
  const { source, config, xray } = judging;
  const pollInterval = durationFlag(argv, 'poll-interval') ?? undefined;
  const news: News[] = [];
  if (source !== null) news.push({ follow: (signal) => watchPolicy(source, { clock, signal, warn }) });
  if (scanner !== null && xray !== null) {
    const { first } = scanner.news;
    news.push(createNews(scanner.client, { random, first, ...(pollInterval === undefined ? {} : { pollInterval }) }));
    const { tokenFile, credentials, origin } = xray.settings;
    if (tokenFile !== null && credentials !== null) {
      const inUse = { credentials, origin: origin.credentials };
      news.push(
        streamed((put, signal) =>
          watchToken(tokenFile, inUse, {
            clock,
            signal,
            warn,
            onChange: (renewed) => {
              scanner.client.renew(renewed);
              put([{ type: 'CredentialsChanged', at: clock.now() }]);
            },
          }),
        ),
      );
    }
  }
  const settings = orThrow(
    listening({
      ...diskFiles(world.platform),
      flag: last(argv['webhook-listen']),
      listen: config.listen,
      xrayWebhookToken: xray?.xrayConfig?.xrayWebhookToken ?? null,
    }),
  );
  if (settings !== null) news.push(webhooks(settings, world));
  return news;
}

function webhooks(settings: ListeningSettings, world: World): News {
  const warn = warner(world);
  for (const warning of settings.warnings) warn(warning);
  return streamed(async (put, signal) => {
    const { clock, stderr } = world;
    const listener = createWebhookListener({ ...settings, now: () => clock.now(), report: put, warn });
    const { url } = await listener.listen(signal);
    stderr.write(`webhooks are listened for on ${url}\n`);
  });
}

/** A stream of what is put into it. Where it cannot begin, the stream fails. */
function streamed(begin: (put: (facts: readonly Fact[]) => void, signal: AbortSignal) => void | Promise<void>): News {
  return {
    async *follow(signal) {
      const waiting: (readonly Fact[])[] = [];
      let wake: (() => void) | null = null;
      const put = (facts: readonly Fact[]): void => {
        waiting.push(facts);
        wake?.();
      };
      signal.addEventListener('abort', () => wake?.(), { once: true });
      await begin(put, signal);
      while (!signal.aborted) {
        yield* waiting.splice(0);
        if (waiting.length === 0) await new Promise<void>((resolve) => (wake = resolve));
      }
    },
  };
}
