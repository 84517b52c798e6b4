// The steps of a charge as a till receipt, on the call page and in the simulator alike. The arithmetic comes from the
// api; here are only the words, and an unknown kind of step is shown with its values rather than left out.

import type { TraceStep } from '@tollbook/api/wire'
import type { ComponentChildren as Kids, RefObject } from 'preact'
import { moneyLine, subtractMoney } from '../format/money.ts'
import { phone } from '../format/phone.ts'
import { messages } from '../i18n/messages.ts'
import { linkTo, type View } from '../state/view.ts'
import { Money } from './figures.tsx'

export type TraceProps = {
  readonly view: View
  readonly steps: readonly TraceStep[]
  /** "€", or a code with a blank. */
  readonly symbol: string
  readonly deck: { readonly id: number; readonly name: string; readonly version: number }
  /** The last line; absent when nothing is charged. */
  readonly total?: { readonly words: Kids; readonly amount: string } | undefined
  readonly table?: RefObject<HTMLTableElement | null>
}

export function Trace(props: TraceProps) {
  const { steps, symbol, total } = props
  const lines = steps.filter((step) => step.kind !== 'total' && !isSilent(step, steps))
  return (
    <table class="why" ref={props.table ?? null}>
      <tbody>
        {lines.map((step, i) => (
          <tr>
            <td>{i + 1}</td>
            <td>
              <StepText {...props} step={step} />
            </td>
            <td>
              <StepFigure step={step} symbol={symbol} />
            </td>
          </tr>
        ))}
        {total && (
          <tr class="res">
            <td />
            <td>{total.words}</td>
            <td>
              <Money amount={total.amount} symbol={symbol} places="exact" />
            </td>
          </tr>
        )}
      </tbody>
    </table>
  )
}

/** The receipt as lines of text, to be pasted into a mail. */
export function traceText(table: HTMLTableElement | null): string {
  return [...(table?.rows ?? [])]
    .map((row) => [...row.cells].map((cell) => cell.textContent.replace(/\s+/g, ' ').trim()).filter(Boolean))
    .map(([first = '', ...rest]) => (rest.length > 1 ? `${first}. ${rest.join('  ')}` : [first, ...rest].join('  ')))
    .join('\n')
}

/** Rounding what had no more places anyway, or listing the one prefix that matched, is no step worth reading. */
function isSilent(step: TraceStep, all: readonly TraceStep[]): boolean {
  if (step.kind === 'rounding') {
    const exact = step.values.exact
    return exact !== undefined && step.amount !== null && bare(exact) === bare(step.amount)
  }
  // Nearly every call stays below its maximum.
  if (step.kind === 'maximum') return step.values.capped === 'no'
  return step.kind === 'candidates' && all.some((one) => one.kind === 'match' && one.values.candidates !== undefined)
}

const bare = (text: string) => (text.includes('.') ? text.replace(/0+$/, '').replace(/\.$/, '') : text)

function StepText(props: TraceProps & { step: TraceStep }): Kids {
  const { step } = props
  const words = messages().steps
  const v = (name: string) => step.values[name] ?? ''
  switch (step.kind) {
    case 'number':
      return v('dialled')
        ? words.number(<code class="nw">{phone(v('dialled'))}</code>, <Read digits={v('read')} />)
        : words.numberPlain(<Read digits={v('read')} />)
    case 'plan':
      return <PlanStep step={step} />
    case 'candidates':
      return words.candidates(<Prefixes all={v('candidates') || v('prefixes') || v('list')} hit={v('prefix')} />)
    case 'match':
      return <MatchStep {...props} />
    case 'window':
      return <WindowStep step={step} />
    case 'package':
      return <PackageStep step={step} />
    case 'seconds':
      return secondsText(step)
    case 'tier':
      return <TierStep step={step} />
    case 'price':
      return words.price(v('billed') || v('seconds'), v('pricePerMinute'))
    case 'connect-fee':
      return words.connectFee
    case 'disconnect-fee':
      return (
        <>
          {words.disconnectFee}
          {Number(v('after')) > 0 && <span class="hint"> {words.disconnectAfter(v('after'))}</span>}
        </>
      )
    case 'entry-fee':
      return words.entryFee(v('tier'))
    case 'block-fee':
      return words.blockFee(v('count'), v('every'), v('fee'))
    case 'markup':
      return <MarkupStep step={step} />
    case 'minimum':
      return words.minimum(amountText(v('minimum')), v('raised') === 'yes')
    case 'maximum':
      return words.maximum(amountText(v('maximum')), v('after') === 'stop')
    case 'rounding':
      return words.rounding(
        words.modes[v('rule') as keyof typeof words.modes] ?? v('rule'),
        v('places'),
        isDecimal(v('exact')) ? <Money amount={v('exact')} places="stored" /> : v('exact'),
      )
    case 'total':
      return words.total
    default:
      return <UnknownStep step={step} />
  }
}

