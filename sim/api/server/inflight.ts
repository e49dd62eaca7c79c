/**
 * Requests that an API server has accepted and not yet answered, because etcd has not confirmed them.
 * Source: Kubernetes 1.32, apiserver pkg/server/filters/timeout.go for the time limit.
 * Invariant: a request is in here exactly while its client waits for a write or a read that etcd must serve.
 */

import type { Io } from "../../time/component.ts";
import { second } from "../../time/instant.ts";
import type { WritePlan } from "../pipeline/outcome.ts";
import type { RequestBody } from "./protocol.ts";

/** A request that waits for etcd. */
export interface InflightRow {
  readonly token: number;
  readonly client: string;
  /** Incarnation of the client: the answer is for no other. */
  readonly clientEpoch: number;
  readonly body: RequestBody;
  /** The write; undefined for a read that waits for etcd. */
  readonly plan: WritePlan | undefined;
  /** Step in which the request arrived: the cause of all that comes of it. */
  readonly step: number;
  /** How often it has been planned. */
  readonly tries: number;
  /** Incarnation of etcd that has the proposal; -1: none has. */
  readonly etcdEpoch: number;
}

/** How long a request may take (the API server's request timeout). */
export const requestLimitUs = 60 * second;

function table(io: Io) {
  return io.table<InflightRow>("inflight requests");
}

function key(io: Io, token: number): string {
  return `${io.self}|${String(token).padStart(12, "0")}`;
}

/** A new token of this server. */
export function nextToken(io: Io): number {
  const tokens = io.table<number>("request tokens");
  const token = (tokens.get(io.self) ?? 0) + 1;
  tokens.set(io.self, token);
  return token;
}

/** Keeps a request until it is answered. */
export function keepInflight(io: Io, row: InflightRow): void {
  table(io).set(key(io, row.token), row);
}

/** Takes a request out; undefined if it has been answered already. */
export function takeInflight(io: Io, token: number): InflightRow | undefined {
  const row = table(io).get(key(io, token));
  if (row !== undefined) table(io).delete(key(io, token));
  return row;
}

/** All waiting requests of this server, oldest first. */
export function allInflight(io: Io): InflightRow[] {
  const rows: InflightRow[] = [];
  for (const [name, row] of table(io).entries()) if (name.startsWith(`${io.self}|`)) rows.push(row);
  return rows;
}
