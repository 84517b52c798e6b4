// tollbook deck import: a rate sheet as a new version of a deck, in force at once, from a day on, or kept as a draft.

import { importRateDeck, importRateDraft, type RateDeckReport } from '@tollbook/charging'
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
import { DECK_TERMS_HELP, DECK_TERMS_OPTIONS, deckTerms } from '../deck-terms.ts'
import { effectiveFrom, sinceText } from '../effective.ts'
import { rollUpAll } from '../roll-up-all.ts'
import { SHEET_HELP, SHEET_OPTIONS } from '../sheet-options.ts'
import { counted, grouped } from '../text.ts'
import { problemsText, readAsAsked } from './deck-preview.ts'

export const deckImport: Command = {
  needs: 'tenant',
  help: `deck import reads a price list as a new version of a rate deck.

  tollbook deck import FILE --name NAME [--side sell|buy] [--currency EUR] [--effective always|now|DATE] [--draft]
                       [--allow-problems] [--default] [--note TEXT] [--map …] [--windows FILE.json] [--tenant SLUG] [--json]

  --name NAME       the deck; a new version of it when it exists
  --side            sell (default): what accounts pay; buy: what a carrier charges us
  --currency        default: the tenant's
  --effective       from when it counts: always, now, or a day or moment, also a past one
                    (default: always for the first version of a deck, now for a later one)
  --draft           store it without taking effect: look at it with deck diff and deck impact, then deck activate
  --allow-problems  import the good rows although others are faulty
  --default         accounts that have no deck of their own are charged by this one (the first sell deck is, anyway)

FILE is CSV of any delimiter, XLSX, or either as .gz. Our own form has the columns
  prefix,destination,rate,connect_fee,first_block,increment,effective_from
A file with a faulty row is refused whole. Calls that had no rate are priced at once.

${DECK_TERMS_HELP}

${SHEET_HELP}

  tollbook deck import retail.csv --name Retail --currency EUR --default
  tollbook deck import northlink-december.xlsx --name Northlink --side buy --effective 2026-12-01`,
  options: {
    ...{
      name: { type: 'string' },
      side: { type: 'string' },
      currency: { type: 'string' },
      effective: { type: 'string' },
    },
    ...{ draft: { type: 'boolean' }, 'allow-problems': { type: 'boolean' }, default: { type: 'boolean' } },
    ...{ note: { type: 'string' }, ...SHEET_OPTIONS, ...DECK_TERMS_OPTIONS },
  },
  run,
}

async function run(args: Args, around: TenantSurroundings): Promise<Answer> {
  const [file, ...more] = args.words
  if (file === undefined || more.length > 0) throw new UsageError('One file: tollbook deck import FILE --name NAME')
  const name = required(args, 'name').trim()
  if (name === '' || name.length > 200) throw new UsageError('--name is a name of at most 200 characters')
  const { db, clock, tenant } = around
  const draft = args.options.draft === true
  if (draft && (optional(args, 'effective') !== undefined || args.options.default === true)) {
    throw new UsageError('--draft takes no effect: say --effective when it is activated')
  }
  const effective = effectiveFrom(args, tenant.zone)
  const { filename, bytes, side, zone, layout, windows, preview } = await readAsAsked(file, args, around)
  if (preview.missing.length > 0) {
    const columns = preview.missing.join(', ')
    const next = `See how it is read: tollbook deck preview ${file}, and say which column it is with --map.`
    throw new CommandError('missing-columns', `${filename}: Columns missing: ${columns}. ${next}`, {
      missing: preview.missing,
    })
  }
  const input = {
    tenantId: tenant.tenantId,
    ...{ name, side, filename, text: bytes, zone, layout, ...windows, nowMs: clock.now() },
    currency: optional(args, 'currency')?.toUpperCase() ?? tenant.currency,
    allowProblems: args.options['allow-problems'] === true,
    note: optional(args, 'note') ?? '',
    ...deckTerms(args),
  }
  const makeDefault = args.options.default === true
  const done = draft
    ? await importRateDraft(db, input)
    : await importRateDeck(db, { ...input, makeDefault, ...(effective !== undefined && { effective }) })
  if (!done.ok) {
    if (done.error.kind !== 'bad-rows') throw new CommandError(done.error.kind, `${filename}: ${done.error.message}`)
    const { problems } = preview
    const next =
      preview.rates > 0
        ? `Mend them, or take ${preview.rates === 1 ? 'the other rate' : `the other ${grouped(preview.rates)} rates`}: --allow-problems`
        : 'No row is a rate.'
    const message = `${filename}: ${done.error.message}\n${problemsText(preview)}\n${next}`
    throw new CommandError('bad-rows', message, { problems, problemCount: preview.problemCount })
  }
  if (!draft) await rollUpAll(db, clock)
  const report = { rated: 0, isDefault: false, ...done.value }
  const { deckId, version, rates, problems, problemCount, rated, isDefault } = report
  const from = draft ? 'draft' : (effective ?? (version === 1 ? 'always' : 'now'))
  const json = { deckId, name, version, draft, effective: from, rates, problems, problemCount, rated, isDefault }
  return { json, text: textOf(report, from, side, tenant.zone, clock.now()) }
}

function textOf(
  report: RateDeckReport,
  from: 'draft' | 'always' | 'now' | number,
  side: 'sell' | 'buy',
  zone: string,
  nowMs: number,
) {
  const { name, version, rates, problemCount, duplicateRows, rated } = report
  const force = from === 'draft' ? 'A draft: nothing is charged by it.' : `In force ${sinceText(from, zone, nowMs)}.`
  const next = nextText(report, from === 'draft', side)
  return [
    `${name}, version ${version}: ${counted(rates, 'rate')}. ${force}`,
    ...(problemCount > 0 ? ['Rows that were left out:', problemsText(report)] : []),
    ...(duplicateRows > 0 ? [`${counted(duplicateRows, 'row')} said twice.`] : []),
    ...(rated > 0 ? [`${counted(rated, 'call')} that had no rate: charged now.`] : []),
    next,
  ].join('\n')
}

function nextText({ name, version, isDefault }: RateDeckReport, draft: boolean, side: 'sell' | 'buy'): string {
  const deck = `"${name}" ${version}`
  if (draft)
    return `Next: tollbook deck diff ${deck}, tollbook deck impact ${deck}, then tollbook deck activate ${deck}`
  if (side === 'buy') return 'Next: choose it for a carrier on the page Rates.'
  if (isDefault || version > 1) return 'Next: tollbook invoice run --month YYYY-MM'
  return 'Nobody is charged by it yet. Next: sell it in a plan (tollbook plan set), or import it with --default.'
}
