// Every rate a version changes: old, new, and what it was worth last month. Filtered by kind and prefix, paged by cursor.

import type { DeckDetail, RateChange, RateChangeKind, Revaluation, VersionDiff } from '@tollbook/api/wire-tariffs'
import { currencySymbol, moneyHeight, moneyShare, subtractMoney } from '../../format/money.ts'
import { count } from '../../format/number.ts'
import { messages } from '../../i18n/messages.ts'
import { Dash, Money } from '../../parts/figures.tsx'
import { Button, Empty, Section, Segments } from '../../parts/frame.tsx'
import { Icon } from '../../parts/icon.tsx'
import { Pager, TableBox } from '../../parts/table.tsx'
import { linkHere, type View } from '../../state/view.ts'
import { signed, signedPercent } from './impact.tsx'
import { priceText } from './rate-words.ts'

const KINDS: readonly RateChangeKind[] = ['raised', 'lowered', 'new', 'closed', 'terms', 'same']
const MARK: Record<RateChangeKind, string> = { raised: '▲', lowered: '▼', new: '+', closed: '×', terms: '≠', same: '=' }

export function Changes(props: {
  view: View
  detail: DeckDetail
  diff: VersionDiff
  /** Present once last month has been counted. */
  impact: Revaluation | undefined
}) {
  const { view, detail, diff, impact } = props
  const m = messages()
  const symbol = currencySymbol(detail.deck.currency).trim()
  const chosen = KINDS.find((one) => one === view.query.kind)
  const all = KINDS.reduce((sum, kind) => sum + (kind === 'same' ? 0 : diff.counts[kind]), 0)
  const kinds = KINDS.filter((kind) => diff.counts[kind] > 0 || kind === chosen)
  const counted = diff.items.some((one) => one.seconds !== null)
  const widest = Math.max(1, ...diff.items.map((one) => Math.abs(moneyHeight(worthOf(one) ?? '0'))))
  const total = impact?.totals.find((one) => one.currency === detail.deck.currency)
  return (
    <Section
      title={m.draft.changes}
      hint={diff.against === 0 ? m.draft.againstNone : m.draft.against(count(diff.against))}
      tools={
        <span class="kinds">
          <Segments
            label={m.draft.kindTitle}
            on={chosen ?? 'all'}
            onPick={(kind) => view.go(linkHere(view, { kind: kind === 'all' ? null : kind }), true)}
            of={[
              { value: 'all', text: `${m.draft.all} ${count(all)}` },
              ...kinds.map((value) => ({ value, text: `${m.draft.kinds[value]} ${count(diff.counts[value])}` })),
            ]}
          />
        </span>
      }
    >
      {view.query.q && (
        <p class="under">
          <a class="btn quiet" href={linkHere(view, { q: null })}>
            <Icon name="x" />
            {view.query.q}
          </a>
        </p>
      )}
      {diff.items.length === 0 ? (
        <Empty icon="search" title={m.draft.noChanges} hint={m.draft.noChangesHint}>
          {(chosen || view.query.q) && (
            <Button onClick={() => view.go(linkHere(view, { kind: null, q: null }), true)}>{m.filter.clear}</Button>
          )}
        </Empty>
      ) : (
        <>
          <TableBox label={m.draft.changes}>
            <table class="t">
              <thead>
                <tr>
                  <th class="wide">{m.draft.change}</th>
                  <th class="wide">{m.rates.prefix}</th>
                  <th>{m.rates.destination}</th>
                  <th class="n wide">
                    {diff.against === 0 ? m.draft.before : m.draft.of(count(diff.against))}{' '}
                    <span class="u">{`${symbol}${m.rates.perMin}`}</span>
                  </th>
                  <th class="n">
                    {m.draft.of(count(diff.version))} <span class="u">{`${symbol}${m.rates.perMin}`}</span>
                  </th>
                  <th class="n wide">
                    {m.draft.percent} <span class="u">%</span>
                  </th>
                  {counted && (
                    <>
                      <th class="n wide">
                        {m.draft.lastMonth} <span class="u">{m.word.min}</span>
                      </th>
                      <th class="dvh spare">
                        <span class="sr">{m.draft.worthDrawn}</span>
                      </th>
                      <th class="n">
                        {m.draft.worth} <span class="u">{`${symbol}${m.draft.perMonth}`}</span>
                      </th>
                    </>
                  )}
                </tr>
              </thead>
              <tbody>
                {diff.items.map((one) => (
                  <Line one={one} counted={counted} widest={widest} />
                ))}
              </tbody>
              {counted && total && !chosen && !view.query.q && (
                <tfoot>
                  <tr>
                    <td class="wide" />
                    <td class="wide" />
                    <td>{m.word.all}</td>
                    <td class="wide" />
                    <td />
                    <td class="n wide">
                      {total.percent === null ? '' : signedPercent(total.percent).replace('%', '')}
                    </td>
                    <td class="wide" />
                    <td class="spare" />
                    <td class="n">{signed(total.difference, '')}</td>
                  </tr>
                </tfoot>
              )}
            </table>
          </TableBox>
          {(view.cursor || diff.next) && (
            <Pager
              newer={view.cursor ? linkHere(view, { cursor: null }) : null}
              newerWord={m.word.first}
              older={diff.next ? linkHere(view, { cursor: diff.next }) : null}
              olderWord={m.word.next}
            />
          )}
        </>
      )}
    </Section>
  )
}

