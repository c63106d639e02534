// The agenda: what falls due by time alone, in order. One time for each key; the earliest is when to wake up.

interface Entry {
  readonly at: number;
  readonly key: string;
}

export interface Agenda {
  /** A binary heap, earliest first; entries whose time is no longer that of their key are passed over. */
  readonly heap: Entry[];
  readonly times: Map<string, number>;
}

export function emptyAgenda(): Agenda {
  return { heap: [], times: new Map() };
}

/** Sets when a key falls due (ms since the epoch), in place of what was set before; Infinity: never. */
export function schedule(agenda: Agenda, key: string, at: number): void {
  const { heap, times } = agenda;
  if (at === Infinity) {
    times.delete(key);
    return;
  }
  if (times.get(key) === at) return;
  times.set(key, at);
  heap.push({ at, key });
  rise(heap, heap.length - 1);
  if (heap.length > 64 && heap.length > 2 * times.size) clearOut(agenda);
}

/** What is set again and again leaves entries that hold no more: over weeks they would add up. */
function clearOut({ heap, times }: Agenda): void {
  const held = [...times].map(([key, at]) => ({ at, key })).toSorted((one, other) => one.at - other.at);
  heap.splice(0, heap.length, ...held);
}

/** Takes out what is due by now. */
export function takeDue(agenda: Agenda, now: number): string[] {
  const due: string[] = [];
  for (let first = firstOf(agenda); first !== null && first.at <= now; first = firstOf(agenda)) {
    removeFirst(agenda.heap);
    agenda.times.delete(first.key);
    due.push(first.key);
  }
  return due;
}

/** When something falls due next; Infinity: nothing does. */
export function nextDue(agenda: Agenda): number {
  return firstOf(agenda)?.at ?? Infinity;
}

/** The first entry that still holds. */
function firstOf({ heap, times }: Agenda): Entry | null {
  for (;;) {
    const [first] = heap;
    if (first === undefined) return null;
    if (times.get(first.key) === first.at) return first;
    removeFirst(heap);
  }
}

function removeFirst(heap: Entry[]): void {
  const last = heap.pop();
  if (last === undefined || heap.length === 0) return;
  heap[0] = last;
  sink(heap, 0);
}

function rise(heap: Entry[], from: number): void {
  for (let at = from; at > 0;) {
    const parent = (at - 1) >> 1;
    if (!swappedIfEarlier(heap, at, parent)) return;
    at = parent;
  }
}

function sink(heap: Entry[], from: number): void {
  for (let at = from; ;) {
    const [left, right] = [2 * at + 1, 2 * at + 2];
    const child = (heap[right]?.at ?? Infinity) < (heap[left]?.at ?? Infinity) ? right : left;
    if (!swappedIfEarlier(heap, child, at)) return;
    at = child;
  }
}

function swappedIfEarlier(heap: Entry[], one: number, other: number): boolean {
  const [a, b] = [heap[one], heap[other]];
  if (a === undefined || b === undefined || a.at >= b.at) return false;
  heap[one] = b;
  heap[other] = a;
  return true;
}
