// @ts-check
/**
 * Run by `node` in the network of a pod: how a TLS server, e.g. a gateway that passes connections on by their SNI, treats a
 * client, and one who speaks in clear. Takes a TlsQuestion as JSON and writes TlsFindings as JSON.
 */
import { Resolver } from "node:dns/promises";
import { connect as connectPlain, isIP } from "node:net";
import { connect as connectTls } from "node:tls";

/**
 * @typedef {object} TlsQuestion
 * @property {string} host name or address of the server
 * @property {number} port
 * @property {string} servername SNI
 * @property {string} [protocol] offered by ALPN; none unless given
 * @property {string} resolver address that is asked for the name: this program has the machine's own resolv.conf
 * @property {string} [certificate] that the client shows, PEM, with its intermediates; none unless given
 * @property {string} [key] of the certificate, PEM
 */

/**
 * `answered`, `closed`, `silent`, or the code of an error.
 *
 * @typedef {string} Fate
 */

/**
 * @typedef {object} TlsFindings
 * @property {string[]} chain certificates that the server showed, PEM, its own first
 * @property {Fate} encrypted what became of a question after the handshake
 * @property {Fate} plaintext what became of a question in clear
 */

/** How long an answer may take; one who refuses does it at once. */
const patienceMs = 3_000;

/** To whatever answers: Redis says that it knows no such thing, an HTTP server that it is no request. */
const question = "PING\r\n\r\n";

/** @type {TlsQuestion} */
const { host, port, servername, protocol, resolver, certificate, key } = JSON.parse(process.argv[2] ?? "{}");
const address = await addressOf();
const { chain, fate } = await encrypted();
/** @type {TlsFindings} */
const findings = { chain, encrypted: fate, plaintext: await inClear() };
process.stdout.write(JSON.stringify(findings));

async function addressOf() {
  if (isIP(host) > 0) return host;
  const dns = new Resolver({ timeout: patienceMs, tries: 2 });
  dns.setServers([resolver]);
  const [first = host] = await dns.resolve4(host);
  return first;
}

async function encrypted() {
  const socket = connectTls({
    host: address,
    port,
    servername,
    ...(certificate && key ? { cert: certificate, key } : {}),
    ...(protocol ? { ALPNProtocols: [protocol] } : {}),
    // Whoever the server is, is told by its chain.
    rejectUnauthorized: false,
  });
  /** @type {string[]} */
  const chain = [];
  socket.once("secureConnect", () => {
    let shown = socket.getPeerCertificate(true);
    while (shown?.raw && chain.length < 5) {
      chain.push(`-----BEGIN CERTIFICATE-----\n${shown.raw.toString("base64")}\n-----END CERTIFICATE-----\n`);
      if (shown.issuerCertificate === shown) break;
      shown = shown.issuerCertificate;
    }
    socket.write(question);
  });
  return { fate: await fateOf(socket), chain };
}

function inClear() {
  const socket = connectPlain(port, address, () => socket.write(question));
  return fateOf(socket);
}

/**
 * @param {import("node:net").Socket} socket
 * @returns {Promise<Fate>}
 */
function fateOf(socket) {
  return new Promise((resolve) => {
    /** @param {Fate} fate */
    const end = (fate) => {
      resolve(fate);
      socket.destroy();
    };
    socket.setTimeout(patienceMs, () => end("silent"));
    socket.once("data", () => end("answered"));
    socket.once("close", () => end("closed"));
    socket.once("error", (error) => end("code" in error ? `${error.code}` : error.message));
  });
}
