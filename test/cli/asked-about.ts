// Which images an Xray was asked about, by the names that a test has for them.
import type { StoredImage } from '../xray-server/data.ts';
import type { XrayServer } from '../xray-server/server.ts';
import { eventually } from '../control-plane/eventually.ts';

export type NamedImages = Readonly<Record<string, StoredImage>>;

/** Names of those whose digests stand in a question for summaries since the log was cleared, in alphabetical order. */
export function askedAbout({ requests }: Pick<XrayServer, 'requests'>, images: NamedImages): string[] {
  const questions = requests.filter(({ path }) => path.endsWith('/summary/artifact')).map(({ body }) => body);
  return Object.entries(images)
    .filter(([, { digest }]) => questions.some((body) => body.includes(digest.slice('sha256:'.length))))
    .map(([name]) => name)
    .toSorted();
}

/** Until each of them was asked about, and nothing is being asked. */
export async function untilAsked(server: XrayServer, images: NamedImages): Promise<void> {
  const names = Object.keys(images).toSorted();
  await eventually(`Xray is asked about ${names.join(', ')}`, () => {
    const open = server.requests.some(({ status }) => status === null);
    return !open && askedAbout(server, images).length === names.length;
  });
}
