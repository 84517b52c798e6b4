// A row of A2Billing's rate table as a rate of ours: its columns by their names there. What such a rate means is said by
// the quirks of a deck of mode a2billing; this only reads.

import { type Decimal, err, ok, parseDecimal, type Result } from '@tollbook/kernel'
import type { Rate, Tier } from '../rate.ts'

/** The columns of `cc_ratecard` that decide a price, as text or numbers; what is absent counts as 0. */
export type A2BillingRow = Readonly<Partial<Record<A2BillingColumn, string | number | null>>>

export type A2BillingColumn = (typeof MONEY)[number] | (typeof WHOLE)[number]

const MONEY = [
  ...([
    'buyrate',
    'rateinitial',
    'connectcharge',
    'disconnectcharge',
    'stepchargea',
    'chargea',
    'stepchargeb',
  ] as const),
  ...(['chargeb', 'stepchargec', 'chargec', 'additional_block_charge', 'minimal_cost'] as const),
] as const
const WHOLE = [
  ...(['buyrateinitblock', 'buyrateincrement', 'initblock', 'billingblock', 'disconnectcharge_after'] as const),
  ...(['timechargea', 'billingblocka', 'timechargeb', 'billingblockb', 'timechargec', 'billingblockc'] as const),
  ...(['rounding_calltime', 'rounding_threshold', 'additional_block_charge_time', 'additional_grace'] as const),
] as const

/** A column that holds no number; `message` is for people. */
export type BadColumn = { readonly kind: 'bad-column'; readonly column: string; readonly message: string }

/** What a rate needs besides the row. */
export type A2BillingPlace = Pick<Rate, 'prefix' | 'effectiveFromMs' | 'destinationId'>

/** Both sides of a row: what the customer is charged by, and what the carrier takes. */
export type A2BillingRates = { readonly sell: Rate; readonly buy: Rate }

/** Reads a row. The buy side has a price, a first block and an increment, and the seconds that are added to each call. */
export function a2billingRates(row: A2BillingRow, place: A2BillingPlace): Result<A2BillingRates, BadColumn> {
  const values = readColumns(row)
  if (!values.ok) return values
  const { money, whole } = values.value
  const tier = (name: 'a' | 'b' | 'c'): Tier => ({
    seconds: whole[`timecharge${name}`],
    pricePerMinute: money[`charge${name}`],
    entryFee: money[`stepcharge${name}`],
    incrementS: whole[`billingblock${name}`],
  })
  const addedS = whole.additional_grace
  const sell: Rate = {
    ...place,
    pricePerMinute: money.rateinitial,
    connectFee: money.connectcharge,
    disconnectFee: money.disconnectcharge,
    disconnectAfterS: whole.disconnectcharge_after,
    firstBlockS: whole.initblock,
    incrementS: whole.billingblock,
    minimumCharge: money.minimal_cost,
    tiers: [tier('a'), tier('b'), tier('c')],
    extras: {
      addedS,
      roundFromS: whole.rounding_threshold,
      roundToS: whole.rounding_calltime,
      blockCharge: money.additional_block_charge,
      blockChargeS: whole.additional_block_charge_time,
    },
  }
  const buy: Rate = {
    ...place,
    pricePerMinute: money.buyrate,
    firstBlockS: whole.buyrateinitblock,
    incrementS: whole.buyrateincrement,
    extras: { addedS, roundFromS: 0, roundToS: 0, blockCharge: NOTHING, blockChargeS: 0 },
  }
  return ok({ sell, buy })
}

const NOTHING: Decimal = { units: 0n, scale: 0 }

type Values = {
  readonly money: Record<(typeof MONEY)[number], Decimal>
  readonly whole: Record<(typeof WHOLE)[number], number>
}

function readColumns(row: A2BillingRow): Result<Values, BadColumn> {
  const values = { money: {}, whole: {} } as Values
  for (const column of MONEY) {
    const value = decimalText(row[column])
    if (value === undefined) return err(badColumn(column, row[column], 'an amount'))
    values.money[column] = value
  }
  for (const column of WHOLE) {
    const seconds = wholeNumber(row[column])
    if (seconds === undefined) return err(badColumn(column, row[column], 'a whole number of seconds'))
    values.whole[column] = seconds
  }
  return ok(values)
}

function badColumn(column: string, value: unknown, what: string): BadColumn {
  return { kind: 'bad-column', column, message: `${column} is not ${what}: ${JSON.stringify(value)}` }
}

/** Whole and not negative; text such as "60" or "60.00" is read too, for dumps write it. */
export function wholeNumber(value: unknown): number | undefined {
  const decimal = decimalText(value)
  if (decimal === undefined || decimal.units < 0n) return undefined
  const unit = 10n ** BigInt(decimal.scale)
  if (decimal.units % unit !== 0n) return undefined
  const whole = decimal.units / unit
  return whole <= LONGEST_S ? Number(whole) : undefined
}

const LONGEST_S = 2_147_483_647n

/**
 * An exact decimal out of text or a number; undefined for anything else. A number is read as it is written, and an
 * exponent ("1e-05", as dumps of floats have it) is only a place of the point. Absent is 0.
 */
export function decimalText(value: unknown): Decimal | undefined {
  if (value === undefined || value === null || value === '') return NOTHING
  if (typeof value !== 'string' && typeof value !== 'number') return undefined
  const match = /^([+-]?)(\d*)\.?(\d*)(?:[eE]([+-]?\d{1,3}))?$/.exec(String(value).trim())
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = match ?? []
  if (match === null || whole + fraction === '') return undefined
  const scale = fraction.length - Number(exponent)
  const digits = whole + fraction + '0'.repeat(scale < 0 ? -scale : 0)
  return parseDecimal(pointed(sign === '-' ? '-' : '', digits, Math.max(scale, 0)))
}

function pointed(sign: string, digits: string, scale: number): string {
  const padded = digits.padStart(scale + 1, '0')
  return scale === 0 ? sign + padded : `${sign}${padded.slice(0, -scale)}.${padded.slice(-scale)}`
}
