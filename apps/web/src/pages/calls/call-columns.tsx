// The columns a list of calls can have: head, width, what a cell shows, and the columns of a file that say the same.

import type { CallRow } from '@tollbook/api/wire'
import type { ComponentChildren as Kids } from 'preact'
import { countryName } from '../../format/country.ts'
import { clock } from '../../format/duration.ts'
import { currencySymbol, isNegative, subtractMoney } from '../../format/money.ts'
import { phone } from '../../format/phone.ts'
import { when } from '../../format/time.ts'
import { messages } from '../../i18n/messages.ts'
import { endingWord } from '../../parts/ending.ts'
import { Dash, directionWord, Money, OutcomeMark } from '../../parts/figures.tsx'
import { linkHere, type View } from '../../state/view.ts'
import { CallCharge, CallMarks, CallParty, CallStart } from './call-cells.tsx'

export type CellProps = { view: View; call: CallRow; withDay: boolean }
export type CallColumn = {
  readonly key: ColumnKey
  /** Of the head: width, and where it is left out for want of room. */
  readonly css: string
  readonly cell: string
  readonly unit?: 'time' | 'money'
  /** By which the list can be ordered. */
  readonly sort?: 'newest' | 'longest' | 'dearest'
  readonly show: (props: CellProps) => Kids
  readonly file: readonly string[]
}

const KEYS = [
  ...([
    'start',
    'dir',
    'from',
    'to',
    'outcome',
    'wait',
    'talk',
    'account',
    'trunk',
    'legs',
    'charge',
    'margin',
  ] as const),
  ...(['ring', 'duration', 'did', 'extension', 'destination', 'country', 'carrier', 'disposition', 'cause'] as const),
  ...(['source', 'cost', 'tags'] as const),
] as const
export type ColumnKey = (typeof KEYS)[number]

export const USUAL: readonly ColumnKey[] = KEYS.slice(0, 12)
/** These always stand: a row is opened by its start. */
const FIXED: readonly ColumnKey[] = ['start']

const text = (value: string | null | undefined): Kids => (value ? <span title={value}>{value}</span> : <Dash />)
const seconds = (value: number | null | undefined): Kids => (value ? clock(value) : <Dash />)

const COLUMNS: Readonly<Record<ColumnKey, Omit<CallColumn, 'key'>>> = {
  start: {
    css: 'c-start',
    cell: 'nw x',
    sort: 'newest',
    show: (props) => <CallStart {...props} />,
    file: ['started_at'],
  },
  dir: { css: 'c-dir', cell: 'x muted', show: ({ call }) => directionWord(call.direction), file: ['direction'] },
  from: {
    css: 'c-from',
    cell: 'x cut',
    show: ({ call }) => <CallParty main={phone(call.from)} sub={call.fromName === call.from ? '' : call.fromName} />,
    file: ['from', 'from_name'],
  },
  to: {
    css: 'c-to',
    cell: 'x cut',
    show: ({ call }) => <CallParty main={phone(call.to)} sub={call.destination?.name ?? ''} />,
    file: ['to', 'destination'],
  },
  outcome: {
    css: 'c-outcome',
    cell: 'x',
    show: ({ call }) => (
      <>
        <OutcomeMark outcome={call.outcome}>{endingWord(call)}</OutcomeMark>
        <CallMarks call={call} {...(isLoss(call) ? { warn: messages().calls.soldBelow } : {})} />
      </>
    ),
    file: ['outcome'],
  },
  wait: {
    css: 'n c-time',
    cell: 'n x',
    unit: 'time',
    show: ({ call }) => seconds(waited(call)),
    file: ['answered_at'],
  },
  talk: {
    css: 'n c-time',
    cell: 'n x',
    unit: 'time',
    sort: 'longest',
    show: ({ call }) => seconds(call.talkSeconds),
    file: ['talk_seconds'],
  },
  account: {
    css: 'c-word',
    cell: 'x cut',
    show: ({ call }) => text(call.account && (call.account.name || call.account.code)),
    file: ['account'],
  },
  trunk: { css: 'c-trunk', cell: 'x muted cut', show: ({ call }) => text(call.trunk?.name), file: ['trunk'] },
  legs: { css: 'n c-legs', cell: 'n x', show: ({ call }) => call.legs, file: ['legs'] },
  charge: {
    css: 'n c-charge',
    cell: 'n x',
    unit: 'money',
    sort: 'dearest',
    show: (props) => <CallCharge {...props} />,
    file: ['currency', 'revenue', 'unrated'],
  },
  margin: {
    css: 'n c-margin',
    cell: 'n x',
    unit: 'money',
    show: ({ call }) =>
      call.revenue !== null && call.cost !== null ? (
        <Money amount={subtractMoney(call.revenue, call.cost)} places="stored" />
      ) : (
        <Dash {...(call.revenue !== null ? { why: messages().word.noBuyDeck } : {})} />
      ),
    file: ['revenue', 'cost'],
  },
  ring: {
    css: 'n c-time',
    cell: 'n x',
    unit: 'time',
    show: ({ call }) => seconds(call.ringSeconds),
    file: ['ring_seconds'],
  },
  duration: {
    css: 'n c-time',
    cell: 'n x',
    unit: 'time',
    show: ({ call }) => seconds(call.durationSeconds),
    file: ['duration_seconds'],
  },
  did: { css: 'c-word', cell: 'x cut', show: ({ call }) => text(phone(call.did)), file: ['did'] },
  extension: { css: 'c-short', cell: 'x cut', show: ({ call }) => text(call.extension), file: ['extension'] },
  destination: {
    css: 'c-word',
    cell: 'x cut',
    show: ({ call }) => text(call.destination?.name),
    file: ['destination'],
  },
  country: {
    css: 'c-word',
    cell: 'x cut',
    show: ({ call }) => text(call.country ? countryName(String(call.country)) : ''),
    file: ['country'],
  },
  carrier: { css: 'c-word', cell: 'x muted cut', show: ({ call }) => text(call.carrier?.name), file: ['carrier'] },
  disposition: {
    css: 'c-word',
    cell: 'x cut',
    show: ({ call }) => text(messages().filter.dispositions[call.disposition] ?? ''),
    file: ['disposition'],
  },
  cause: {
    css: 'c-word',
    cell: 'x cut',
    show: ({ call }) => text(call.cause ? `${call.cause} ${messages().cause[String(call.cause)] ?? ''}`.trim() : ''),
    file: ['cause'],
  },
  source: { css: 'c-word', cell: 'x muted cut', show: ({ call }) => text(call.source), file: ['source'] },
  cost: {
    css: 'n c-charge',
    cell: 'n x',
    unit: 'money',
    show: ({ call }) => (call.cost === null ? <Dash /> : <Money amount={call.cost} places="stored" plain />),
    file: ['currency', 'cost'],
  },
  tags: {
    css: 'c-word',
    cell: 'x cut',
    show: ({ view, call }) =>
      call.tags.map((tag) => (
        <a class="tag" href={linkHere(view, { tag })}>
          {tag}
        </a>
      )),
    file: ['tags'],
  },
}

