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
  const time = ms.toString(16).padStart(12, '0')
  const hex = HEX_BYTES
  const a = hex[0x80 | (digest[0]! & 0x0f)]! + hex[digest[1]!]!
  const b = hex[0x80 | (digest[2]! & 0x3f)]! + hex[digest[3]!]!
  let rest = ''
  for (let i = 4; i < 10; i++) rest += hex[digest[i]!]!
  return `${time.slice(0, 8)}-${time.slice(8)}-${a}-${b}-${rest}`
}

/** Milliseconds in the front of a time-first UUID (versions 7 and 8). */
export function millisOfUuid(uuid: string): number {
  return Number.parseInt(uuid.slice(0, 8) + uuid.slice(9, 13), 16)
}

const HEX_BYTES: readonly string[] = Array.from({ length: 256 }, (_, i) => i.toString(16).padStart(2, '0'))
