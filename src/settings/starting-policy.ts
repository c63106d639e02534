// The policy file that `policy init` writes: complete, commented, and ignoring everything until it is edited.

export const startingPolicy = `# What kubectl xray does about what JFrog Xray knows of the images that run here.
# As it stands, every action is ignore: conditions are shown and nothing is done.
# "kubectl xray policy check" names every mistake in this file, "policy show" prints what is in force.
scanPolicy:
  # Images that never came through Artifactory, or that Xray never scanned.
  unscanned:
    whitelistNamespaces: [kube-system]   # exempt from this condition only; * and ? are wildcards
    deployments: ignore                  # ignore, scaledown or delete
    statefulSets: ignore
    default: ignore                      # daemonSets, replicaSets, jobs, cronJobs, pods
    # widgets.example.com: scaledown     # a custom kind, as plural.group; never delete
    gracePeriod: 10m                     # from first seen; a fresh push is not scanned at once
    reasons: [foreign, neverScanned]     # also possible: unconfirmed, failed, unsupported, gone
  # Vulnerabilities.
  security:
    minSeverity: high                    # critical, high, medium, low, information, unknown
    fixableOnly: false                   # count only what a newer version fixes
    applicableOnly: false                # count only what JFrog's contextual analysis calls applicable
    basis: issues                        # or violations: what breaks a policy of Xray's own
    deployments: ignore
    statefulSets: ignore
    default: ignore
    gracePeriod: 24h
  # Licenses.
  license:
    basis: violations                    # or lists, both: with denied: [...] or allowed: [...]
    # denied: [GPL-3.0-only, AGPL-3.0-only]
    deployments: ignore
    statefulSets: ignore
    default: ignore

# Each excuses exactly one cve, license or condition, where all that it names matches.
exceptions: []
# - { cve: CVE-2023-1234, namespaces: [shop], until: 2027-01-31, reason: not reachable, by: ana }
# - { license: AGPL-3.0-only, workloads: [deployment/report], reason: internal use }

# Never acted upon.
protect:
  namespaces: [kube-system]

# Beyond this share of workloads in 24 hours everything stops until a person says go on.
limits:
  actionsPerMinute: 5
  shareOfWorkloads: 10%

# Workloads that Argo CD, Flux or KEDA steer: refuse to act, or act.
onManaged: refuse

# Which images of a pod decide; also possible: ephemeral, injected.
roles: [container, sidecar, init, volume]
`;