/** Where a usual column is left out for want of room; columns chosen by hand all stay. */
const SPARE: Readonly<Partial<Record<ColumnKey, string>>> = {
  dir: 'spare2',
  wait: 'roomy',
  account: 'spare',
  trunk: 'roomy',
  legs: 'roomy',
  margin: 'spare',
}

/** Columns as the URL says (`cols=start,from`), in the order of the list; without it the usual. */
export function columnsOf(cols: string | undefined): readonly CallColumn[] {
  const asked = cols?.split(',') ?? []
  const chosen = KEYS.filter((key) => FIXED.includes(key) || asked.includes(key))
  const usual = chosen.length <= FIXED.length
  const keys = usual ? USUAL : chosen
  return keys.map((key, i) => {
    const column = COLUMNS[key]
    const spare = usual && SPARE[key] ? ` ${SPARE[key]}` : ''
    const end = i === keys.length - 1 ? ' end' : ''
    const width = column.css.split(' ').at(-1)
    return { ...column, key, css: column.css + spare, cell: `${column.cell} ${width}${spare}${end}` }
  })
}

export const ALL_COLUMNS: readonly ColumnKey[] = KEYS

export function isFixed(key: ColumnKey): boolean {
  return FIXED.includes(key)
}

/** For `cols`; null for the usual ones, which need no words. */
export function colsText(keys: readonly ColumnKey[]): string | null {
  const text = KEYS.filter((key) => keys.includes(key)).join()
  return text === USUAL.join() ? null : text
}

/** Columns of a file that say what these show, with the key by which a call is found again. */
export function fileColumns(columns: readonly CallColumn[]): string {
  return [...new Set([...columns.flatMap((column) => column.file), 'key'])].join()
}

export function unitOf(column: CallColumn, currency: string): string {
  if (column.unit === 'time') return messages().word.mss
  return column.unit === 'money' ? currencySymbol(currency).trim() : ''
}

/** Seconds from the start to the answer; of an unanswered call, to its end. */
function waited(call: CallRow): number {
  const until = call.answeredAt ?? call.endedAt
  return Math.round((Date.parse(until) - Date.parse(call.startedAt)) / 1000)
}

function isLoss(call: CallRow): boolean {
  return call.revenue !== null && call.cost !== null && isNegative(subtractMoney(call.revenue, call.cost))
}

/** When a call began, in words for whoever does not see the row. */
export function startText(view: View, call: CallRow): string {
  return `${when('day', view.zone, call.startedAt)} ${when('time', view.zone, call.startedAt)}`
}
