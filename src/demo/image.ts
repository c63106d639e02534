// Made-up images: a reference, the digest it was resolved to, and what the made-up Xray answers about it.
import type { Digest } from '../core/image.ts';
import type { Answer } from './answers.ts';
import { digestOf } from './made-up.ts';

export interface DemoImage {
  /** As the workloads write it. */
  readonly reference: string;
  /** What it was resolved to: a manifest, or an index where `children` is set. */
  readonly digest: Digest;
  /** What the kubelet reports. */
  readonly imageID: string;
  /** Path in Artifactory without the file, `docker-local/shop/cart/1.4`; null where it does not lie there. */
  readonly folder: string | null;
  /** Null where it is an index. */
  readonly answer: Answer | null;
  /** By platform, `linux/arm64`; null where it is no index. */
  readonly children: Readonly<Record<string, { readonly digest: Digest; readonly answer: Answer }>> | null;
}

const host = 'acme.jfrog.io';

/** An image in our Artifactory: `docker-local/shop/cart:1.4`. */
export function image(path: string, answer: Answer): DemoImage {
  return { ...named(`${host}/${path}`), folder: folderOf(path), answer };
}

/** An image from another registry. */
export function elsewhere(reference: string, answer: Answer): DemoImage {
  return { ...named(reference), answer };
}

/** An index in our Artifactory, with a child for each platform. */
export function index(path: string, answers: Readonly<Record<string, Answer>>): DemoImage {
  const child = ([platform, answer]: [string, Answer]) =>
    [platform, { digest: digestOf(`${path} ${platform}`), answer }] as const;
  const children = Object.fromEntries(Object.entries(answers).map(child));
  return { ...named(`${host}/${path}`), folder: folderOf(path), children };
}

/** An image whose node reports the digest of its configuration, as Docker does. */
export function byConfig(path: string, answer: Answer): DemoImage {
  const { digest, ...rest } = image(path, answer);
  return { ...rest, digest, imageID: `docker://${digest}` };
}

function named(reference: string): DemoImage {
  const digest = digestOf(reference);
  const repository = reference.slice(0, reference.lastIndexOf(':'));
  return { reference, digest, imageID: `${repository}@${digest}`, folder: null, answer: null, children: null };
}

function folderOf(path: string): string {
  return path.replace(/:([^:/]+)$/, '/$1');
}
