// Which namespace of which context is shown, and the keys 0 to 9.
import { didYouMean } from '../core/nearest.ts';
import { goHome } from './going.ts';
import type { Picture } from './picture.ts';
import { asking, flashed, only } from './updated.ts';
import type { Seen, Updated } from './updated.ts';
import type { View } from './view.ts';

const slots = 9;

/** Null: all. A run that reads only another one is asked to read this one; else the screen is narrowed to it. */
export function showNamespace(view: View, name: string | null, { picture }: Seen): Updated {
  const { namespace: read } = picture.about;
  if (read !== '' && read !== name) {
    return asking(goHome(view), { type: 'Switch', context: null, namespace: name ?? '' });
  }
  return only({ ...view, namespace: read === '' ? name : null });
}

/** As `showNamespace`, and kept for the keys. Of a misspelt one nothing is shown, which must not look like nothing found. */
export function chooseNamespace(view: View, name: string, seen: Seen): Updated {
  const { state, about } = seen.picture;
  const known = knownNamespaces(seen.picture);
  if (about.namespace === '' && state?.clusterRead === true && !known.includes(name)) {
    return flashed(view, `nothing runs in namespace ${name}${didYouMean(name, known)}`, seen, 'fault');
  }
  return showNamespace(remember(view, name), name, seen);
}

export function chooseContext(view: View, name: string, seen: Seen): Updated {
  const { contexts } = seen.picture.about;
  if (contexts.length > 0 && !contexts.includes(name)) {
    return flashed(view, `the kubeconfig has no context ${name}${didYouMean(name, contexts)}`, seen, 'fault');
  }
  return asking(goHome(view), { type: 'Switch', context: name, namespace: null });
}

export function namespaceAt(view: View, slot: number, seen: Seen): Updated {
  if (slot === 0) return showNamespace(view, null, seen);
  // Their order stays as it is, so that the same key means the same one twice.
  const name = view.recent[slot - 1];
  return name === undefined
    ? flashed(view, `no namespace is kept for ${slot} yet: :ns NAME chooses one`, seen)
    : showNamespace(view, name, seen);
}

function remember(view: View, name: string): View {
  return { ...view, recent: [name, ...view.recent.filter((one) => one !== name)].slice(0, slots) };
}

/** Those that are known, in the order of their names. */
export function knownNamespaces({ state, about }: Picture): readonly string[] {
  const known = new Set(state?.namespaces);
  for (const { workload } of state?.judged.values() ?? []) known.add(workload.namespace);
  if (about.namespace !== '') known.add(about.namespace);
  return [...known].toSorted();
}
