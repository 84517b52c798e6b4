// The sample's price lists as the CSV that any carrier or customer would send: one to sell by, one per carrier to buy by.

import { DateTime } from 'luxon'
import { DESTINATIONS, RAISED, type SampleDestination } from './destinations.ts'
import { CARRIERS } from './world.ts'

export type SampleDeck = {
  readonly name: string
  readonly side: 'sell' | 'buy'
  readonly filename: string
  /** Index into CARRIERS for a buy deck. */
  readonly carrier: number | undefined
  readonly csv: string
}

export const SAMPLE_RETAIL = 'Northpier retail'

const HEADER = 'prefix,destination,rate,connect_fee,first_block,increment,effective_from'

/** Sell deck first, then one buy deck for each carrier. Prices hold from 1 January of the year before `endMs`. */
export function sampleDecks(endMs: number, zone: string): readonly SampleDeck[] {
  const end = DateTime.fromMillis(endMs, { zone })
  const since = `${end.year - 1}-01-01`
  const raisedFrom = end.minus({ days: RAISED.daysBeforeEnd }).toISODate()!
  return [
    {
      name: SAMPLE_RETAIL,
      side: 'sell',
      filename: 'northpier-retail.csv',
      carrier: undefined,
      csv: csvOf((d) => rows(d, d.sell, since)),
    },
    ...CARRIERS.map((name, carrier) => ({
      name,
      side: 'buy' as const,
      filename: `${name.toLowerCase().replaceAll(' ', '-')}.csv`,
      carrier,
      csv: csvOf((d) => {
        const usual = rows(d, d.buy[carrier]!, since)
        const raised = d.name === RAISED.name && carrier === RAISED.carrier
        return raised ? [...usual, ...rows(d, RAISED.price, raisedFrom)] : usual
      }),
    })),
  ]
}

/** The retail deck with next month's prices: mobiles dearer, some fixed lines cheaper, one place new, one closed. */
export function sampleDraftCsv(endMs: number, zone: string): string {
  const since = `${DateTime.fromMillis(endMs, { zone }).year - 1}-01-01`
  const closed = DESTINATIONS.at(-1)!.name
  const lines = csvOf((d) => (d.name === closed ? [] : rows(d, NEXT_PRICES[d.name] ?? d.sell, since)))
  return `${lines}88216,"Satellite, Thuraya",1.9000,0,60,60,${since}\n`
}

const NEXT_PRICES: Readonly<Record<string, string>> = {
  'Ireland, mobile': '0.0420',
  'United Kingdom, mobile': '0.0365',
  'Germany, mobile': '0.0440',
  'Germany, fixed': '0.0120',
  'France, mobile': '0.0395',
  'United States': '0.0130',
  'Spain, mobile': '0.0410',
}

function csvOf(rowsOf: (destination: SampleDestination) => readonly string[]): string {
  return `${[HEADER, ...DESTINATIONS.flatMap(rowsOf)].join('\n')}\n`
}

function rows(d: SampleDestination, price: string, from: string): string[] {
  const [first, increment] = d.blocks.split('/')
  return d.prefixes.map((prefix) => `${prefix},"${d.name}",${price},${d.connectFee},${first},${increment},${from}`)
}
