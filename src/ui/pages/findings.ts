// What Xray knows of one image: its findings, worst first, then violations and licenses; and each of them whole.
import { contentsOf, nothingFound } from '../../core/scan.ts';
import type { Finding, License, Scan, Violation } from '../../core/scan.ts';
import { severityRank } from '../../core/severity.ts';
import type { State } from '../../core/state.ts';
import { workloadLabel } from '../../core/workload.ts';
import type { Column, Line, Row, Table, Text } from '../table.ts';
import type { Covered } from '../view.ts';
import { lacksViolations, severityCell, severitySort } from './cells.ts';
import type { RunImage } from './images.ts';
import { nothingWords } from './nothing.ts';

const columns: readonly Column[] = [
  { id: 'severity', title: 'SEVERITY', key: 'S', align: 'left', from: 0 },
  { id: 'id', title: 'ID', key: 'I', align: 'left', from: 0, grows: true },
  { id: 'what', title: 'WHAT', key: 'W', align: 'left', from: 90 },
  { id: 'cvss', title: 'CVSS', key: 'V', align: 'right', from: 60 },
  { id: 'component', title: 'COMPONENT', key: 'C', align: 'left', from: 70, keepsEnd: true },
  { id: 'fixed', title: 'FIXED-IN', key: 'F', align: 'left', from: 100 },
  { id: 'applicable', title: 'APPLICABLE', key: 'A', align: 'left', from: 120 },
];

type Known =
  | { readonly is: 'finding'; readonly one: Finding }
  | { readonly is: 'violation'; readonly one: Violation }
  | { readonly is: 'license'; readonly one: License };

/** `found` null: nobody runs that image any more. */
export function findingsPage(found: RunImage | null, state: State, workload: string | null): Table {
  const title = found === null ? 'findings' : `findings of ${lastOf(found.item.reference)}${openWords(found, state)}`;
  const rows = knownOf(found?.scan ?? null).map(([id, known]) => rowOf(id, known, found));
  return { is: 'table', title, columns, rows, empty: emptyWords(found, state, workload) };
}

/** `cart:1.5`: what is read first has to stand where there is little room. */
function lastOf(reference: string): string {
  return reference.slice(
    reference.lastIndexOf('/', reference.indexOf('@') === -1 ? Infinity : reference.indexOf('@')) + 1,
  );
}

export function findingPage(found: RunImage | null, id: string): Text {
  const known = knownOf(found?.scan ?? null).find(([one]) => one === id)?.[1];
  if (found === null || known === undefined) {
    return { is: 'text', title: 'finding', lines: [{ cells: [{ text: 'it is not known any more' }] }] };
  }
  const runs = found.uses.map(({ workload: one }) => `${one.namespace}/${workloadLabel(one)}`);
  return {
    is: 'text',
    title: nameOf(known),
    lines: [
      ...linesOf(known),
      line('Image', found.item.reference),
      line('Digest', found.item.digest ?? '<none>'),
      line('Path', found.item.path ?? '<none>'),
      ...[...new Set(runs)].map((one, at) => line(at === 0 ? 'Runs in' : '', one)),
    ],
  };
}

/** Each with an id that stays while the answer is the same. */
function knownOf(scan: Scan | null): readonly (readonly [string, Known])[] {
  const { findings, violations, licenses } = scan === null ? nothingFound : contentsOf(scan);
  const all: (readonly [string, Known])[] = [
    ...worst(findings).map(
      (one) => [`finding ${one.id} ${one.cves.join()} ${one.component}`, { is: 'finding', one }] as const,
    ),
    ...worst(violations).map(
      (one) => [`violation ${one.type} ${one.id} ${one.watch}`, { is: 'violation', one }] as const,
    ),
    ...licenses.map((one) => [`license ${one.name}`, { is: 'license', one }] as const),
  ];
  return numbered(all);
}

function worst<T extends { readonly severity: Finding['severity'] }>(all: readonly T[]): readonly T[] {
  return all.toSorted((one, other) => severityRank(other.severity) - severityRank(one.severity));
}

/** Xray may tell two with nothing to tell them apart: both are shown, worst first. */
function numbered(all: readonly (readonly [string, Known])[]): readonly (readonly [string, Known])[] {
  const times = new Map<string, number>();
  return all.map(([id, known]) => {
    const time = (times.get(id) ?? 0) + 1;
    times.set(id, time);
    return [time === 1 ? id : `${id} #${time}`, known];
  });
}

/** Nothing found, nothing asked and half an answer are told apart. */
function emptyWords(found: RunImage | null, state: State, workload: string | null): string {
  if (found === null) {
    const gone = workload !== null && !state.judged.has(workload);
    return nothingWords(state, gone ? 'the workload is not there any more' : 'nobody runs this image any more');
  }
  const open = missingOf(found, state);
  if (found.scan?.state !== 'scanned') return [`${found.item.scan}: nothing is known of it`, ...open].join(', ');
  return ['Xray has scanned it and found nothing', ...open].join('; but ');
}

