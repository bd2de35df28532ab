/** The admission webhook that decides where pods go: what it is asked, what it answers, and how it is registered. */
import type { RequestListener } from "node:http";
import { text } from "node:stream/consumers";
import { imagesOf, type PatchOperation, type PlacedPod, placeSimulated } from "./placement";

/** Path of the webhook on its server. */
export const placementPath = "/placement";

interface AdmissionReview {
  readonly request: { readonly uid: string; readonly object: PlacedPod };
}

/**
 * Answers admission reviews of pods.
 *
 * @param canBeHad whether an image can be pulled
 * @param simulatedNode name of the simulated node in every cluster
 */
export function placementHandler(
  canBeHad: (image: string) => Promise<boolean>,
  simulatedNode: string,
): RequestListener {
  return (request, response) => {
    text(request)
      .then(async (body) => {
        const { request: asked }: AdmissionReview = JSON.parse(body);
        const patch = await placement(asked.object, canBeHad, simulatedNode);
        response.setHeader("content-type", "application/json");
        response.end(JSON.stringify(review(asked.uid, patch)));
      })
      // The API server refuses the pod and says why.
      .catch((error: unknown) => {
        response.statusCode = 500;
        response.end(String(error));
      });
  };
}

async function placement(
  pod: PlacedPod,
  canBeHad: (image: string) => Promise<boolean>,
  simulatedNode: string,
): Promise<PatchOperation[]> {
  const images = imagesOf(pod);
  const had = await Promise.all(images.map(canBeHad));
  const lacking = images.filter((_, index) => !had[index]);
  return lacking.length > 0 ? placeSimulated(pod, lacking, simulatedNode) : [];
}

function review(uid: string, patch: readonly PatchOperation[]): object {
  return {
    apiVersion: "admission.k8s.io/v1",
    kind: "AdmissionReview",
    response: {
      uid,
      allowed: true,
      ...(patch.length > 0
        ? { patchType: "JSONPatch", patch: Buffer.from(JSON.stringify(patch)).toString("base64") }
        : {}),
    },
  };
}

/**
 * The registration. Its name comes after those of meshes, whose sidecars bring images of their own; it is asked again when
 * one of them changes a pod after it.
 *
 * @param url of the webhook
 * @param caBundle what its certificate chains to, PEM in base64
 */
export function placementConfiguration(url: string, caBundle: string) {
  return {
    apiVersion: "admissionregistration.k8s.io/v1",
    kind: "MutatingWebhookConfiguration",
    metadata: { name: "rehearsal-placement" },
    webhooks: [
      {
        name: "placement.rehearsal.local",
        clientConfig: { url, caBundle },
        rules: [{ apiGroups: [""], apiVersions: ["v1"], operations: ["CREATE"], resources: ["pods"] }],
        failurePolicy: "Fail",
        sideEffects: "None",
        reinvocationPolicy: "IfNeeded",
        admissionReviewVersions: ["v1"],
        timeoutSeconds: 20,
      },
    ],
  };
}
