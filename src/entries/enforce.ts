// `enforce`, put together.
import { enforce, enforceOptions } from '../commands/enforce.ts';
import type { World } from '../world.ts';
import { endingUnread, prepareActing, unlessInterrupted } from './acting.ts';
import type { Prepared } from './acting.ts';
import { neverActsOffline } from './cached.ts';
import { newsOf } from './news.ts';
import { tellingOthers } from './notify.ts';
import { mustBePaces } from './settings.ts';
import type { Arguments } from './settings.ts';

export async function runEnforce(argv: Arguments, outer: World): Promise<number> {
  const options = enforceOptions(argv, outer.stdout.isTTY === true);
  const world = options.once ? outer : endingUnread(outer);
  neverActsOffline(argv, options.dryRun !== 'client');
  mustBePaces(argv);
  return unlessInterrupted(world, 0, async () => {
    const { run, ...prepared } = await prepareActing(argv, world, {
      byPolicy: options.dryRun,
      byHand: options.dryRun,
      xray: 'needed',
      news: (parts) => (options.once ? [] : newsOf(argv, world, parts)),
    });
    const about = aboutOf(run.namespace, prepared);
    return tellingOthers(run.engine, prepared, world, () => enforce(options, { ...run, about }));
  });
}

function aboutOf(namespace: string, { connection, judging, kept }: Prepared) {
  const { source, xray } = judging;
  const scope = namespace === '' ? 'all namespaces' : `namespace ${namespace}`;
  const { lasting } = kept;
  return {
    cluster: `${connection.words}, ${scope}`,
    policy:
      source === null || source.file === null
        ? `none (looked for ${source?.path ?? ''}): every action is ignore`
        : `${source.file} (${source.namedBy})`,
    xray: xray === null ? 'none' : `${xray.settings.url} (${xray.settings.origin.url})`,
    state: lasting.lasts ? kept.folder : lasting.why,
  };
}