/** Said beside what is known, which may be half of it; empty where nothing is missing. */
function openWords(found: RunImage, state: State): string {
  const open = missingOf(found, state);
  if (found.scan?.state !== 'scanned') return `: ${[found.item.scan, ...open].join(', ')}`;
  return open.length === 0 ? '' : `, but ${open.join('; ')}`;
}

/** What of the answer is missing, and why. */
function missingOf({ item: { reason, cause }, scan }: RunImage, { policy }: State): readonly string[] {
  const why = [reason, cause].filter((one) => one !== null);
  const told = scan?.state === 'scanned' && why.length > 0 ? [why.join(': ')] : why;
  if (scan?.state !== 'scanned' || !lacksViolations(scan, policy)) return told;
  return [`whether it violates anything is not known (${scan.violationsCause?.message ?? 'not asked yet'})`, ...told];
}

function rowOf(id: string, known: Known, found: RunImage | null): Row {
  const severity = known.is === 'license' ? null : known.one.severity;
  const components = known.is === 'finding' ? [known.one.component] : known.one.components;
  const cvss = known.is === 'finding' ? known.one.cvss : null;
  const fixed = known.is === 'finding' ? known.one.fixedIn : [];
  const applicable = known.is === 'finding' ? known.one.applicability : null;
  const what = known.is === 'violation' ? `violates ${known.one.watch}` : known.is;
  const fixedText = known.is === 'finding' && fixed.length === 0 ? 'no fix known' : fixed.join(',');
  const texts = [
    nameOf(known),
    what,
    cvss === null ? '' : String(cvss),
    components.join(','),
    fixedText,
    applicable ?? '',
  ];
  return {
    id,
    namespace: null,
    labels: {},
    cells: [severityCell(severity), ...texts.map((text) => ({ text }))],
    sort: [
      severitySort(severity),
      nameOf(known),
      what,
      -(cvss ?? -1),
      components.join(','),
      fixedText,
      applicable ?? '',
    ],
    fault: known.is !== 'license',
    workloads: (found?.uses ?? []).map(({ workload }) => workload.uid),
    covers: coversOf(known),
  };
}

function coversOf(known: Known): readonly Covered[] {
  if (known.is === 'license') return [{ is: 'license', license: known.one.name }];
  if (known.is === 'violation' && known.one.type === 'license') return [{ is: 'license', license: known.one.id }];
  const { cves, id } = known.one;
  return (cves.length > 0 ? cves : [id]).filter((cve) => cve !== '').map((cve) => ({ is: 'cve', cve }));
}

function nameOf(known: Known): string {
  if (known.is === 'license') return known.one.name;
  const { cves, id } = known.one;
  return (cves.length > 0 ? cves.join(',') : id) || '(no id)';
}

function linesOf(known: Known): Line[] {
  switch (known.is) {
    case 'finding': {
      const { id, cves, severity, cvss, component, fixedIn, applicability, summary } = known.one;
      return [
        line('Finding', id || '<none>'),
        line('CVEs', cves.length === 0 ? '<none>' : cves.join(', ')),
        { cells: [{ text: label('Severity'), tone: 'heading' }, severityCell(severity)] },
        line('CVSS', cvss === null ? '<unknown>' : String(cvss)),
        line('Component', component),
        line('Fixed in', fixedIn.length === 0 ? 'no fix known' : fixedIn.join(', ')),
        line('Applies', applicability ?? 'contextual analysis did not look'),
        line('Summary', summary || '<none>'),
      ];
    }
    case 'violation': {
      const { type, id, cves, severity, components, watch, policy, created, summary } = known.one;
      return [
        line('Violation', `${type} ${id}`),
        line('CVEs', cves.length === 0 ? '<none>' : cves.join(', ')),
        { cells: [{ text: label('Severity'), tone: 'heading' }, severityCell(severity)] },
        line('Watch', watch),
        line('Policy', policy ?? '<unknown>'),
        line('Since', created ?? '<unknown>'),
        line('Components', components.length === 0 ? '<none>' : components.join(', ')),
        line('Summary', summary || '<none>'),
      ];
    }
    case 'license': {
      const { name, components } = known.one;
      return [
        line('License', name),
        ...(components.length === 0 ? ['<none>'] : components).map((one, at) =>
          line(at === 0 ? 'Components' : '', one),
        ),
      ];
    }
    default:
      return known satisfies never;
  }
}

function label(text: string): string {
  return (text === '' ? '' : `${text}:`).padEnd(13);
}

function line(name: string, text: string): Line {
  return { cells: [{ text: label(name), tone: 'heading' }, { text }] };
}
