/** Between gRPC messages and plain JavaScript values. */
import * as grpc from "@grpc/grpc-js";
import * as rpc from "@pulumi/pulumi/proto/provider_pb";
import { Status } from "@pulumi/pulumi/proto/status_pb";
import { unknownValue } from "@pulumi/pulumi/runtime/rpc";
import { Any } from "google-protobuf/google/protobuf/any_pb";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { InitFailed, type Props } from "../base/operations";

/** A gRPC method from a function; `peer` tells connections apart. */
export function unary<Request, Response>(handle: (request: Request, peer: string) => Promise<Response>) {
  return (call: grpc.ServerUnaryCall<Request, Response>, callback: grpc.sendUnaryData<Response>) => {
    handle(call.request, call.getPeer()).then(
      (response) => callback(null, response),
      (error) => callback(failure(error)),
    );
  };
}

function failure(error: unknown): grpc.ServiceError {
  const reason = error instanceof Error ? error : new Error(String(error));
  const metadata = new grpc.Metadata();
  if (reason instanceof InitFailed) {
    const detail = new rpc.ErrorResourceInitFailed();
    detail.setId(reason.id);
    detail.setProperties(struct(reason.outputs));
    detail.setReasonsList(reason.reasons);
    if (reason.inputs) detail.setInputs(struct(reason.inputs));
    const packed = new Any();
    packed.pack(detail.serializeBinary(), "pulumirpc.ErrorResourceInitFailed");
    const status = new Status();
    status.setCode(grpc.status.UNKNOWN);
    status.setMessage(reason.message);
    status.addDetails(packed);
    metadata.set("grpc-status-details-bin", Buffer.from(status.serializeBinary()));
  }
  return Object.assign(reason, { code: grpc.status.UNKNOWN, details: reason.message, metadata });
}

/** Whether a value, or one within it, is not known before the update. */
export function hasUnknown(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return value === unknownValue;
  return Object.values(value).some(hasUnknown);
}

/** The values of a message. */
export function props(value: Struct | undefined): Props {
  return (opened(value?.toJavaScript()) as Props | undefined) ?? {};
}

const signature = "4dabf18193072939515e22adb298388d";
const secretSignature = "1b47061264138c4ac30d75fd1eb44270";

/** A provider's own settings arrive with their secrets marked, whatever the provider said that it accepts. */
function opened(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(opened);
  if (!value || typeof value !== "object") return value;
  const { [signature]: mark, ...rest } = value as Props;
  if (mark === secretSignature) return opened(rest.value);
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, opened(inner)]));
}

/** A message of values. */
export function struct(value: Props): Struct {
  // Struct knows no undefined; JSON leaves such keys out.
  return Struct.fromJavaScript(JSON.parse(JSON.stringify(value)));
}
