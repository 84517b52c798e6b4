// A few rates of a deck changed by hand: a new version with all others as they were. What was written stays.

import { type Db, type Tx, transaction } from '@tollbook/db'
import { err, ok, type Result } from '@tollbook/kernel'
import { type TimeWindow, windowProblem } from '@tollbook/rating'
import { sql } from 'kysely'
import { decimalCell } from '../sheets/number-cell.ts'
import { prefixCell } from '../sheets/prefix-cell.ts'
import type { RateRow, SheetTier } from '../sheets/sheet-rate.ts'
import { activateVersion, type EffectiveFrom } from './activate.ts'
import { lockDeck } from './change-deck.ts'
import { findDeckById, findVersions, type StoredDeck, type StoredVersion } from './deck-versions.ts'
import type { EnsureDestinations } from './ensure-destinations.ts'
import { insertRates } from './insert-rates.ts'
import { readRows, type StoredRate } from './read-rows.ts'

/** What a rate is to be. What is absent stays as it is, or is at its default in a new rate. */
export type RateSet = {
  /** Digits, a pattern, or '' (also '*') for the default rate. */
  readonly prefix: string
  /** 0 = always. */
  readonly windowId?: number | undefined
  /** Which start of the rate is meant; absent: the last, or "always" of a new one. */
  readonly effectiveFromMs?: number | undefined
  readonly destination?: string | undefined
  readonly pricePerMinute?: string | undefined
  readonly connectFee?: string | undefined
  readonly firstBlockSeconds?: number | undefined
  readonly incrementSeconds?: number | undefined
  readonly anchor?: 'first-block' | 'zero' | undefined
  /** null = open. */
  readonly validToMs?: number | null | undefined
  readonly disconnectFee?: string | undefined
  readonly disconnectAfterSeconds?: number | undefined
  readonly minimumCharge?: string | undefined
  /** null = none. */
  readonly maximumCharge?: string | null | undefined
  readonly afterMaximum?: 'free' | 'stop' | undefined
  readonly graceSeconds?: number | undefined
  readonly tiers?: readonly SheetTier[] | undefined
}

export type RateEditInput = {
  readonly deckId: number
  /** The version that is changed; the live one when absent. */
  readonly base?: number | undefined
  readonly set?: readonly RateSet[] | undefined
  readonly remove?: readonly { readonly prefix: string; readonly windowId: number }[] | undefined
  /** Replace the windows and holidays of the base. */
  readonly windows?: readonly TimeWindow[] | undefined
  readonly holidays?: readonly string[] | undefined
  /** 'draft' leaves it to `activateVersion`. */
  readonly effectiveFrom: EffectiveFrom | 'draft'
  readonly nowMs: number
  readonly note?: string | undefined
  readonly createdBy?: string | undefined
}

export type EditRefusal = {
  readonly kind: 'no-such-deck' | 'no-such-version' | 'bad-rate' | 'too-many'
  readonly message: string
  /** Position in `set` of what is wrong. */
  readonly at?: number
}

/** More changes than this are an import. */
const MOST_CHANGES = 10_000

/** Writes the new version and puts it into force from the moment given. Refused whole when one change is wrong. */
export async function editRates(
  db: Db,
  input: RateEditInput,
  ensureDestinations: EnsureDestinations,
): Promise<Result<{ readonly version: number; readonly rates: number }, EditRefusal>> {
  const { deckId, set = [], remove = [], nowMs, effectiveFrom } = input
  if (set.length + remove.length > MOST_CHANGES) {
    return err({ kind: 'too-many', message: `More than ${MOST_CHANGES} changes. Import a sheet instead.` })
  }
  return transaction(db, async (tx) => {
    await lockDeck(tx, deckId)
    const deck = await findDeckById(tx, deckId)
    if (deck === undefined) return err({ kind: 'no-such-deck', message: `There is no deck ${deckId}.` })
    const versions = await findVersions(tx, deckId)
    const base = versions.find((v) => v.version === (input.base ?? deck.liveVersion))
    if (base === undefined && input.base !== undefined) {
      return err({ kind: 'no-such-version', message: `There is no version ${input.base}.` })
    }
    const changed = await changedRates(tx, { deck, base, input })
    if (!changed.ok) return changed
    const version = (versions.at(-1)?.version ?? 0) + 1
    const rates = await writeVersion(tx, { deck, base, input, version, changed: changed.value, ensureDestinations })
    if (effectiveFrom !== 'draft') await activateVersion(tx, { deckId, version, effectiveFrom, nowMs })
    return ok({ version, rates })
  })
}

