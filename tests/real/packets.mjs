// Sends and answers packets where it is started: `nsenter --net=... node packets.mjs WHAT ...`. One line of output each.
import { createSocket } from "node:dgram";
import dns from "node:dns/promises";
import { connect, createServer } from "node:net";

const [what, ...args] = process.argv.slice(2);

const actions = {
  /** serve NAME PORT...: tells every caller who answers and whom it sees; by UDP, how much came. */
  serve(name, ...ports) {
    let open = 0;
    const ready = () => {
      if (++open === 2 * ports.length) console.log("ready");
    };
    for (const port of ports) {
      const answer = (socket) => {
        socket.on("error", () => {});
        socket.write(`${name} sees ${socket.remoteAddress}\n`);
        socket.on("data", () => socket.write("still here\n"));
      };
      createServer(answer).listen(Number(port), "0.0.0.0", ready);
      const udp = createSocket("udp4", (message, from) => udp.send(`${message.length}`, from.port, from.address));
      udp.bind(Number(port), "0.0.0.0", ready);
    }
  },

  /** tcp HOST PORT MS: what the other side says first, or why it says nothing. */
  tcp(host, port, ms) {
    const socket = connect({ host, port: Number(port), timeout: Number(ms) });
    socket.on("data", (data) => end(`${data}`.trim()));
    socket.on("timeout", () => end("time-out"));
    socket.on("error", ({ code }) => end(code));
  },

  /** hold HOST PORT: one connection; says a line when it stands and one when it ends. */
  hold(host, port) {
    const socket = connect({ host, port: Number(port) });
    socket.on("data", (data) => console.log(`${data}`.trim()));
    socket.on("error", ({ code }) => end(code));
    setInterval(() => socket.write("?"), 200);
  },

  /** udp HOST PORT SIZE MS: one datagram, which is not to be fragmented, and the size that the other side saw. */
  udp(host, port, size, ms) {
    const socket = createSocket("udp4", (message) => end(`${message}`));
    socket.on("error", ({ code }) => end(code));
    socket.send(Buffer.alloc(Number(size)), Number(port), host);
    setTimeout(() => end("time-out"), Number(ms));
  },

  /** resolve SERVER NAME: addresses in order, or the code of the failure. */
  async resolve(server, name) {
    const resolver = new dns.Resolver({ timeout: 1000, tries: 2 });
    resolver.setServers([server]);
    end(
      await resolver.resolve4(name).then(
        (addresses) => addresses.sort().join(" "),
        ({ code }) => code,
      ),
    );
  },
};

function end(line) {
  console.log(line);
  process.exit(0);
}

actions[what](...args);