/** Of a newer api than these pages: said as it came. */
function UnknownStep({ step }: { step: { kind: string; values: Readonly<Record<string, string>> } }) {
  return (
    <>
      {messages().steps.other(step.kind)}{' '}
      <span class="hint">
        {Object.entries(step.values)
          .map(([name, value]) => `${name} ${value}`)
          .join(', ')}
      </span>
    </>
  )
}

function Read({ digits }: { digits: string }) {
  return <b class="b nw">{phone(`+${digits.replace(/^\+/, '')}`)}</b>
}

function PlanStep({ step }: { step: TraceStep }) {
  const m = messages()
  const words = m.steps
  const { plan = '', choice = '', blocked = '', decks = '', deck = '' } = step.values
  if (blocked) return <>{words.planBlocked(<b class="b">{plan}</b>, <code>{blocked}</code>)}</>
  const how = words.planHow[choice as keyof typeof words.planHow]
  // A deck without a rate says why in the wire's own word: "Trade 2026 (no-rate)".
  const said = decks.replace(/\((no-rate|expired|ambiguous)\)/g, (_, why: keyof typeof m.word.unrated) => {
    return `(${m.word.unrated[why]})`
  })
  return (
    <>
      {words.plan(<b class="b">{plan}</b>, deck)} <span class="hint">{[how, said].filter(Boolean).join(': ')}</span>
    </>
  )
}

function PackageStep({ step }: { step: TraceStep }) {
  const words = messages().steps
  const { package: name = '', kind = '', freeSeconds = '0', amount = '', usedBefore = '' } = step.values
  // The arithmetic knows what was free, not by which package.
  if (name === '') return <>{words.freeOf(step.values.free ?? '', step.values.billed ?? '')}</>
  const isFree = Number(freeSeconds) > 0
  const gives = kind === 'seconds' ? words.packageFree(freeSeconds) : words.packageCall
  return (
    <>
      {words.package(<b class="b">{name}</b>)}{' '}
      <span class="hint">
        {isFree ? gives : words.packageUsed}
        {kind !== 'unlimited' && usedBefore !== '' && ` ${words.packageBefore(usedBefore, amount, kind === 'calls')}`}
      </span>
    </>
  )
}

function MatchStep({ view, step, deck }: TraceProps & { step: TraceStep }) {
  const words = messages().steps
  const { prefix = '', candidates = '', destination = '', outcome = 'no-rate' } = step.values
  const isDefault = prefix === '*' || (prefix === '' && destination !== '')
  return (
    <>
      {isDefault
        ? words.matchDefault(destination)
        : prefix === ''
          ? words.matchNone[outcome as keyof typeof words.matchNone]
          : prefix.startsWith('_')
            ? words.matchPattern(<code class="hit">{prefix}</code>, destination)
            : words.match(<Prefixes all={candidates} hit={prefix} />, destination)}{' '}
      {(step.values.deck || deck.name) && (
        <a class="link hint" href={linkTo(view, `/rates/${deck.id}`, { q: prefix.replace('*', '') })}>
          {words.matchDeck(step.values.deck || deck.name, step.values.version || String(deck.version))}
        </a>
      )}
    </>
  )
}