type Editing = { readonly deck: StoredDeck; readonly base: StoredVersion | undefined; readonly input: RateEditInput }

/** Keys whose rates are written anew, and the rates they will have. */
type Changed = { readonly keys: ReadonlyMap<string, readonly [string, number]>; readonly rates: readonly RateRow[] }

async function changedRates(tx: Tx, { deck, base, input }: Editing): Promise<Result<Changed, EditRefusal>> {
  const { set = [], remove = [] } = input
  const windows = input.windows ?? base?.windows ?? []
  const problem = windowProblem(windows, input.holidays ?? base?.holidays ?? [])
  if (problem !== undefined) return err({ kind: 'bad-rate', message: problem })
  const keys = new Map<string, readonly [string, number]>()
  const wanted: (RateSet & { readonly prefix: string; readonly windowId: number })[] = []
  for (const [at, change] of set.entries()) {
    const prefix = prefixCell(change.prefix || '*', deck.mode)
    if (!prefix.ok || prefix.value.length !== 1) {
      return err({ kind: 'bad-rate', message: prefix.ok ? 'One prefix a rate.' : prefix.error, at })
    }
    const windowId = change.windowId ?? 0
    if (windowId !== 0 && !windows.some((w) => w.id === windowId)) {
      return err({ kind: 'bad-rate', message: `There is no time window ${windowId}.`, at })
    }
    wanted.push({ ...change, prefix: prefix.value[0]!, windowId })
    keys.set(`${prefix.value[0]} ${windowId}`, [prefix.value[0]!, windowId])
  }
  for (const { prefix, windowId } of remove) keys.set(`${prefix} ${windowId}`, [prefix, windowId])
  const lost = base && (await windowStillNamed(tx, deck.deckId, base, windows, [...keys.values()]))
  if (lost !== undefined) {
    return err({ kind: 'bad-rate', message: `Rates still name the window "${lost}". Give them another first.` })
  }
  const rates = new Map<string, RateRow>()
  for (const rate of base ? await ratesOf(tx, deck.deckId, base, [...keys.values()]) : []) {
    const gone = remove.some((r) => r.prefix === rate.prefix && r.windowId === rate.windowId)
    if (!gone) rates.set(`${rate.prefix} ${rate.windowId} ${rate.effectiveFromMs}`, rate)
  }
  for (const [at, change] of wanted.entries()) {
    const own = [...rates.values()].filter(
      (r) => r.prefix === change.prefix && windowIdOf(r, windows) === change.windowId,
    )
    const start = change.effectiveFromMs ?? own.at(-1)?.effectiveFromMs ?? 0
    const window = windows.find((w) => w.id === change.windowId)?.name
    const rate = rateOf(change, own.find((r) => r.effectiveFromMs === start) ?? own.at(-1), start, window, deck.mode)
    if (!rate.ok) return err({ kind: 'bad-rate', message: rate.error, at })
    rates.set(`${change.prefix} ${change.windowId} ${start}`, rate.value)
  }
  return ok({ keys, rates: [...rates.values()] })
}

