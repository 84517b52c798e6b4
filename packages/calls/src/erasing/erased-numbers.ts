// The numbers a tenant had erased, as a filter for texts. Only keyed digests are known here; a number is recognised by being
// digested too, in whatever form of the tenant's number plan it is written.

import { createHmac } from 'node:crypto'
import type { Queryable } from '@tollbook/db'
import { erasedNumber, type NumberPlan, type PhoneDigits, toPhoneDigits } from '@tollbook/kernel'

export type ErasedNumbers = {
  readonly isEmpty: boolean
  /** The text with every erased number in it replaced by its pseudonym; the same text when there is none. */
  erase(text: string): string
}

/** What a digest is made with. */
export type ErasureKey = { readonly secret: Buffer; readonly plan: NumberPlan }

/** Shorter runs of digits are extensions and short codes. */
const SHORTEST = 7
/** Numbers come again and again; what was digested is remembered, so many at most. */
const REMEMBERED = 20_000

export const NOTHING_ERASED: ErasedNumbers = { isEmpty: true, erase: (text) => text }

/** The list as it is now. Whoever stores rows by it holds `erasureLock` shared until he has committed. */
export async function erasedNumbers(db: Queryable, tenantId: number): Promise<ErasedNumbers> {
  const rows = await db.q
    .selectFrom('erased_number')
    .select(['number_hash', 'pseudonym'])
    .where('tenant_id', '=', tenantId)
    .execute()
  if (rows.length === 0) return NOTHING_ERASED
  const key = await erasureKey(db, tenantId)
  if (key === undefined) throw new Error('numbers were erased with a key that is no longer there')
  return eraserOf(key, new Map(rows.map((row) => [row.number_hash.toString('hex'), row.pseudonym])))
}

/** Stored rows are read and written by no batch that does not know of an erasure: the lock says which is first. */
export function erasureLock(tenantId: number): string {
  return `erasures of tenant ${tenantId}`
}

/** Undefined = nothing was ever erased. */
export async function erasureKey(db: Queryable, tenantId: number): Promise<ErasureKey | undefined> {
  const row = await db.q
    .selectFrom('tenant as t')
    .innerJoin('erasure_key as k', 'k.tenant_id', 't.tenant_id')
    .select(['k.secret', 't.country_code', 't.international_prefixes', 't.national_prefix', 't.strip_prefixes'])
    .where('t.tenant_id', '=', tenantId)
    .executeTakeFirst()
  if (row === undefined) return undefined
  const plan: NumberPlan = {
    countryCode: row.country_code,
    internationalPrefixes: row.international_prefixes,
    nationalPrefix: row.national_prefix,
    stripPrefixes: row.strip_prefixes,
  }
  return { secret: row.secret, plan }
}

/** Digest and pseudonym of a number. */
export function digestOf(secret: Buffer, digits: PhoneDigits): { readonly hash: Buffer; readonly pseudonym: string } {
  const hash = createHmac('sha256', secret).update(digits).digest()
  return { hash, pseudonym: erasedNumber(hash, digits) }
}

/** By digests in hexadecimals. */
export function eraserOf({ secret, plan }: ErasureKey, pseudonyms: ReadonlyMap<string, string>): ErasedNumbers {
  const known = new Map<string, string | undefined>()
  const pseudonymOf = (written: string): string | undefined => {
    if (known.has(written)) return known.get(written)
    const digits = toPhoneDigits(written, plan)
    const found = digits && pseudonyms.get(digestOf(secret, digits).hash.toString('hex'))
    if (known.size >= REMEMBERED) known.clear()
    known.set(written, found)
    return found
  }
  return {
    isEmpty: pseudonyms.size === 0,
    erase(text) {
      if (text.length < SHORTEST || !DIGIT.test(text)) return text
      const whole = WRITTEN.test(text) ? pseudonymOf(text) : undefined
      return whole ?? text.replace(RUNS, (run) => pseudonymOf(run) ?? run)
    },
  }
}

const DIGIT = /\d/
/** A number with whatever separates its digits. */
const WRITTEN = /^\+?[\d\s().\-/]+#?$/
const RUNS = new RegExp(`\\+?\\d{${SHORTEST},}`, 'g')
