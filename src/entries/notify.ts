// Tells others what a run does. Nothing waits for them while it goes on; at its end they get a moment.
import type { ActRecord } from '../core/act.ts';
import type { Engine } from '../engine/engine.ts';
import { createNotifier } from '../notify/notifier.ts';
import type { NotifierParts } from '../notify/notifier.ts';
import { diskFiles } from '../settings/files.ts';
import { readNotifyTargets } from '../settings/notify-targets.ts';
import type { World } from '../world.ts';
import type { Prepared } from './acting.ts';
import { warner } from './kept.ts';
import { orThrow } from './settings.ts';

/** Milliseconds for what is left to be told at the end of a run. */
const lastMoment = 10_000;

/** Goes through with `work` while every act of the engine is told to whom the configuration names. */
export async function tellingOthers<T>(
  engine: Engine,
  prepared: Prepared,
  world: World,
  work: () => Promise<T>,
): Promise<T> {
  const { clock, env, platform } = world;
  const { connection, judging } = prepared;
  const { notify } = judging.config;
  const warn = warner(world);
  const targets = orThrow(readNotifyTargets(notify, judging.xray?.xrayConfig ?? null, diskFiles(platform)));
  for (const warning of targets.warnings) warn(warning);
  const sendXrayNotice = targets.xrayNotice ? noticeTo(prepared) : null;
  if (targets.slackUrl === null && targets.webhookUrl === null && sendXrayNotice === null) return work();
  const context = connection.contextName || connection.server;
  const { server } = connection;
  const notifier = createNotifier(targets, { clock, warn, context, server, env, ca: null, sendXrayNotice });
  const unsubscribe = engine.subscribe(({ facts }) => {
    for (const fact of facts) {
      if (fact.type !== 'ActEnded') continue;
      // A dry run stands in no journal, and is nobody's news.
      const record: ActRecord | undefined = engine.getState().acting.history.records.get(fact.order.id);
      if (record !== undefined) notifier.notify(record);
    }
  });
  try {
    return await work();
  } finally {
    unsubscribe();
    await notifier.flush(lastMoment);
  }
}

/** KubeXray told Xray of what it did; no current server documents that it listens. */
function noticeTo({ scanner }: Prepared): NotifierParts['sendXrayNotice'] {
  if (scanner === null) return null;
  return async (notice, signal) => {
    const path = '/api/v1/kube/metadata';
    const doing = 'tell Xray of an act';
    const answer = await scanner.client.ask({ to: 'xray', method: 'POST', path, json: notice, doing }, signal);
    if (!answer.ok && !(answer.status !== null && answer.status < 300)) throw new Error(answer.failure.message);
  };
}