/** Name of a window of the base that is to go although rates hold in it that are not changed; undefined: there is none. */
async function windowStillNamed(
  tx: Tx,
  deckId: number,
  { ratesOf: shared, windows: before }: StoredVersion,
  windows: readonly TimeWindow[],
  changed: readonly (readonly [string, number])[],
): Promise<string | undefined> {
  const gone = before.filter((window) => !windows.some((w) => w.id === window.id))
  if (gone.length === 0) return undefined
  const named = await tx.q
    .selectFrom('rate')
    .select('window_id')
    .where('deck_id', '=', deckId)
    .where('version', '=', shared)
    .where(
      'window_id',
      'in',
      gone.map((window) => window.id),
    )
    .where(
      sql<boolean>`(prefix, window_id) not in
        (select * from unnest(${changed.map(([prefix]) => prefix)}::text[], ${changed.map(([, id]) => id)}::int[]))`,
    )
    .executeTakeFirst()
  return gone.find((window) => window.id === named?.window_id)?.name
}

function windowIdOf(rate: RateRow, windows: readonly TimeWindow[]): number {
  return rate.window === undefined ? 0 : (windows.find((w) => w.name === rate.window)?.id ?? -1)
}

async function ratesOf(
  tx: Tx,
  deckId: number,
  { version }: StoredVersion,
  keys: readonly (readonly [string, number])[],
): Promise<readonly StoredRate[]> {
  const where = sql<boolean>`(r.prefix, r.window_id) in
    (select * from unnest(${keys.map(([prefix]) => prefix)}::text[], ${keys.map(([, id]) => id)}::int[]))`
  return keys.length === 0 ? [] : readRows(tx, { deckId, version, limit: 100_000, where })
}

const AMOUNTS = ['pricePerMinute', 'connectFee', 'disconnectFee', 'minimumCharge', 'maximumCharge'] as const

/** A rate as it will be: what was said, over what it was. */
function rateOf(
  change: RateSet,
  before: RateRow | undefined,
  effectiveFromMs: number,
  window: string | undefined,
  mode: StoredDeck['mode'],
): Result<RateRow, string> {
  const amounts: Partial<Record<(typeof AMOUNTS)[number], string>> = {}
  for (const field of AMOUNTS) {
    const said = change[field]
    if (said === undefined || said === null) continue
    const form = { comma: false, whole: 6, places: 10, signed: mode === 'a2billing' && field === 'minimumCharge' }
    const value = decimalCell(field, said, form)
    if (!value.ok) return value
    amounts[field] = value.value
  }
  const destination = (change.destination ?? before?.destination ?? '').trim().replace(/\s+/g, ' ')
  const price = amounts.pricePerMinute ?? before?.pricePerMinute
  if (destination === '' || destination.length > 200)
    return err('A rate needs a destination of at most 200 characters.')
  if (price === undefined) return err('A new rate needs a price.')
  const firstBlockS = change.firstBlockSeconds ?? before?.firstBlockS ?? 60
  const incrementS = change.incrementSeconds ?? before?.incrementS ?? 60
  const validToMs = change.validToMs === undefined ? before?.validToMs : (change.validToMs ?? undefined)
  const maximum = change.maximumCharge === null ? undefined : (amounts.maximumCharge ?? before?.maximumCharge)
  const graceS = change.graceSeconds ?? before?.graceS ?? 0
  const afterS = change.disconnectAfterSeconds ?? before?.disconnectAfterS ?? 0
  const tiers = change.tiers ?? before?.tiers ?? []
  const fault = boundsFault({ firstBlockS, incrementS, graceS, afterS }, tiers, mode)
  if (fault !== undefined) return err(fault)
  if (validToMs !== undefined && validToMs <= effectiveFromMs) return err('The rate would end before it begins.')
  const disconnectFee = amounts.disconnectFee ?? before?.disconnectFee ?? '0'
  const minimumCharge = amounts.minimumCharge ?? before?.minimumCharge ?? '0'
  return ok({
    prefix: change.prefix,
    effectiveFromMs,
    destination,
    pricePerMinute: price,
    connectFee: amounts.connectFee ?? before?.connectFee ?? '0',
    firstBlockS,
    incrementS,
    ...(window === undefined ? {} : { window }),
    ...(validToMs === undefined ? {} : { validToMs }),
    ...(disconnectFee === '0' ? {} : { disconnectFee }),
    ...(afterS === 0 ? {} : { disconnectAfterS: afterS }),
    ...((change.anchor ?? before?.anchor) === 'zero' ? { anchor: 'zero' as const } : {}),
    ...(minimumCharge === '0' ? {} : { minimumCharge }),
    ...(maximum === undefined ? {} : { maximumCharge: maximum }),
    ...((change.afterMaximum ?? before?.afterMaximum) === 'stop' ? { afterMaximum: 'stop' as const } : {}),
    ...(graceS === 0 ? {} : { graceS }),
    ...(tiers.length === 0 ? {} : { tiers }),
    ...(before?.extras === undefined ? {} : { extras: before.extras }),
  })
}

