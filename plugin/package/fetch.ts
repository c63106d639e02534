// Fetches Node's runtimes for all platforms, so that nothing after it needs the network: npm run runtimes.
import { runtimeOf } from './runtimes.ts';
import { platformOf, targets } from './targets.ts';

for (const target of targets) {
  await runtimeOf(target);
  console.error(`${target.runtime.package} for ${platformOf(target)} is there`);
}
