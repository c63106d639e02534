/** Of everything we print or send as JSON. */
export const apiVersion = 'kubectl-xray/v1';
