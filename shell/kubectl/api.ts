import type {
  ApiRequest,
  ApiResponse,
  JsonObject,
  KubeList,
  KubeObject,
  PatchType,
  Status,
  StreamQuery,
  Table,
  UserInfo,
} from "../../sim/api/types.ts";
import type { ConnectionFailure, ShellClient } from "../client.ts";
import { KubectlError } from "./failure.ts";
import { textAt } from "./json-values.ts";
import type { ResourceKind } from "./resource-kind.ts";

/** What narrows a list. */
interface ListChoice {
  readonly namespace?: string | undefined;
  readonly labelSelector?: string | undefined;
  readonly fieldSelector?: string | undefined;
}

/** The request's optional parts that a write may carry. */
type WriteChoice = Partial<
  Pick<ApiRequest, "dryRun" | "fieldManager" | "fieldValidation" | "propagationPolicy" | "gracePeriodSeconds">
>;

type BareRequest = Omit<ApiRequest, "user" | "userAgent">;

/** The API server as kubectl's verbs see it: objects come back, refusals are thrown as KubectlError. */
export class Api {
  private readonly client: ShellClient;
  private readonly warn: (text: string) => void;
  private readonly user: UserInfo | undefined;

  /** `user` acts in the administrator's stead. */
  constructor(client: ShellClient, warn: (text: string) => void, user?: UserInfo) {
    this.client = client;
    this.warn = warn;
    this.user = user;
  }

  get(kind: ResourceKind, namespace: string, name: string, subresource?: string): KubeObject {
    const extra = subresource === undefined ? {} : { subresource };
    return this.send({ verb: "get", ...target(kind, namespace), name, ...extra }) as KubeObject;
  }

  /** The object, or undefined when the server says NotFound. */
  find(kind: ResourceKind, namespace: string, name: string): KubeObject | undefined {
    const answer = this.trySend({ verb: "get", ...target(kind, namespace), name });
    if (!isFailure(answer)) return answer as KubeObject;
    if (answer.reason === "NotFound") return undefined;
    throw refusal(answer);
  }

  list(kind: ResourceKind, choice: ListChoice): KubeList {
    const list = this.send({ verb: "list", ...listTarget(kind, choice) }) as KubeList;
    const filled = list.items.map((item) => ({
      ...item,
      apiVersion: item.apiVersion ?? apiVersionOf(kind),
      kind: item.kind ?? kind.kind,
    }));
    return { ...list, items: filled };
  }

  /** Server-side printing of a list; rows carry whole objects where `whole` is true, else their metadata. */
  listTable(kind: ResourceKind, choice: ListChoice, whole: boolean): Table {
    const includeObject = whole ? { includeObject: "Object" as const } : {};
    return this.send({ verb: "list", asTable: true, ...includeObject, ...listTarget(kind, choice) }) as Table;
  }

  /** Server-side printing of one object. */
  getTable(kind: ResourceKind, namespace: string, name: string): Table {
    return this.send({ verb: "get", asTable: true, ...target(kind, namespace), name }) as Table;
  }

  create(kind: ResourceKind, namespace: string, body: JsonObject, choice: WriteChoice = {}): KubeObject {
    return this.send({ verb: "create", ...target(kind, namespace), body, ...choice }) as KubeObject;
  }

  /** Posts an Eviction of a pod. */
  evict(kind: ResourceKind, namespace: string, name: string, body: JsonObject): void {
    this.send({ verb: "create", ...target(kind, namespace), name, subresource: "eviction", body });
  }

  patch(
    kind: ResourceKind,
    namespace: string,
    name: string,
    patchType: PatchType,
    body: JsonObject | readonly JsonObject[],
    choice: WriteChoice & { readonly subresource?: string } = {},
  ): KubeObject {
    return this.send({ verb: "patch", ...target(kind, namespace), name, patchType, body, ...choice }) as KubeObject;
  }

