/**
 * Calico's address management: a pool cut into blocks, each with an affinity to one node, which hands out its addresses.
 * Source: projectcalico/calico v3.29, libcalico-go/lib/ipam/{ipam,ipam_block,ipam_block_reader_writer}.go.
 * Left out: several pools, reservations, strict affinity, handles with several addresses, Windows, release of empty
 * blocks; which block a node claims first (there by a hash of its name; here its number times four, for easy reading).
 * Invariant: an address is held by at most one pod or tunnel; a block belongs to one node for ever.
 */

import { contains, formatIpv4, type Ipv4, type Prefix } from "../net/wire/ipv4.ts";
import type { Io } from "../time/component.ts";
import type { SortedMap } from "../time/sorted-map.ts";

/** An IPPool as far as it is modelled. */
export interface IpPool {
  readonly name: string;
  readonly prefix: Prefix;
  /** Length of a block's prefix. */
  readonly blockSize: number;
  readonly ipipMode: "Never" | "CrossSubnet" | "Always";
  readonly natOutgoing: boolean;
}

/** One block. Addresses are handed out in order; those given back wait behind the ones that were never used. */
export interface IpamBlock {
  readonly prefix: Prefix;
  /** Node that it has an affinity to. */
  readonly node: string;
  /** The next ordinal that was never used. */
  readonly fresh: number;
  /** Ordinals that were given back, oldest first. */
  readonly freed: readonly number[];
  /** Addresses that another node's pods hold: address → node. */
  readonly borrowed: Readonly<Record<string, string>>;
}

/** The pool of the cluster. */
function poolOf(io: Io): IpPool {
  return io.table<IpPool>("ip pools").get("default-ipv4-ippool") as IpPool;
}

const numberDigits = 10;

/** Key of a block: its first address, so that blocks are ordered. */
function blockKey(address: Ipv4): string {
  return String(address).padStart(numberDigits, "0");
}

function blocks(io: Io): SortedMap<IpamBlock> {
  return io.sorted<IpamBlock>("ipam blocks");
}

/** All blocks that nodes have claimed, in order of address. */
export function claimedBlocks(io: Io): readonly IpamBlock[] {
  return [...blocks(io).range("")].map(([, block]) => block);
}

function affinities(io: Io) {
  return io.table<readonly string[]>("ipam affinities");
}

/** How many blocks lie between the first choices of two neighbouring nodes. */
const firstChoiceStride = 4;

/** Claims the next free block for a node, beginning at its first choice. */
function claimBlock(io: Io, node: string, number: number): string | undefined {
  const { prefix, blockSize } = poolOf(io);
  const count = 2 ** (blockSize - prefix.length);
  const size = 2 ** (32 - blockSize);
  const all = blocks(io);
  for (let tried = 0; tried < count; tried++) {
    const address = prefix.address + ((number * firstChoiceStride + tried) % count) * size;
    const key = blockKey(address);
    if (all.get(key) !== undefined) continue;
    all.set(key, { prefix: { address, length: blockSize }, node, fresh: 0, freed: [], borrowed: {} });
    affinities(io).set(node, [...(affinities(io).get(node) ?? []), key]);
    return key;
  }
  return undefined;
}

/** Takes one address out of a block; undefined if it is full. */
function takeFrom(io: Io, key: string, node: string, holder: string): Ipv4 | undefined {
  const block = blocks(io).get(key) as IpamBlock;
  const size = 2 ** (32 - block.prefix.length);
  const isFresh = block.fresh < size;
  const ordinal = isFresh ? block.fresh : block.freed[0];
  if (ordinal === undefined) return undefined;
  const address = block.prefix.address + ordinal;
  const borrowed = block.node === node ? block.borrowed : { ...block.borrowed, [formatIpv4(address)]: node };
  const rest = isFresh ? { fresh: block.fresh + 1 } : { freed: block.freed.slice(1) };
  blocks(io).set(key, { ...block, ...rest, borrowed });
  io.table<string>("pod addresses").set(formatIpv4(address), holder);
  return address;
}

/**
 * Hands out an address to a pod (or a node's tunnel): from the node's blocks, else from a newly claimed one, else borrowed
 * from another node's. `number`: the node's number, for its first block. Undefined when the pool is exhausted.
 */
export function assignAddress(io: Io, node: string, number: number, holder: string): Ipv4 | undefined {
  for (const key of affinities(io).get(node) ?? []) {
    const address = takeFrom(io, key, node, holder);
    if (address !== undefined) return address;
  }
  const claimed = claimBlock(io, node, number);
  if (claimed !== undefined) return takeFrom(io, claimed, node, holder);
  for (const [key] of [...blocks(io).range("")]) {
    const address = takeFrom(io, key, node, holder);
    if (address !== undefined) return address;
  }
  return undefined;
}

/** Gives an address back. One that nobody holds is left alone. */
export function releaseAddress(io: Io, address: Ipv4): void {
  const text = formatIpv4(address);
  if (!io.table<string>("pod addresses").delete(text)) return;
  const { blockSize } = poolOf(io);
  const start = address - (address % 2 ** (32 - blockSize));
  const key = blockKey(start);
  const block = blocks(io).get(key);
  if (block === undefined || !contains(block.prefix, address)) return;
  const { [text]: _gone, ...borrowed } = block.borrowed;
  blocks(io).set(key, { ...block, freed: [...block.freed, address - start], borrowed });
}
