// The columns of A2Billing's rate table, by their names: a ratecard export or a dump of it is a rate sheet like any
// other, but its names leave nothing to guess.

import type { SheetField } from './layout.ts'

/** Whether a header is one of A2Billing's rate table. */
export function isA2Billing(header: readonly string[]): boolean {
  const names = new Set(header.map(nameOf))
  return names.has('dialprefix') && (names.has('rateinitial') || names.has('buyrate'))
}

/** What each column is for a deck of that side; what the other side is charged by is left out. */
export function a2billingColumns(header: readonly string[], side: 'sell' | 'buy'): readonly SheetField[] {
  const names = header.map(nameOf)
  const named = names.includes('destination_name') || names.includes('destinationname')
  const fields = side === 'sell' ? { ...BOTH, ...SELL } : { ...BOTH, ...BUY }
  return names.map((name) => (named && name === 'destination' ? 'ignore' : (fields[name] ?? 'ignore')))
}

function nameOf(cell: string): string {
  return cell.trim().toLowerCase().replace(/^.*\./, '').replace(/["'`]/g, '')
}

const BOTH: Readonly<Record<string, SheetField>> = {
  dialprefix: 'prefix',
  destination: 'destination',
  destination_name: 'destination',
  destinationname: 'destination',
  startdate: 'effective-from',
  stopdate: 'valid-to',
  starttime: 'week-from',
  endtime: 'week-to',
  additional_grace: 'added-seconds',
}

const SELL: Readonly<Record<string, SheetField>> = {
  rateinitial: 'price',
  initblock: 'first-block',
  billingblock: 'increment',
  connectcharge: 'connect-fee',
  disconnectcharge: 'disconnect-fee',
  disconnectcharge_after: 'disconnect-after',
  minimal_cost: 'minimum-charge',
  stepchargea: 'tier-1-fee',
  chargea: 'tier-1-price',
  timechargea: 'tier-1-seconds',
  billingblocka: 'tier-1-increment',
  stepchargeb: 'tier-2-fee',
  chargeb: 'tier-2-price',
  timechargeb: 'tier-2-seconds',
  billingblockb: 'tier-2-increment',
  stepchargec: 'tier-3-fee',
  chargec: 'tier-3-price',
  timechargec: 'tier-3-seconds',
  billingblockc: 'tier-3-increment',
  rounding_calltime: 'round-to',
  rounding_threshold: 'round-from',
  additional_block_charge: 'block-charge',
  additional_block_charge_time: 'block-charge-seconds',
}

const BUY: Readonly<Record<string, SheetField>> = {
  buyrate: 'price',
  buyrateinitblock: 'first-block',
  buyrateincrement: 'increment',
}
