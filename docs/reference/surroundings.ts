// What is the same for every command, and stands in no flag: exit codes, environment, files. For docs/commands.md and the
// man page alike.

export interface Word {
  readonly name: string;
  readonly says: string;
}

export const title = {
  name: 'kubectl-xray',
  says: 'what JFrog Xray knows about what runs in Kubernetes, and what your policy says about it',
};

export const exitCodes: readonly Word[] = [
  { name: '0', says: 'done; with --fail-on: nothing matched, and everything was answered' },
  { name: '1', says: 'it failed: the cluster, a file, an act, a check, or a named object that is not there' },
  { name: '2', says: 'wrong usage, or no Xray configured' },
  { name: '10', says: '--fail-on matched' },
  { name: '11', says: '--fail-on matched nothing, but the answer is incomplete' },
  { name: '130', says: 'Ctrl-C; watch and enforce end with 0 on it' },
];

export const environment: readonly Word[] = [
  { name: 'JF_URL', says: 'address of the JFrog platform; --xray-url comes before it, config.yaml after it' },
  { name: 'JF_ACCESS_TOKEN', says: 'access token for Xray and Artifactory' },
  { name: 'JF_USER', says: 'user, where there is a password in place of a token' },
  { name: 'JF_PASSWORD', says: 'password of JF_USER or --xray-user' },
  { name: 'JFROG_CLI_HOME_DIR', says: 'where the JFrog CLI keeps its configured servers; they are only read' },
  { name: 'JFROG_CLI_SERVER_ID', says: 'which of its servers is used, where not its default' },
  { name: 'KUBECTL_XRAY_POLICY', says: 'policy file; --policy comes before it' },
  {
    name: 'KUBECTL_XRAY_HOME',
    says: 'folder that holds config, cache and state, in place of the places of the platform',
  },
  { name: 'KUBECONFIG', says: 'kubeconfig files, as kubectl has them' },
  {
    name: 'KUBERNETES_SERVICE_HOST',
    says: 'set within a pod: its service account is used where there is no kubeconfig',
  },
  { name: 'KUBERNETES_SERVICE_PORT', says: 'the same' },
  { name: 'HTTPS_PROXY', says: 'proxy for https; in lower case too' },
  { name: 'HTTP_PROXY', says: 'proxy for plain http; in lower case too' },
  { name: 'ALL_PROXY', says: 'proxy where neither of these is set; in lower case too' },
  { name: 'NO_PROXY', says: 'hosts that are asked without a proxy; in lower case too' },
  { name: 'NO_COLOR', says: 'set to anything: no colour' },
  { name: 'FORCE_COLOR', says: 'colour also where the output is no terminal' },
  { name: 'TERM', says: 'dumb: no colour and no screen' },
  {
    name: 'PATH',
    says: 'where doctor and completion look for executables, and a kubeconfig for its credential plugin',
  },
  { name: 'PATHEXT', says: 'on Windows, the endings of executables' },
  { name: 'XDG_CONFIG_HOME', says: 'Linux: where the configuration folder lies' },
  { name: 'XDG_CACHE_HOME', says: 'Linux: where the cache folder lies' },
  { name: 'XDG_STATE_HOME', says: 'Linux: where the state folder lies' },
  { name: 'APPDATA', says: 'Windows: where the configuration folder lies' },
  { name: 'LOCALAPPDATA', says: 'Windows: where cache and state lie' },
];

export const files: readonly Word[] = [
  {
    name: '~/.config/kubectl-xray/config.yaml',
    says: 'servers and policies by context, registries, notifications, the listener',
  },
  { name: '~/.config/kubectl-xray/policy.yaml', says: 'the policy, unless another one is named' },
  { name: '~/.cache/kubectl-xray', says: 'answers of Xray, by server and digest' },
  { name: '~/.local/state/kubectl-xray', says: 'journal, since when findings are known, pauses, what was seen' },
];

export const otherPlatforms =
  'These are the places on Linux. On macOS they are ~/Library/Application Support/kubectl-xray and ~/Library/Caches/kubectl-xray, on Windows %APPDATA%\\kubectl-xray and %LOCALAPPDATA%\\kubectl-xray, and with KUBECTL_XRAY_HOME the folders config, cache and state in it.';
