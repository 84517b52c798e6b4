// One row of a sheet as prefixes and terms, by a layout. Each cell is read by its kind; the first that cannot be read
// is the row's problem, told with the name its column has in our own form.

import { err, ok, type Result } from '@tollbook/kernel'
import { ZERO_DATE } from './date-cell.ts'
import { blocksCell, quoted } from './number-cell.ts'
import { areaCells, prefixCell } from './prefix-cell.ts'
import { rareTerms } from './rare-terms.ts'
import { money, type RowReader, seconds } from './row-reader.ts'
import type { RateRow } from './sheet-rate.ts'
import { weekWindow } from './week-window.ts'

export function readPrefixes(reader: RowReader, row: readonly string[]): Result<readonly string[], string> {
  if (reader.has('prefix')) return prefixCell(reader.cell(row, 'prefix'), reader.layout.mode)
  const [country, area] = [reader.cell(row, 'country-code'), reader.cell(row, 'area-code')]
  return areaCells(country, area)
}

export type Terms = Omit<RateRow, 'prefix'>

export function readTerms(
  reader: RowReader,
  row: readonly string[],
  prefixes: readonly string[],
): Result<Terms, string> {
  const destination = destinationOf(reader, row, prefixes)
  if (!destination.ok) return destination
  const price = money(reader, row, 'price')
  if (!price.ok) return price
  const connectFee = money(reader, row, 'connect-fee', '0')
  if (!connectFee.ok) return connectFee
  const blocks = blocksOf(reader, row)
  if (!blocks.ok) return blocks
  const effective = startOf(reader, row)
  if (!effective.ok) return effective
  const window = windowOf(reader, row)
  if (!window.ok) return window
  const rare = rareTerms(reader, row)
  if (!rare.ok) return rare
  const { firstBlockS, incrementS, anchor } = blocks.value
  if (rare.value.validToMs !== undefined && rare.value.validToMs <= effective.value) {
    return err(`valid_to ${quoted(reader.cell(row, 'valid-to'))} is not after the beginning.`)
  }
  return ok({
    destination: destination.value,
    pricePerMinute: price.value,
    connectFee: connectFee.value,
    firstBlockS,
    incrementS,
    effectiveFromMs: effective.value,
    ...(anchor === 'zero' ? { anchor } : {}),
    ...(window.value === '' ? {} : { window: window.value }),
    ...rare.value,
  })
}

/** A name as it is, blanks within made single. A sheet without names has its prefixes for names. */
function destinationOf(reader: RowReader, row: readonly string[], prefixes: readonly string[]): Result<string, string> {
  const text = reader.cell(row, 'destination')
  const numeric = reader.layout.mode === 'a2billing' && /^\d*$/.test(text)
  if (!reader.has('destination') || numeric) {
    const [prefix = ''] = prefixes
    return ok(prefix === '' ? 'Default' : prefix.startsWith('_') ? prefix : `+${prefix}`)
  }
  // An apostrophe before what a spreadsheet would take for a formula is how sheets keep it a text.
  const bare = /^'['=+\-@]/.test(text) ? text.slice(1) : text
  const name = /\s\s|[\t\n\r]/.test(bare) ? bare.replace(/\s+/g, ' ') : bare
  if (name === '') return err('Destination is empty.')
  return name.length > 200 ? err('Destination is longer than 200 characters.') : ok(name)
}

type RowBlocks = { readonly firstBlockS: number; readonly incrementS: number; readonly anchor: 'first-block' | 'zero' }

function blocksOf(reader: RowReader, row: readonly string[]): Result<RowBlocks, string> {
  const { firstBlockSeconds, incrementSeconds, anchor: usual, mode } = reader.layout
  const own = reader.cell(row, 'anchor')
  if (own !== '' && own !== 'zero' && own !== 'first-block')
    return err(`anchor ${quoted(own)} is neither zero nor first-block.`)
  const anchor = own === '' ? usual : own
  const both = reader.cell(row, 'blocks')
  if (both !== '') {
    const blocks = blocksCell('blocks', both)
    return blocks.ok ? ok({ ...blocks.value, anchor: blocks.value.anchor ?? anchor }) : blocks
  }
  const first = seconds(reader, row, 'first-block', 0)
  if (!first.ok) return first
  const increment = seconds(reader, row, 'increment', mode === 'a2billing' ? 0 : 1)
  if (!increment.ok) return increment
  return ok({ firstBlockS: first.value ?? firstBlockSeconds, incrementS: increment.value ?? incrementSeconds, anchor })
}

/** Empty = from the beginning, and so is A2Billing's zero date. In any other sheet a zero date has to be asked about. */
function startOf(reader: RowReader, row: readonly string[]): Result<number, string> {
  const text = reader.cell(row, 'effective-from')
  if (text === '') return ok(0)
  if (!ZERO_DATE.test(text)) return reader.instant('effective_from', text)
  if (reader.layout.mode === 'a2billing') return ok(0)
  return err(`effective_from ${quoted(text)} is a zero date. Leave it empty if the rate holds from the beginning.`)
}

function windowOf(reader: RowReader, row: readonly string[]): Result<string, string> {
  const name = reader.cell(row, 'window')
  if (name !== '' && !reader.windows.has(name)) return err(`Time window ${quoted(name)} is not defined in the deck.`)
  if (name !== '' || !reader.has('week-from')) return ok(name)
  return weekWindow(reader.week, reader.windows, reader.cell(row, 'week-from'), reader.cell(row, 'week-to'))
}