function WindowStep({ step }: { step: TraceStep }) {
  const words = messages().steps
  const { window: name = '', zone = '', choice = '' } = step.values
  return (
    <>
      {name ? words.window(<b class="b">{name}</b>) : words.windowAlways}{' '}
      <span class="hint">{words.windowBy(choice === 'split', zone)}</span>
    </>
  )
}

function TierStep({ step }: { step: TraceStep }) {
  const words = messages().steps
  const { from = '0', billed = '', pricePerMinute = '', free = '', window: name = '' } = step.values
  const notes = [name && words.tierWindow(name), free && words.tierFree(free)].filter(Boolean)
  return (
    <>
      {words.tier(from, billed, pricePerMinute)} <span class="hint">{notes.join(', ')}</span>
    </>
  )
}

function MarkupStep({ step }: { step: TraceStep }) {
  const words = messages().steps
  const { percent = '0', kind = '', perMinute = '0', perCall = '0', cost = '' } = step.values
  const nonZero = (text: string) => (/[1-9]/.test(text) ? bare(text) : '')
  return (
    <>
      {words.markup(bare(cost))}{' '}
      <span class="hint">
        {words.markupBy(kind === 'margin', nonZero(percent), nonZero(perMinute), nonZero(perCall))}
      </span>
    </>
  )
}

function secondsText(step: TraceStep): Kids {
  const words = messages().steps
  const { talked = '', counted = talked, firstBlock = '0', increment = '0', blocks = '0' } = step.values
  const { grace, anchor } = step.values
  if (grace) return words.secondsGrace(talked, grace)
  const said = counted === talked ? words.talked(talked) : words.counted(talked, counted)
  const all = Number(blocks)
  if (Number(increment) === 0 || all === 0) return said
  if (all === 1 && Number(firstBlock) > 0) return `${said}${words.secondsFirst(firstBlock)}`
  const evenly = Number(firstBlock) === 0 || firstBlock === increment || anchor === 'zero'
  if (evenly) return `${said}${words.secondsSteps(String(all), increment)}`
  return `${said}${words.seconds(firstBlock, String(all - 1), increment)}`
}

/** Every prefix that would have fitted, the one that counted marked. */
function Prefixes({ all, hit }: { all: string; hit: string }) {
  const m = messages()
  const shown = all === '' ? [hit || '*'] : all.split(/[\s,]+/).filter(Boolean)
  return (
    <>
      {shown.map((one, i) => (
        <>
          {i > 0 && ' · '}
          <code class={one === (hit || '*') ? 'hit' : undefined}>{one === '*' ? m.rates.defaultRate : one}</code>
        </>
      ))}
    </>
  )
}

/** What stands at the right of a line: a price, seconds, an amount, or what rounding changed. */
function StepFigure({ step, symbol }: { step: TraceStep; symbol: string }): Kids {
  const m = messages()
  const { values, amount } = step
  if (step.kind === 'match' || step.kind === 'markup')
    return values.pricePerMinute ? `${symbol}${values.pricePerMinute}${m.call.perMinute}` : ''
  if (step.kind === 'seconds') return values.billed ? `${values.billed} ${m.word.seconds}` : ''
  if (step.kind === 'package') {
    const free = values.freeSeconds ?? values.free
    return free ? `${free === '0' ? '' : '−'}${free} ${m.word.seconds}` : ''
  }
  if (step.kind === 'rounding') {
    if (!values.exact || !isDecimal(values.exact) || amount === null) return ''
    return <Money amount={subtractMoney(amount, values.exact)} places="stored" plain />
  }
  if (amount === null) return step.kind === 'minimum' ? m.steps.met : ''
  return isDecimal(amount) ? <Money amount={amount} places="stored" /> : amount
}

function isDecimal(text: string): boolean {
  return /^-?\d+(\.\d+)?$/.test(text)
}

function amountText(amount: string | null): string {
  return amount !== null && isDecimal(amount) ? moneyLine(amount, '', 'exact') : (amount ?? '')
}
