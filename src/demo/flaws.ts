// Vulnerabilities that really were published, with their scores and the versions that mend them; Xray's numbers for
// them are made up. What the images of the shop contain is composed of these.
import type { Applicability, Finding } from '../core/scan.ts';
import type { Severity } from '../core/severity.ts';
import { issueIdOf } from './made-up.ts';

function flaw(
  cve: string,
  [severity, cvss]: readonly [Severity, number | null],
  component: string,
  fixedIn: readonly string[],
  summary: string,
  applicability: Applicability | null = null,
): Finding {
  const cves = cve.startsWith('CVE-') ? [cve] : [];
  return { id: issueIdOf(cve), cves, cvss, severity, component, fixedIn, applicability, summary };
}

/**
 * The npm package that KubeXray was announced with: in November 2018 event-stream 3.3.6 pulled in flatmap-stream 0.1.1,
 * which stole from the bitcoin wallets of the copay application.
 */
export const eventStream: readonly Finding[] = [
  flaw(
    'GHSA-mh6f-8j2x-4483',
    ['Critical', null],
    'npm://event-stream:3.3.6',
    ['4.0.0'],
    'Malicious package: event-stream 3.3.6 pulls in flatmap-stream, which steals bitcoin wallets (GHSA-mh6f-8j2x-4483)',
    'applicable',
  ),
  flaw(
    'GHSA-9x64-5r7x-2q53',
    ['Critical', null],
    'npm://flatmap-stream:0.1.1',
    [],
    'Malicious package: flatmap-stream 0.1.1 carries code aimed at copay wallets; it was removed from npm',
    'applicable',
  ),
];

/** For four hours of October 2021 ua-parser-js was published with a miner and a stealer of passwords. */
export const uaParser = flaw(
  'GHSA-pjwm-rvh2-c87w',
  ['Critical', null],
  'npm://ua-parser-js:0.7.29',
  ['0.7.30'],
  'Malicious package: ua-parser-js 0.7.29 mines coins and steals passwords (GHSA-pjwm-rvh2-c87w)',
  'applicable',
);

export const react2shell = flaw(
  'CVE-2025-55182',
  ['Critical', 10],
  'npm://react-server-dom-webpack:19.2.0',
  ['19.0.1', '19.1.2', '19.2.1'],
  'React Server Components: a crafted request runs code of an attacker on the server (React2Shell)',
  'applicable',
);

export const log4shell = flaw(
  'CVE-2021-44228',
  ['Critical', 10],
  'gav://org.apache.logging.log4j:log4j-core:2.14.1',
  ['2.15.0'],
  'Apache Log4j2: JNDI lookups in logged text run code of an attacker (Log4Shell)',
  'applicable',
);

export const spring4shell = flaw(
  'CVE-2022-22965',
  ['Critical', 9.8],
  'gav://org.springframework:spring-beans:5.3.17',
  ['5.2.20', '5.3.18'],
  'Spring Framework: data binding on JDK 9+ lets a request run code (Spring4Shell)',
);

export const text4shell = flaw(
  'CVE-2022-42889',
  ['Critical', 9.8],
  'gav://org.apache.commons:commons-text:1.9',
  ['1.10.0'],
  'Apache Commons Text: variable interpolation runs code (Text4Shell)',
);

export const jackson = flaw(
  'CVE-2022-42003',
  ['High', 7.5],
  'gav://com.fasterxml.jackson.core:jackson-databind:2.13.4',
  ['2.13.4.2'],
  'jackson-databind: deeply nested arrays exhaust resources',
);

export const springExpression = flaw(
  'CVE-2023-20861',
  ['Medium', 6.5],
  'gav://org.springframework:spring-expression:5.3.25',
  ['5.3.26'],
  'Spring Expression: a crafted SpEL expression causes denial of service',
);

export const lodashPollution = flaw(
  'CVE-2019-10744',
  ['Critical', 9.1],
  'npm://lodash:4.17.11',
  ['4.17.12'],
  'lodash: defaultsDeep pollutes the prototype of Object',
  'not_applicable',
);

