/**
 * Protocol buffers on the wire: tagged fields of bytes and of variable-length numbers (protobuf.dev, "Encoding").
 * Left out: groups, fixed-width numbers beyond skipping them, packed lists (the Kubernetes API has none of them).
 * Invariant: never reads outside the given range; what is malformed throws a WireError.
 */

/** Thrown for bytes that are no message. */
export class WireError extends Error {}

/** The value of one field: a whole number, or the range of bytes that it takes. */
export type WireValue = number | { readonly start: number; readonly end: number };

const continuation = 0x80;
const lowBits = 0x7f;
const bytesOfNumberMax = 10;

/** Reads the fields of messages that lie in one array of bytes. */
export class WireReader {
  readonly bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  /** The fields of the message in a range, in their order, a repeated one each time. */
  *fields(start: number, end: number): IterableIterator<readonly [number, WireValue]> {
    let at = start;
    while (at < end) {
      const [tag, afterTag] = this.#number(at, end);
      const form = tag % 8;
      const field = (tag - form) / 8;
      if (form === 0) {
        const [value, next] = this.#number(afterTag, end);
        at = next;
        yield [field, value];
      } else {
        const [length, from] = form === 2 ? this.#number(afterTag, end) : [fixedLength(form), afterTag];
        at = from + length;
        if (at > end) throw new WireError("unexpected EOF");
        yield [field, { start: from, end: at }];
      }
    }
  }

  /** The text of a range, which is UTF-8. */
  text({ start, end }: { readonly start: number; readonly end: number }): string {
    let text = "";
    for (let at = start; at < end; ) {
      const first = this.bytes[at] as number;
      const length = first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
      let point = length === 1 ? first : first & (0xff >> (length + 1));
      for (let next = 1; next < length; next++) point = point * 64 + ((this.bytes[at + next] ?? 0) & 0x3f);
      text += point > 0x10ffff ? "\ufffd" : String.fromCodePoint(point);
      at += length;
    }
    return text;
  }

  /** A number of up to 64 bits, taken as signed; beyond 53 bits it is not exact. */
  #number(start: number, end: number): readonly [number, number] {
    let value = 0n;
    for (let read = 0; read < bytesOfNumberMax; read++) {
      const at = start + read;
      if (at >= end) throw new WireError("unexpected EOF");
      const byte = this.bytes[at] as number;
      value |= BigInt(byte & lowBits) << BigInt(7 * read);
      if (byte < continuation) return [Number(BigInt.asIntN(64, value)), at + 1];
    }
    throw new WireError("proto: integer overflow");
  }
}

function fixedLength(form: number): number {
  if (form === 1) return 8;
  if (form === 5) return 4;
  throw new WireError(`proto: wrong wireType = ${form}`);
}