function Line({ one, counted, widest }: { one: RateChange; counted: boolean; widest: number }) {
  const m = messages()
  const worth = worthOf(one)
  const loud = one.kind === 'raised' || one.kind === 'new'
  const minutes = one.seconds === null ? null : Math.round(one.seconds / 60)
  return (
    <tr>
      <td class={`nw wide ${loud ? 'b' : 'muted'}`}>
        {MARK[one.kind]} {m.draft.kinds[one.kind]}
      </td>
      <td class="mono nw wide">{one.prefix || m.rates.defaultRate}</td>
      <td class="any">
        {one.destination}
        <span class="sub">{[one.window, one.terms].filter(Boolean).join(' · ')}</span>
        <span class="sub narrow">
          {MARK[one.kind]} {m.draft.kinds[one.kind]} · {one.prefix || m.rates.defaultRate}
          {one.oldPrice !== null &&
            one.newPrice !== null &&
            ` · ${priceText(one.oldPrice)} → ${priceText(one.newPrice)}`}
          {minutes !== null && ` · ${count(minutes)} ${m.word.min}`}
        </span>
      </td>
      <td class="n muted wide">{one.oldPrice === null ? <Dash /> : priceText(one.oldPrice, 4)}</td>
      <td class="n">{one.newPrice === null ? <Dash /> : priceText(one.newPrice, 4)}</td>
      <td class="n wide">{percentOf(one) ?? <Dash />}</td>
      {counted && (
        <>
          <td class="n wide">{minutes === null ? <Dash /> : count(minutes)}</td>
          <td class="spare">
            <Bar worth={worth} widest={widest} />
          </td>
          <td class="n">{worth === null ? <Dash /> : <Signed amount={worth} />}</td>
        </>
      )}
    </tr>
  )
}

/** From the middle to the right what is earned more, to the left what is earned less. */
function Bar({ worth, widest }: { worth: string | null; widest: number }) {
  const height = worth === null ? 0 : moneyHeight(worth)
  if (height === 0) return <span class="dv" />
  const width = Math.max(1, (Math.abs(height) / widest) * 50)
  return (
    <span class="dv">
      <i
        class={height < 0 ? 'less' : 'more'}
        style={{ '--x': `${height < 0 ? 50 - width : 50}%`, '--w': `${width}%` }}
      />
    </span>
  )
}

function Signed({ amount }: { amount: string }) {
  return (
    <>
      {moneyHeight(amount) > 0 && '+'}
      <Money amount={amount} plain />
    </>
  )
}

function worthOf(one: RateChange): string | null {
  if (one.newAmount === null && one.oldAmount === null) return null
  return subtractMoney(one.newAmount ?? '0', one.oldAmount ?? '0')
}

/** Of the price; null when there is no old or no new one, or nothing to compare with. */
function percentOf(one: RateChange): string | null {
  if (one.oldPrice === null || one.newPrice === null || one.oldPrice.startsWith('-') || one.newPrice.startsWith('-'))
    return null
  const share = moneyShare(subtractMoney(one.newPrice, one.oldPrice), one.oldPrice)
  return share === null ? null : `${share > 0 ? '+' : ''}${count(share, 1)}`
}
