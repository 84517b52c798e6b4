// Branded identifiers. Small integers come from one counter row each; keys of facts are computed from the event.

declare const idBrand: unique symbol
type Id<Base, Name extends string> = Base & { readonly [idBrand]: Name }

export type TenantId = Id<number, 'tenant'>
export type AccountId = Id<number, 'account'>
export type SourceId = Id<number, 'source'>
export type DeckId = Id<number, 'deck'>

/** UUID text of a call: version 8, the first 48 bits are the milliseconds of `opened_at`. */
export type CallKey = Id<string, 'call'>

export const asTenantId = (n: number): TenantId => n as TenantId
export const asAccountId = (n: number): AccountId => n as AccountId
export const asSourceId = (n: number): SourceId => n as SourceId
export const asDeckId = (n: number): DeckId => n as DeckId
export const asCallKey = (uuid: string): CallKey => uuid as CallKey

/** "No such thing": dimensions are 0, never NULL, so that they can stand in a key. */
export const NONE = 0

/**
 * A version 8 UUID (RFC 9562): 48 bits of milliseconds, then 74 bits of `digest`, so that keys sort by time and the
 * same event always gets the same key. `digest` needs at least 10 bytes; its first bytes are used.
 */
export function timeFirstUuid(ms: number, digest: Uint8Array): string {
  const d = digest
  // Two strings put together once: a dozen small ones cost three times as much, and all of it is garbage.
  return (
    timePart(ms) +
    // biome-ignore format: one pair of digits after the other
    String.fromCharCode(
      EIGHT, low(d[0]!), high(d[1]!), low(d[1]!), DASH,
      hex(8 | ((d[2]! >> 4) & 3)), low(d[2]!), high(d[3]!), low(d[3]!), DASH,
      high(d[4]!), low(d[4]!), high(d[5]!), low(d[5]!), high(d[6]!), low(d[6]!),
      high(d[7]!), low(d[7]!), high(d[8]!), low(d[8]!), high(d[9]!), low(d[9]!),
    )
  )
}

const DASH = 45
const EIGHT = 56

let lastMs = Number.NaN
let lastTime = ''

/** The first 14 characters; events come in the order of time, so mostly those of the one before. */
function timePart(ms: number): string {
  if (ms !== lastMs) {
    const time = ms.toString(16).padStart(12, '0')
    lastTime = `${time.slice(0, 8)}-${time.slice(8)}-`
    lastMs = ms
  }
  return lastTime
}

function high(byte: number): number {
  return hex(byte >> 4)
}

function low(byte: number): number {
  return hex(byte & 15)
}

/** Character code of a hexadecimal digit. */
function hex(digit: number): number {
  return digit < 10 ? 48 + digit : 87 + digit
}

/** Milliseconds in the front of a time-first UUID (versions 7 and 8). */
export function millisOfUuid(uuid: string): number {
  return Number.parseInt(uuid.slice(0, 8) + uuid.slice(9, 13), 16)
}
