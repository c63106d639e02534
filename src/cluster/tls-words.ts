// Why a TLS connection failed, in the words that kubectl has for it and with what to check: Node's own advise a flag of
// Node, and OpenSSL's name files of its sources.

interface CertificateError {
  readonly host?: string;
  readonly cert?: { readonly subjectaltname?: string };
}

const ofCluster = 'check certificate-authority of the cluster in the kubeconfig, or --certificate-authority';
const ofName = 'check tls-server-name of the cluster in the kubeconfig, or --tls-server-name';
const ofUser = 'check client-certificate and client-key of the user in the kubeconfig';
const ofTime = "check the server's certificate, and the clock of this machine";

/** Null where the failure has nothing to do with TLS. `code` is Node's. */
export function tlsWords(error: Error, code: string): string | null {
  if (/WRONG_VERSION_NUMBER|PACKET_LENGTH/.test(code) || /wrong version number|packet length/.test(error.message)) {
    return 'http: server gave HTTP response to HTTPS client; check server of the cluster in the kubeconfig, or --server';
  }
  const alert = /_ALERT_(\w+)$/.exec(code)?.[1]?.toLowerCase().replaceAll('_', ' ');
  if (alert !== undefined) {
    return `remote error: tls: ${alert}${/cert|unknown ca|denied/.test(alert) ? `; ${ofUser}` : ''}`;
  }
  if (!/CERT|SIGNED|SIGNATURE|ISSUER|ALTNAME|CRL/.test(code)) return null;
  const [why, cure] = verification(error, code);
  return `tls: failed to verify certificate: x509: ${why}; ${cure}`;
}

function verification(error: Error & CertificateError, code: string): [why: string, cure: string] {
  switch (code) {
    case 'CERT_HAS_EXPIRED':
    case 'CERT_NOT_YET_VALID':
      return ['certificate has expired or is not yet valid', ofTime];
    case 'ERR_TLS_CERT_ALTNAME_INVALID': {
      const names = (error.cert?.subjectaltname ?? '').replaceAll(/\b(DNS|IP Address):/g, '') || 'no name at all';
      return [`certificate is valid for ${names}, not ${error.host ?? 'this server'}`, ofName];
    }
    case 'CERT_SIGNATURE_FAILURE':
    case 'DEPTH_ZERO_SELF_SIGNED_CERT':
    case 'SELF_SIGNED_CERT_IN_CHAIN':
    case 'UNABLE_TO_GET_ISSUER_CERT':
    case 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY':
    case 'UNABLE_TO_VERIFY_LEAF_SIGNATURE':
      return ['certificate signed by unknown authority', ofCluster];
    default:
      return [code.toLowerCase().replaceAll('_', ' '), ofCluster];
  }
}
