/**
 * Gives Services their addresses and node ports in the course of a request (Kubernetes 1.32, pkg/registry/core/service/storage
 * beginCreate and beginUpdate: it belongs to the registry there, and runs after all admission plugins, as it does here).
 * Left out: another range of node ports than 30000-32767.
 * Invariant: what is taken is read from the Services of the same store revision, so that a plan that comes too late is made anew.
 */
import { type Allocation, allocateService } from "../allocation/allocate.ts";
import type { Draw } from "../allocation/band.ts";
import { type ServiceRanges, serviceRanges, takenBy } from "../allocation/ranges.ts";
import { storageKey } from "../kinds/kind.ts";
import { type Service, serviceKind } from "../kinds/service.ts";
import { type Handling, Refusal } from "../pipeline/handling.ts";
import { invalidError } from "../status-error.ts";
import type { ApiResponse } from "../types.ts";
import type { AdmissionPlugin } from "./chain.ts";

const KUBEADM_NETWORK = "10.96.0.0/12";
const rangesByNetwork = new Map<string, ServiceRanges>();

function rangesOf(network: string): ServiceRanges {
  const ranges = rangesByNetwork.get(network) ?? serviceRanges(network);
  rangesByNetwork.set(network, ranges);
  return ranges;
}

const LETTERS = "bcdfghjklmnpqrstvwxz2456789";

/** 500: nothing is left to allocate. */
function internalError(cause: string): ApiResponse {
  const message = `Internal error occurred: ${cause}`;
  const status = { kind: "Status", apiVersion: "v1", metadata: {}, status: "Failure" } as const;
  const details = { causes: [{ message: cause }] };
  return { code: 500, body: { ...status, message, reason: "InternalError", details, code: 500 } };
}

/** Draws through the request's context: its random letters, read as a number below 27^5. */
function drawFrom({ context }: Handling): Draw {
  return (bound) =>
    [...context.suffix()].reduce((sum, letter) => sum * LETTERS.length + LETTERS.indexOf(letter), 0) % bound;
}

function answerOf(allocation: Allocation, name: string): Service {
  if (allocation.kind === "allocated") return allocation.service;
  if (allocation.kind === "failed") throw new Refusal(internalError(allocation.message));
  throw new Refusal(invalidError(serviceKind.group, serviceKind.kind, name, allocation.errors));
}

/** The plugin; to stand last in the chain. */
export const serviceAllocation: AdmissionPlugin = {
  name: "ServiceAllocation",
  resource: serviceKind.resource,
  operations: ["CREATE", "UPDATE"],
  admit(object, handling) {
    const given = object as Service;
    const { namespace, name } = given.metadata;
    const { reader, request } = handling;
    const key = storageKey(serviceKind, namespace, name);
    const stored = reader.list(`${serviceKind.storagePrefix}/`);
    const previous = request.verb === "create" ? undefined : (reader.get(key)?.value as Service | undefined);
    const others = stored.filter(({ value }) => value !== previous).map(({ value }) => value as Service);
    const { serviceNetwork = KUBEADM_NETWORK } = handling.context;
    const context = {
      ranges: rangesOf(serviceNetwork),
      taken: takenBy(others),
      draw: drawFrom(handling),
      dryRun: request.dryRun === true,
    };
    const service = answerOf(allocateService(given, previous, context), name);
    const isNew = service.spec.clusterIP !== given.spec.clusterIP && previous === undefined;
    return { object: service, verdict: isNew ? `allocated ${service.spec.clusterIP}` : "" };
  },
};
