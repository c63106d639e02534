// The commands of the documentation that need a cluster, from an empty home with the real kubectl. In place of all namespaces,
// and of those that a page names, each is about a namespace of this test: others use the same cluster.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { withControlPlane } from '../control-plane/shared.ts';
import { type DocBlock, docBlocks, missingOf } from '../support/doc-blocks.ts';
import { type ActingShop, anActingShop, stopping } from './acting-shop.ts';
import { acts, aDesk, answered, codesOf, type Desk, enoughOf, isSetting, needsCluster } from './doc-commands.ts';
import { docFiles } from './doc-files.ts';
import { runCli } from './run-cli.ts';
import { token } from './stand-in.ts';

const blocks = docBlocks().filter(
  ({ notRun, commands }) => notRun === null && commands.some(({ text }) => needsCluster(text)),
);

withControlPlane('the commands of the documentation', (plane) => {
  const openShop = async (): Promise<ActingShop> => {
    const shop = await anActingShop(plane, 'docs');
    await shop.apply(shop.apps('Deployment', 'cart', shop.running('bad')));
    return shop;
  };

  const deskIn = (shop: ActingShop, { commands }: DocBlock, list: string): Desk => {
    const writesPolicy = commands.some(({ text }) => text.includes('policy init'));
    const files = {
      ...docFiles(shop.server, list),
      '.kube/config': plane.kubeconfig({ namespace: shop.namespace }),
    };
    return aDesk({
      kubectl: plane.kubectlPath,
      env: { JF_URL: shop.server.url, JF_ACCESS_TOKEN: token },
      files: writesPolicy ? files : { ...files, '.config/kubectl-xray/policy.yaml': stopping },
      secrets: [plane.admin.token],
    });
  };

  const runAll = async (shop: ActingShop, block: DocBlock, list: string): Promise<void> => {
    const desk = deskIn(shop, block, list);
    try {
      for (const { text, output } of block.commands.filter((one) => !isSetting(one.text))) {
        const scoped = text.includes('xray demo')
          ? text
          : answered(text).replaceAll(/(?<= )(-A|-n (shop|payments))\b/g, `-n ${shop.namespace}`);
        const ended = await desk.run(scoped, enoughOf(scoped));
        expect(codesOf(text), `${scoped}\n${ended.stdout}\n${ended.stderr}`).toContain(ended.code);
        expect(missingOf(output, `${ended.stderr}${ended.stdout}`), scoped).toBeNull();
      }
    } finally {
      desk.end();
    }
  };

  describe.concurrent('that look', () => {
    let shop: ActingShop;
    let list = '';
    beforeAll(async () => {
      shop = await openShop();
      list = (await runCli(['status', '-o', 'json'], shop.options)).stdout;
    });
    afterAll(() => shop?.end());
    for (const block of blocks.filter((one) => !acts(one))) test(block.at, () => runAll(shop, block, list));
  });

  describe('that act', () => {
    for (const block of blocks.filter(acts)) {
      test(block.at, async () => {
        const shop = await openShop();
        try {
          await runAll(shop, block, '');
        } finally {
          await shop.end();
        }
      });
    }
  });
});