export const lodashInjection = flaw(
  'CVE-2021-23337',
  ['High', 7.2],
  'npm://lodash:4.17.11',
  ['4.17.21'],
  'lodash: template runs injected commands',
);

export const toughCookie = flaw(
  'CVE-2023-26136',
  ['Medium', 6.5],
  'npm://tough-cookie:2.5.0',
  ['4.1.3'],
  'tough-cookie: prototype pollution through a crafted cookie',
);

export const werkzeug = flaw(
  'CVE-2024-34069',
  ['High', 7.5],
  'pypi://werkzeug:3.0.2',
  ['3.0.3'],
  'Werkzeug: the debugger runs code where a developer visits a page of an attacker',
);

export const requests = flaw(
  'CVE-2023-32681',
  ['Medium', 6.1],
  'pypi://requests:2.30.0',
  ['2.31.0'],
  'Requests: Proxy-Authorization leaks to the destination after a redirect',
);

export const rapidReset = flaw(
  'CVE-2023-44487',
  ['High', 7.5],
  'go://golang.org/x/net:0.15.0',
  ['0.17.0'],
  'HTTP/2: a stream of resets exhausts the server (Rapid Reset)',
);

export const goNetip = flaw(
  'CVE-2024-24790',
  ['Critical', 9.8],
  'go://github.com/golang/go:1.21.8',
  ['1.21.11', '1.22.4'],
  'Go net/netip: Is methods answer wrongly for IPv4-mapped IPv6 addresses',
);

export const grafanaTraversal = flaw(
  'CVE-2021-43798',
  ['High', 7.5],
  'go://github.com/grafana/grafana:8.3.0',
  ['8.3.1'],
  'Grafana: a path below /public/plugins reads any local file',
);

export const xzBackdoor = flaw(
  'CVE-2024-3094',
  ['Critical', 10],
  'deb://debian:sid:liblzma5:5.6.1-1',
  ['5.6.1+really5.4.5-1'],
  'xz: the release tarballs of 5.6.0 and 5.6.1 carry a backdoor that reaches sshd',
);

export const curlSocks = flaw(
  'CVE-2023-38545',
  ['Critical', 9.8],
  'deb://debian:bookworm:libcurl4:7.88.1-10+deb12u3',
  ['7.88.1-10+deb12u4'],
  'curl: a long host name overflows the heap in the SOCKS5 handshake',
);

export const looneyTunables = flaw(
  'CVE-2023-4911',
  ['High', 7.8],
  'deb://debian:bookworm:libc6:2.36-9+deb12u1',
  ['2.36-9+deb12u3'],
  'glibc: GLIBC_TUNABLES overflows a buffer in the dynamic loader (Looney Tunables)',
);

const opensslScep = flaw(
  'CVE-2023-5678',
  ['Medium', 5.3],
  'deb://debian:bookworm:libssl3:3.0.11-1~deb12u2',
  ['3.0.13-1~deb12u1'],
  'OpenSSL: checking a very long DH key takes very long',
);

const opensslPowerPc = flaw(
  'CVE-2023-6129',
  ['Medium', 6.5],
  'alpine://3.18:libcrypto3:3.1.4-r3',
  ['3.1.4-r4'],
  'OpenSSL: POLY1305 on PowerPC corrupts vector registers',
);

const busyboxAwk = flaw(
  'CVE-2023-42363',
  ['Medium', 5.5],
  'alpine://3.18:busybox:1.36.1-r5',
  ['1.36.1-r7'],
  'BusyBox: use after free in awk',
);

const aptKeys = flaw(
  'CVE-2011-3374',
  ['Low', 3.7],
  'deb://debian:bookworm:apt:2.6.1',
  [],
  'apt-key does not check keys from a keyserver',
);

const utilLinux = flaw(
  'CVE-2022-0563',
  ['Low', 5.5],
  'deb://debian:bookworm:util-linux:2.38.1-5',
  [],
  'util-linux: chfn and chsh read files of root through INPUTRC',
);

/** What comes along with a base image. */
export const debian: readonly Finding[] = [opensslScep, aptKeys, utilLinux];
export const alpine: readonly Finding[] = [opensslPowerPc, busyboxAwk];
