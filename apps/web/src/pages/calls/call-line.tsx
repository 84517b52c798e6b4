// One call in a list: a row on a desk, two lines on a phone, and its legs unfolded below when asked for.

import type { CallDetail, CallRow, LegRow, Outcome } from '@tollbook/api/wire'
import { Component, type ComponentChildren as Kids } from 'preact'
import { readCall } from '../../api/routes.ts'
import { clock } from '../../format/duration.ts'
import { phone } from '../../format/phone.ts'
import { when } from '../../format/time.ts'
import { messages } from '../../i18n/messages.ts'
import { endingWord } from '../../parts/ending.ts'
import { directionWord, OutcomeMark } from '../../parts/figures.tsx'
import { Icon } from '../../parts/icon.tsx'
import { useLoad } from '../../state/load.ts'
import { linkTo, type View } from '../../state/view.ts'
import { CallCharge, CallMarks } from './call-cells.tsx'
import { type CallColumn, columnsOf, startText } from './call-columns.tsx'
import { CELL, ROW } from './table-roles.ts'

export type LineProps = {
  view: View
  call: CallRow
  columns: readonly CallColumn[]
  withDay: boolean
  open: boolean
  onToggle: (key: string) => void
  /** Legs cannot be unfolded here. */
  flat?: boolean
  /** Whether it is chosen; undefined where calls cannot be chosen. */
  chosen?: boolean | undefined
  onChoose?: (key: string, chosen: boolean, through: boolean) => void
  /** Its place among all rows, the head being 1; for lists of which only a part is drawn. */
  rowIndex?: number
  /** Cells of a desk or of a phone; undefined draws both, and the style chooses. */
  room?: 'desk' | 'phone'
}

/** Drawn again only when it changed itself: while a long list scrolls most of its rows stay. */
export class CallLine extends Component<LineProps> {
  override shouldComponentUpdate(next: LineProps): boolean {
    const { props } = this
    return (
      props.call !== next.call ||
      props.open !== next.open ||
      props.chosen !== next.chosen ||
      props.columns !== next.columns ||
      props.withDay !== next.withDay ||
      props.rowIndex !== next.rowIndex ||
      props.room !== next.room ||
      props.view.query !== next.view.query
    )
  }

  override render(props: LineProps) {
    const { view, call, columns, open } = props
    const href = linkTo(view, `/calls/${call.key}`)
    const unfolds = call.legs > 1 && !props.flat
    const onSpace = (event: KeyboardEvent) => {
      if (event.key !== ' ' || !unfolds) return
      event.preventDefault()
      props.onToggle(call.key)
    }
    const cell = { view, call, withDay: props.withDay }
    return (
      <>
        <tr {...ROW} class={open || props.chosen ? 'sel' : undefined} aria-rowindex={props.rowIndex}>
          {props.chosen !== undefined && <ChooseCell {...props} chosen={props.chosen} />}
          <td {...CELL} class="x tog">
            {unfolds && (
              <button
                type="button"
                class={open ? 'turn' : undefined}
                aria-expanded={open}
                aria-label={messages().calls.showLegs(call.legs)}
                onClick={() => props.onToggle(call.key)}
              >
                <Icon name="chevron-right" />
              </button>
            )}
          </td>
          {props.room !== 'phone' &&
            columns.map((column) => (
              <td {...CELL} class={column.cell}>
                {column.key === 'start' ? (
                  <a href={href} data-row onKeyDown={onSpace}>
                    {column.show(cell)}
                  </a>
                ) : (
                  column.show(cell)
                )}
              </td>
            ))}
          {props.room !== 'desk' && <Narrow view={view} call={call} href={href} onSpace={onSpace} />}
        </tr>
        {open && (
          <Legs view={view} callKey={call.key} columns={columns.length + (props.chosen === undefined ? 1 : 2)} />
        )}
      </>
    )
  }
}

/** For lists without a choice of columns. */
export function usualColumns(): readonly CallColumn[] {
  return USUAL_COLUMNS
}
const USUAL_COLUMNS = columnsOf(undefined)

function ChooseCell(props: LineProps & { chosen: boolean }) {
  const { call, chosen } = props
  return (
    <td {...CELL} class="choose">
      <input
        type="checkbox"
        checked={chosen}
        aria-label={messages().calls.tag.select(startText(props.view, call))}
        onClick={(event) => props.onChoose?.(call.key, event.currentTarget.checked, event.shiftKey)}
      />
    </td>
  )
}

type NarrowProps = { view: View; call: CallRow; href: string; onSpace: (event: KeyboardEvent) => void }

/** The two lines of a phone: number and time on the left, length, outcome and money on the right. */
function Narrow(props: NarrowProps) {
  const { view, call } = props
  const inbound = call.direction === 'inbound'
  const far = phone(inbound ? call.from : call.to)
  const near = inbound
    ? `→ ${phone(call.to)}`
    : [`${phone(call.from)} ${call.fromName}`.trim(), call.destination?.name].filter(Boolean).join(' · ')
  return (
    <>
      <td {...CELL} class="narrow">
        <a href={props.href} data-row onKeyDown={props.onSpace}>
          <span class="hint">
            {when('day', view.zone, call.startedAt)} {when('time', view.zone, call.startedAt)} ·{' '}
            {directionWord(call.direction)}
          </span>
          <span class="b line">{far}</span>
          <span class="sub">{near}</span>
          {call.tags.length > 0 && <span class="sub">{call.tags.join(' · ')}</span>}
        </a>
      </td>
      <td {...CELL} class="narrow r">
        <span class="b line">{call.talkSeconds > 0 ? clock(call.talkSeconds) : '–'}</span>
        <OutcomeMark outcome={call.outcome}>{endingWord(call)}</OutcomeMark>
        <CallMarks call={call} />
        {(call.revenue !== null || call.unrated) && (
          <span class="hint line">
            <CallCharge view={view} call={call} withSymbol />
          </span>
        )}
      </td>
    </>
  )
}

function Legs({ view, callKey, columns }: { view: View; callKey: string; columns: number }) {
  const { data, error } = useLoad<CallDetail>(`legs/${callKey}`, (signal) =>
    readCall(view.tenant.slug, callKey, signal),
  )
  const m = messages()
  if (!data) {
    return (
      <tr {...ROW} class="leg">
        <td {...CELL} class="x" colSpan={columns}>
          {error ? m.fault.unread(m.call.reading) : m.fault.loading}
        </td>
      </tr>
    )
  }
  return <>{data.legs.map((leg, i) => legRow(view, leg, i, columns))}</>
}

function legRow(view: View, leg: LegRow, i: number, columns: number): Kids {
  const m = messages()
  return (
    <tr {...ROW} class="leg">
      <td {...CELL} class="x" />
      <td {...CELL} class="x mono cut" colSpan={columns - 1}>
        <span class="muted nw">
          {when('time', view.zone, leg.startedAt)} · {m.calls.leg(i + 1)}
        </span>
        <span>{leg.dstchannel || leg.channel}</span>
        <OutcomeMark outcome={outcomeOfLeg(leg)}>{leg.disposition}</OutcomeMark>
        <span>{leg.billsec > 0 ? clock(leg.billsec) : '–'}</span>
        <span class="muted">{leg.lastapp}</span>
      </td>
    </tr>
  )
}

function outcomeOfLeg(leg: LegRow): Outcome {
  if (leg.disposition === 'ANSWERED') return 'answered'
  if (leg.disposition === 'BUSY') return 'busy'
  if (leg.disposition === 'FAILED' || leg.disposition === 'CONGESTION') return 'failed'
  return 'no-answer'
}
