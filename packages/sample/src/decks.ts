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

const HEADER = 'prefix,destination,rate,connect_fee,first_block,increment,effective_from'

/** Sell deck first, then one buy deck for each carrier. Prices hold from 1 January of the year before `endMs`. */
export function sampleDecks(endMs: number, zone: string): readonly SampleDeck[] {
  const end = DateTime.fromMillis(endMs, { zone })
  const since = `${end.year - 1}-01-01`
  const raisedFrom = end.minus({ days: RAISED.daysBeforeEnd }).toISODate()!
  return [
    {
      name: 'Northpier retail',
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

function csvOf(rowsOf: (destination: SampleDestination) => readonly string[]): string {
  return `${[HEADER, ...DESTINATIONS.flatMap(rowsOf)].join('\n')}\n`
}

function rows(d: SampleDestination, price: string, from: string): string[] {
  const [first, increment] = d.blocks.split('/')
  return d.prefixes.map((prefix) => `${prefix},"${d.name}",${price},${d.connectFee},${first},${increment},${from}`)
}
