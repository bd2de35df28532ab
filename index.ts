import * as pulumi from "@pulumi/pulumi";
import { Lab } from "./components/lab/lab";
import { loadConfig } from "./components/lab/load";
import { outputsOf } from "./components/lab/outputs";
import { plan } from "./components/lab/plan";

/** The program: configuration, plan, lab, outputs. */
async function program() {
  const today = new Date().toISOString().slice(0, 10);
  const labPlan = plan(pulumi.getStack(), loadConfig(), today);
  return outputsOf(new Lab(labPlan.name, labPlan), labPlan);
}

export = program;