type Seconds = {
  readonly firstBlockS: number
  readonly incrementS: number
  readonly graceS: number
  readonly afterS: number
}

function boundsFault(seconds: Seconds, tiers: readonly SheetTier[], mode: StoredDeck['mode']): string | undefined {
  const least = mode === 'a2billing' ? 0 : 1
  const whole = (value: number, from: number) => Number.isInteger(value) && value >= from && value <= 86_400
  if (!Object.values(seconds).every((value) => whole(value, 0))) return 'Seconds are whole numbers from 0 to 86400.'
  if (seconds.incrementS < least) return 'The increment is at least one second.'
  if (tiers.length > 20) return 'A rate has at most 20 tiers.'
  for (const tier of tiers) {
    const price = decimalCell('price', tier.pricePerMinute, { comma: false, whole: 6, places: 10 })
    const fee = decimalCell('entry fee', tier.entryFee, {
      comma: false,
      whole: 6,
      places: 10,
      signed: mode === 'a2billing',
    })
    if (!price.ok) return `Tier: ${price.error}`
    if (!fee.ok) return `Tier: ${fee.error}`
    if (!whole(tier.seconds, 1) || !whole(tier.incrementS, least)) return 'Tiers are at least a second long.'
  }
  return undefined
}

type Writing = Editing & {
  readonly version: number
  readonly changed: Changed
  readonly ensureDestinations: EnsureDestinations
}

/** Copies what stays within the database, then adds what changed; answers how many rates there are. */
async function writeVersion(tx: Tx, writing: Writing): Promise<number> {
  const { deck, base, input, version, changed, ensureDestinations } = writing
  const { deckId } = deck
  const windows = input.windows ?? base?.windows ?? []
  await tx.q
    .insertInto('deck_version')
    .values({
      deck_id: deckId,
      version,
      state: 'draft',
      origin: 'edit',
      rates: 0,
      windows: JSON.stringify(windows),
      holidays: [...(input.holidays ?? base?.holidays ?? [])],
      note: input.note ?? '',
      created_by: input.createdBy ?? '',
      created_at: new Date(input.nowMs),
    })
    .execute()
  const keys = [...changed.keys.values()]
  if (base !== undefined) {
    await tx.client.query(
      `insert into rate (deck_id, version, ${COPIED})
       select deck_id, $2, ${COPIED} from rate r where deck_id = $1 and version = $3
         and not exists (select from unnest($4::text[], $5::int[]) k (prefix, window_id)
                         where k.prefix = r.prefix and k.window_id = r.window_id)`,
      [deckId, version, base.ratesOf, keys.map(([prefix]) => prefix), keys.map(([, windowId]) => windowId)],
    )
  }
  const named = changed.rates.map(({ destination, prefix }) => ({ name: destination, prefix }))
  const destinations = await ensureDestinations(tx, named)
  await insertRates(tx, { deckId, version, destinations, windows }, changed.rates)
  const { rows } = await tx.client.query<{ rates: number }>(
    `update deck_version set rates = (select count(*) from rate where deck_id = $1 and version = $2)
     where deck_id = $1 and version = $2 returning rates`,
    [deckId, version],
  )
  return rows[0]!.rates
}

/** All columns but the version. */
const COPIED = `prefix, effective_from, destination_id, price_per_minute, connect_fee, first_block_s, increment_s, match,
  window_id, valid_to, disconnect_fee, disconnect_after_s, anchor, minimum_charge, maximum_charge, after_maximum, grace_s,
  tiers, extras`
