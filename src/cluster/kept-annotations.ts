// Which annotations of objects and pods mean anything here: ours, who else steers the object, and its revision.

/** What an annotation says is kept only of these. */
export function isKept(annotation: string): boolean {
  return (
    annotation.startsWith('kubectl-xray/') ||
    annotation === 'argocd.argoproj.io/tracking-id' ||
    annotation === 'deployment.kubernetes.io/revision'
  );
}
