/** A rehearsal's network that says when it is open, and waits to be killed. */
import { NetworkLab } from "./network-lab";

const lab = new NetworkLab(process.argv[2] ?? "");

async function open(): Promise<void> {
  const { instances } = await lab.vpc("us-east-1", 1);
  await lab.open();
  for (const { id } of instances) await lab.network.attach(id);
  console.log("open");
  setInterval(() => {}, 1000);
}

void open();
