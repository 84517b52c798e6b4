// tollbook deck: price lists, to sell by and to buy by.

import { readFile } from 'node:fs/promises'
import { basename, resolve } from 'node:path'
import { importRateDeck } from '@tollbook/charging'
import { listDecks } from '@tollbook/tariffs'
import {
  type Answer,
  type Args,
  type Command,
  CommandError,
  optional,
  required,
  type TenantSurroundings,
  UsageError,
} from '../command.ts'
import { rollUpAll } from '../roll-up-all.ts'
import { grouped, table } from '../text.ts'

export const deckImport: Command = {
  needs: 'tenant',
  help: `deck import reads a price list as a new version of a rate deck.

  tollbook deck import FILE --name NAME [--side sell|buy] [--currency EUR] [--default] [--tenant SLUG] [--json]

  --name NAME       the deck; a new version of it when it exists
  --side            sell (default): what accounts pay; buy: what a carrier charges us
  --currency        default: the tenant's
  --default         accounts that have no deck of their own are charged by this one (the first sell deck is, anyway)

The file is CSV: prefix,destination,rate,connect_fee,first_block,increment,effective_from
A file with a faulty row is refused whole; nothing is guessed. Calls that had no rate are priced at once.

  tollbook deck import retail.csv --name Retail --currency EUR --default`,
  options: {
    name: { type: 'string' },
    side: { type: 'string' },
    currency: { type: 'string' },
    default: { type: 'boolean' },
  },
  run: runImport,
}

export const deckList: Command = {
  needs: 'tenant',
  help: `deck list shows the rate decks.

  tollbook deck list [--tenant SLUG] [--json]`,
  options: {},
  run: runList,
}

async function runImport(args: Args, around: TenantSurroundings): Promise<Answer> {
  const [file, ...more] = args.words
  if (file === undefined || more.length > 0) throw new UsageError('One file: tollbook deck import FILE --name NAME')
  const name = required(args, 'name')
  const side = optional(args, 'side') ?? 'sell'
  if (side !== 'sell' && side !== 'buy') throw new UsageError(`--side is "${side}"; use sell or buy`)
  const path = resolve(around.config.invokedFrom, file)
  const text = await readFile(path).catch((error: NodeJS.ErrnoException) => {
    throw new CommandError('no-file', `${path} cannot be read (${error.code}).`)
  })
  const { db, clock, tenant } = around
  const done = await importRateDeck(db, {
    tenantId: tenant.tenantId,
    name,
    side,
    currency: optional(args, 'currency') ?? tenant.currency,
    filename: basename(path),
    text,
    // Dates of a new deck begin at local midnight.
    zone: tenant.zone,
    nowMs: clock.now(),
    makeDefault: args.options.default === true,
  })
  if (!done.ok) throw new CommandError(done.error.kind, `${basename(path)}: ${done.error.message}`)
  await rollUpAll(db, clock)
  const { deckId, version, rates, problems, rated, isDefault } = done.value
  const notes = problems.map((p) => `  line ${p.line}: ${p.message}`)
  const lines = [
    `${name}, version ${version}: ${grouped(rates)} rates.`,
    ...(notes.length > 0 ? ['Rows that were left out:', ...notes] : []),
    ...(rated > 0 ? [`${grouped(rated)} calls that had no rate are charged now.`] : []),
    side === 'sell' ? 'Next: tollbook invoice run --month YYYY-MM' : 'Next: choose it for a carrier on the page Rates.',
  ]
  return { json: { deckId, name, version, rates, problems, rated, isDefault }, text: lines.join('\n') }
}

async function runList(_args: Args, { db, tenant }: TenantSurroundings): Promise<Answer> {
  const decks = await listDecks(db, tenant.tenantId)
  const rows = decks.map((d) => [d.name, d.side, d.currency, String(d.version), grouped(d.rates)])
  const columns = [
    { title: 'deck' },
    { title: 'side' },
    { title: 'currency' },
    { title: 'version', align: 'right' as const },
    { title: 'rates', align: 'right' as const },
  ]
  const none = 'There is no rate deck. Next: tollbook deck import FILE --name NAME'
  return { json: { decks }, text: decks.length === 0 ? none : table(columns, rows) }
}
