// The files that commands of the documentation name.
import { stringify } from 'yaml';
import type { XrayServer } from '../xray-server/server.ts';
import { objectsIn, referenceTo, running } from './objects.ts';
import { images } from './stand-in.ts';

/** KubeXray's, as its chart ships it. */
const values = `
scanPolicy:
  unscanned: { whitelistNamespaces: "kube-system,kubexray", deployments: ignore, statefulSets: ignore }
  security: { deployments: scaledown, statefulSets: ignore }
  license: { deployments: ignore, statefulSets: ignore }
`;

export function aRenderedApp(server: XrayServer): { readonly values: string; readonly rendered: string } {
  const cart = running({ app: referenceTo(new URL(server.url).host, images.bad) });
  return { values, rendered: stringify(objectsIn('shop').apps('Deployment', 'cart', cart)) };
}
