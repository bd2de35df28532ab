import { redisCart, redisPort } from "../../components/demo/boutique";
import { configurationKey, passwordKey } from "../../components/demo/redis";
import { type PairCheck, verdict } from "../common/check";
import { secretData } from "../common/secret";

/** The replica copies from the name under which the backend shows the primary, and knows its password. */
export const replica: PairCheck = {
  id: "demo-replica",
  expects: "the copy of Redis is told to copy from the primary, and has its password",
  ofPair: async (here, peer, { demo }) => {
    const own = demo?.replicas.find(({ cluster }) => cluster === here.name);
    const primary = demo?.instances.find(({ service }) => service === redisCart);
    if (!demo || !own || primary?.cluster !== peer.name)
      return { status: "skipped", detail: `${here.name} copies nothing of ${peer.name}` };
    const [copy, original] = await Promise.all(
      [here, peer].map(({ kube }) => secretData(kube, demo.namespace, redisCart)),
    );
    if (!copy || !original) throw new Error("two clusters have two Secrets");
    const source = /^replicaof (\S+) (\d+)$/m.exec(copy(configurationKey));
    const password = original(passwordKey);
    return verdict(
      [
        source?.[1] !== own.primaryHost && `it copies from ${source?.[1] ?? "nowhere"}, not from ${own.primaryHost}`,
        source?.[2] !== String(redisPort) && `it copies from port ${source?.[2]}`,
        password.length < 32 && "the primary's password is short",
        // None of them is ever said.
        copy(passwordKey) !== password && "the passwords differ",
        !copy(configurationKey).includes(`masterauth ${password}\n`) && "it does not show the primary its password",
        !original(configurationKey).includes(`requirepass ${password}\n`) && "the primary asks for no password",
        // Else a restart of its container would empty both.
        !original(configurationKey).includes("appendonly yes\n") && "the primary keeps nothing on disk",
        /^replicaof/m.test(original(configurationKey)) && "the primary is a replica itself",
      ],
      `copies from ${own.primaryHost}:${redisPort}`,
    );
  },
};
