/**
 * What passes between the listener, which knows sockets and TLS, and the gateway, which knows a cluster. Plain data, so
 * that the listener may run in a worker of its own.
 */
import type { UserInfo } from "../sim/api/types.ts";

/** An HTTP request with what is known of its sender. */
export interface ReceivedRequest {
  readonly method: string;
  /** Path and query, as they stand in the request line. */
  readonly url: string;
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string>>;
  /** The body as text; empty if there is none. */
  readonly body: string;
  readonly user: UserInfo;
  /** A token that only the cluster can tell whose it is; `user` is anonymous then. */
  readonly bearer?: string;
  /** The client wants a WebSocket. */
  readonly upgrade?: boolean;
}

/** A piece of one of the streams that a WebSocket carries. */
interface Frame {
  readonly kind: "frame";
  readonly id: number;
  readonly channel: number;
  readonly text: string;
}

/** From the listener: a request under a number of its own, a frame of its WebSocket, or the news that its client has gone. */
export type FromClient =
  | Frame
  | { readonly kind: "request"; readonly id: number; readonly request: ReceivedRequest }
  | { readonly kind: "gone"; readonly id: number };

/** To the listener: the start of an answer, a part of its body, its end; or that a WebSocket is opened, and its frames. */
export type ToClient =
  | Frame
  | {
      readonly kind: "head";
      readonly id: number;
      readonly status: number;
      readonly headers: readonly (readonly [string, string])[];
    }
  | { readonly kind: "chunk"; readonly id: number; readonly text: string }
  | { readonly kind: "end" | "accept"; readonly id: number };

/** One way of the two. */
export type Send<M> = (message: M) => void;
