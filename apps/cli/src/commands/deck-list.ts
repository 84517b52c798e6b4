// tollbook deck list and show: which decks there are, which of their versions counts when, and their rates.

import { type DeckDetail, type DeckVersion, deckDetail, type ListedRate, listDecks, listRates } from '@tollbook/tariffs'
import { type Answer, type Args, type Command, optional, type TenantSurroundings, UsageError } from '../command.ts'
import { localTime } from '../effective.ts'
import { deckWords, findDeck, findVersion, versionNumber } from '../find-deck.ts'
import { grouped, table } from '../text.ts'

const right = { align: 'right' as const }

export const deckList: Command = {
  needs: 'tenant',
  help: `deck list shows the rate decks: which version is in force, which are to come, which are drafts.

  tollbook deck list [--tenant SLUG] [--json]`,
  options: {},
  run: runList,
}

export const deckShow: Command = {
  needs: 'tenant',
  help: `deck show shows one deck: its versions, who uses it, and its rates.

  tollbook deck show NAME [--version V] [--search TEXT] [--limit N] [--tenant SLUG] [--json]

  --version    rates of this version (default: the one in force)
  --search     rates for a number or the start of one (4477…), or of a destination (mobile)
  --limit      rates shown at most, 1 to 500 (default 20)

  tollbook deck show Retail --search 447700900461`,
  options: { version: { type: 'string' }, search: { type: 'string' }, limit: { type: 'string' } },
  run: runShow,
}

async function runList(_args: Args, { db, tenant, clock }: TenantSurroundings): Promise<Answer> {
  const decks = []
  for (const { draft: _, ...deck } of await listDecks(db, tenant.tenantId)) {
    const detail = await deckDetail(db, tenant.tenantId, deck.id, clock.now())
    const versions = detail?.versions ?? []
    const numbers = (state: DeckVersion['state']) => versions.filter((v) => v.state === state).map((v) => v.version)
    const inForce = versions.find((v) => v.state === 'in-force')
    const coming = versions.filter((v) => v.state === 'scheduled').map((v) => ({ version: v.version, from: iso(v) }))
    const now = { version: inForce?.version ?? 0, rates: inForce?.rates ?? 0, since: inForce ? iso(inForce) : null }
    decks.push({ ...deck, ...now, scheduled: coming, drafts: numbers('draft') })
  }
  const rows = decks.map((d) => [
    `${d.name}${d.isDefault ? ' (default)' : ''}`,
    ...[d.side, d.currency, d.version === 0 ? '–' : String(d.version), grouped(d.rates)],
    d.since === null ? 'nothing is' : whenText(d.since, tenant.zone),
    d.scheduled.map((v) => `${v.version} from ${whenText(v.from, tenant.zone)}`).join(', '),
    d.drafts.join(', '),
  ])
  const columns = [
    ...[
      { title: 'deck' },
      { title: 'side' },
      { title: 'currency' },
      { title: 'version', ...right },
      { title: 'rates', ...right },
    ],
    ...[{ title: 'in force since' }, { title: 'scheduled' }, { title: 'drafts' }],
  ]
  const none = 'There is no rate deck. Next: tollbook deck import FILE --name NAME'
  return { json: { decks }, text: decks.length === 0 ? none : table(columns, rows) }
}

/** When a version begins, in UTC; 1970-01-01 means "from the beginning". */
function iso(version: DeckVersion): string {
  return new Date(version.effectiveFromMs).toISOString()
}

function whenText(instant: string, zone: string): string {
  const ms = Date.parse(instant)
  return ms === 0 ? 'the beginning' : localTime(ms, zone)
}

