// How the made-up Xray looks an image up: by its digest, else by its reference, and of an index the child of the node's platform.
import type { Question } from '../core/plan.ts';
import { contentsOf, unknownScan } from '../core/scan.ts';
import type { Scan } from '../core/scan.ts';
import type { Asked } from './answers.ts';
import type { DemoImage } from './image.ts';
import { images } from './images.ts';

/** By digest and by reference. */
export function knownImages(): Map<string, DemoImage> {
  const known = new Map<string, DemoImage>();
  for (const one of Object.values(images)) known.set(one.digest, one).set(one.reference, one);
  return known;
}

export function scanOf(
  { image, violations }: Question,
  known: ReadonlyMap<string, DemoImage>,
  times: Pick<Asked, 'since' | 'now'>,
): Scan {
  const found = known.get(image.digest ?? image.reference);
  if (found === undefined)
    return unknownScan('badAnswer', 'no such image in the made-up shop', times.now, image.digest);
  const { folder, digest } = found;
  const asked = { ...times, violations, licensesWatched: folder?.startsWith('docker-staging/') === false, digest };
  if (found.children === null) {
    const paths = folder === null ? [] : [`${folder}/manifest.json`];
    return answer(found.answer, { ...asked, platform: null, judged: [digest], paths });
  }
  const paths = folder === null ? [] : [`${folder}/list.manifest.json`];
  const ofChild = (platform: string): Scan => {
    const child = found.children?.[platform];
    return answer(child?.answer ?? null, { ...asked, platform, judged: child ? [child.digest] : [], paths });
  };
  return image.platform === null ? together(Object.keys(found.children).map(ofChild)) : ofChild(image.platform);
}

/** Nobody knows yet on which platform it will run: every child of the index counts, and the worst answer is the answer. */
function together(scans: readonly Scan[]): Scan {
  const [worst] = scans.filter(({ state }) => state !== 'scanned').concat(scans);
  const judged = scans.flatMap((scan) => scan.judged);
  if (worst === undefined || worst.state === 'unscanned') return worst ?? unknownScan('badAnswer', 'an empty index', 0);
  const contents = scans.map(contentsOf);
  return {
    ...worst,
    platform: 'assumed',
    judged,
    findings: contents.flatMap(({ findings }) => findings),
    licenses: contents.flatMap(({ licenses }) => licenses),
    violations: contents.flatMap(({ violations }) => violations),
  };
}

function answer(given: DemoImage['answer'], asked: Asked): Scan {
  return given === null
    ? unknownScan('badAnswer', 'no such platform in the index', asked.now, asked.digest)
    : given(asked);
}