  replace(
    kind: ResourceKind,
    namespace: string,
    name: string,
    body: JsonObject,
    choice: WriteChoice & { readonly subresource?: string } = {},
  ): KubeObject {
    return this.send({ verb: "update", ...target(kind, namespace), name, body, ...choice }) as KubeObject;
  }

  /** Deletes one object; answers its uid, "" where the server does not say it. */
  delete(kind: ResourceKind, namespace: string, name: string, choice: WriteChoice = {}): string {
    const answer = this.send({ verb: "delete", ...target(kind, namespace), name, ...choice });
    return textAt(answer, "metadata", "uid") || textAt(answer, "details", "uid");
  }

  /** Posts to a subresource, e.g. a TokenRequest to serviceaccounts/token. */
  createBelow(kind: ResourceKind, namespace: string, name: string, subresource: string, body: JsonObject): JsonObject {
    return this.send({ verb: "create", ...target(kind, namespace), name, subresource, body }) as JsonObject;
  }

  /** Asks what a pod's node answers: its log, or whether a command may run in it. */
  stream(
    kind: ResourceKind,
    namespace: string,
    name: string,
    subresource: "log" | "exec",
    stream: StreamQuery,
  ): JsonObject {
    const verb = subresource === "log" ? "get" : "create";
    return this.send({ verb, ...target(kind, namespace), name, subresource, stream }) as JsonObject;
  }

  private send(request: BareRequest): ApiResponse["body"] {
    const answer = this.trySend(request);
    if (isFailure(answer)) throw refusal(answer);
    return answer;
  }

  private trySend(request: BareRequest): ApiResponse["body"] {
    const answer: ApiResponse | ConnectionFailure = this.client.request(
      this.user === undefined ? request : { ...request, user: this.user },
    );
    if (!("code" in answer)) {
      throw new KubectlError({ kind: "connection", reason: answer.kind, server: answer.server });
    }
    for (const warning of answer.warnings ?? []) this.warn(`Warning: ${warning}\n`);
    return answer.body;
  }
}

/** `apps/v1` or `v1`: how an object of this kind spells its version. */
export function apiVersionOf(kind: { readonly group: string; readonly version: string }): string {
  return kind.group === "" ? kind.version : `${kind.group}/${kind.version}`;
}

function target(kind: ResourceKind, namespace: string) {
  const { group, version, resource } = kind;
  return kind.namespaced ? { group, version, resource, namespace } : { group, version, resource };
}

function listTarget(kind: ResourceKind, choice: ListChoice) {
  const { group, version, resource } = kind;
  return {
    ...{ group, version, resource },
    ...(kind.namespaced && choice.namespace !== undefined ? { namespace: choice.namespace } : {}),
    ...(choice.labelSelector ? { labelSelector: choice.labelSelector } : {}),
    ...(choice.fieldSelector ? { fieldSelector: choice.fieldSelector } : {}),
  };
}

function isFailure(body: ApiResponse["body"]): body is Status {
  return "kind" in body && body.kind === "Status" && "status" in body && body.status === "Failure";
}

function refusal(status: Status): KubectlError {
  return new KubectlError({ kind: "status", status, prefix: "" });
}

/** The refusal's reason, e.g. "NotFound"; undefined for anything that is not the API server's refusal. */
export function reasonOf(error: unknown): string | undefined {
  if (!(error instanceof KubectlError) || error.failure.kind !== "status") return undefined;
  return error.failure.status.reason;
}

/** Runs `work`; a refusal of the API server is worded with what was being done, as kubectl's `AddSourceToErr`. */
export function whileDoing<T>(prefix: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof KubectlError)) throw error;
    const { failure } = error;
    if (failure.kind === "status") throw new KubectlError({ ...failure, prefix: prefix + failure.prefix });
    if (failure.kind === "plain") throw new KubectlError({ kind: "plain", message: prefix + failure.message });
    throw error;
  }
}
