// The acts that were agreed to on the screen: asked for, as any act by hand, and told row by row until each has come to
// what it comes to.
import type { HandPlan } from '../../core/hand-plan.ts';
import type { Engine } from '../../engine/engine.ts';
import type { Progress } from '../../ui/picture.ts';

/** Gives back what ends the telling; the acts go on. */
export function beginActs(
  plans: readonly HandPlan[],
  engine: Pick<Engine, 'report' | 'subscribe'>,
  onProgress: (rows: readonly Progress[]) => void,
): () => void {
  const orders = plans.map(({ order }) => order);
  const rows = new Map<string, Progress>(orders.map((order) => [order.id, { order, state: 'asked', message: null }]));
  const unsubscribe = engine.subscribe(({ facts }) => {
    let changed = false;
    for (const fact of facts) {
      if (fact.type !== 'ActStarted' && fact.type !== 'ActEnded') continue;
      const { order } = fact;
      if (!rows.has(order.id)) continue;
      changed = true;
      rows.set(
        order.id,
        fact.type === 'ActStarted'
          ? { order, state: 'underWay', message: null }
          : { order, state: fact.end, message: fact.message },
      );
    }
    if (!changed) return;
    onProgress([...rows.values()]);
    if ([...rows.values()].every(({ state }) => isOver(state))) unsubscribe();
  });
  onProgress([...rows.values()]);
  engine.report(orders.map((order) => ({ type: 'ActionAsked', order })));
  return unsubscribe;
}

/** What is stuck may become effective all the same. */
function isOver(state: Progress['state']): boolean {
  return !['asked', 'underWay', 'accepted', 'stuck'].includes(state);
}
