// The files that commands of the documentation name.
import { stringify } from 'yaml';
import type { XrayServer } from '../xray-server/server.ts';
import { objectsIn, referenceTo, running } from './objects.ts';
import { images, token } from './stand-in.ts';

/** KubeXray's, as its chart ships it. */
const values = `
scanPolicy:
  unscanned: { whitelistNamespaces: "kube-system,kubexray", deployments: ignore, statefulSets: ignore }
  security: { deployments: scaledown, statefulSets: ignore }
  license: { deployments: ignore, statefulSets: ignore }
`;

/** By their names. `list` is an earlier `status -o json`. */
export function docFiles(server: XrayServer, list = ''): Readonly<Record<string, string>> {
  const cart = running({ app: referenceTo(new URL(server.url).host, images.bad) });
  return {
    'values.yaml': values,
    'rendered.yaml': stringify(objectsIn('shop').apps('Deployment', 'cart', cart)),
    // KubeXray's, too; the stand-in takes its token for a password.
    'xray_config.yaml': stringify({ url: server.url, user: 'kubexray', password: token }),
    'base.json': list,
    'yesterday.json': list,
  };
}