async function runShow(args: Args, around: TenantSurroundings): Promise<Answer> {
  const { name } = deckWords(args, 'deck show NAME', 1)
  const deck = await findDeck(around, name)
  const wanted = optional(args, 'version')
  const inForce = deck.versions.find((v) => v.state === 'in-force')
  const version =
    wanted === undefined
      ? (inForce ?? deck.versions[0])?.version
      : findVersion(deck, versionNumber(wanted, 'deck show NAME --version V')).version
  const search = optional(args, 'search') ?? ''
  const question = { search, limit: limitOf(args, 20), ...(version !== undefined && { version }) }
  const rates = await listRates(around.db, deck.deckId, question)
  const shown = {
    ...deck,
    versions: deck.versions.map((v) => ({ ...v, effectiveFrom: v.state === 'draft' ? null : iso(v) })),
  }
  const json = { deck: shown, version: version ?? 0, rates: rates.items, more: rates.next !== null }
  const parts = [headText(deck), versionsText(deck, around.tenant.zone)]
  if (version !== undefined) {
    const which = `Rates of version ${version}${search === '' ? '' : ` with "${search}"`}`
    const more =
      rates.next === null ? '' : '\n… and more: --search TEXT, --limit N, or all of them: tollbook deck export'
    parts.push(rates.items.length === 0 ? `${which}: none.` : `${which}:\n${ratesText(rates.items, deck.zone)}${more}`)
  }
  return { json, text: parts.join('\n\n') }
}

/** --limit, 1 to 500. */
export function limitOf(args: Args, otherwise: number): number {
  const text = optional(args, 'limit')
  if (text === undefined) return otherwise
  if (!/^\d{1,3}$/.test(text) || Number(text) < 1 || Number(text) > 500)
    throw new UsageError(`--limit is "${text}"; use 1 to 500`)
  return Number(text)
}

function headText(deck: DeckDetail): string {
  const users = deck.usedBy.map(({ kind, name }) =>
    kind === 'default' ? 'accounts without terms of their own' : `${kind} ${name}`,
  )
  const most = users.slice(0, 8).join(', ')
  const used = users.length === 0 ? 'nobody' : `${most}${users.length > 8 ? ` and ${users.length - 8} more` : ''}`
  const rounding = `${deck.rounding} to ${deck.places} places${deck.mode === 'a2billing' ? ", in A2Billing's manner" : ''}`
  const windows = deck.windows.map((w) => w.name).join(', ')
  return `${deck.name}: ${deck.side}, ${deck.currency}, ${rounding}, ${deck.zone}${windows === '' ? '' : `, windows ${windows}`}\nUsed by ${used}.`
}

function versionsText(deck: DeckDetail, zone: string): string {
  const columns = [{ title: 'version', ...right }, { title: 'state' }, { title: 'from' }, { title: 'rates', ...right }]
  const more = [{ title: 'made by' }, { title: 'on' }, { title: 'file' }, { title: 'note' }]
  const rows = deck.versions.map((v) => [
    ...[
      String(v.version),
      v.state.replace('-', ' '),
      v.state === 'draft' ? '–' : whenText(iso(v), zone),
      grouped(v.rates),
    ],
    v.origin === 'rollback' ? `going back to ${v.ratesOf}` : v.origin,
    ...[
      localTime(v.createdAtMs, zone),
      v.filename,
      v.problemCount > 0 ? `${v.note} (${v.problemCount} rows left out)`.trim() : v.note,
    ],
  ])
  return rows.length === 0
    ? 'It has no version. Next: tollbook deck import FILE --name NAME'
    : table([...columns, ...more], rows)
}

function ratesText(rates: readonly ListedRate[], zone: string): string {
  const windows = rates.some((r) => r.window !== '')
  const starts = rates.some((r) => r.effectiveFromMs !== 0 || r.validToMs !== undefined)
  const tiers = rates.some((r) => r.tiers.length > 0)
  const columns = [
    ...[{ title: 'prefix' }, { title: 'destination' }, { title: 'a minute', ...right }, { title: 'connect', ...right }],
    { title: 'blocks', ...right },
    ...(windows ? [{ title: 'window' }] : []),
    ...(starts ? [{ title: 'from' }, { title: 'to' }] : []),
    ...(tiers ? [{ title: 'first' }] : []),
  ]
  const rows = rates.map((r) => [
    ...[r.prefix === '' ? '*' : r.prefix, r.destination, r.pricePerMinute, r.connectFee],
    `${r.firstBlockSeconds}/${r.incrementSeconds}`,
    ...(windows ? [r.window] : []),
    ...(starts
      ? [
          r.effectiveFromMs === 0 ? '' : localTime(r.effectiveFromMs, zone),
          r.validToMs === undefined ? '' : localTime(r.validToMs, zone),
        ]
      : []),
    ...(tiers ? [r.tiers.map((t) => `${t.seconds} s at ${t.pricePerMinute}`).join(', ')] : []),
  ])
  return table(columns, rows)
}
