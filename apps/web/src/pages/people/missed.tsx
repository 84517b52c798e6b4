// Callers nobody spoke with: who rang in vain, how long they waited, and who called back when.

import type { MissedCaller, MissedCalls } from '@tollbook/api/wire'
import type { ComponentChildren as Kids } from 'preact'
import { listMissed } from '../../api/people-routes.ts'
import { clock, hms } from '../../format/duration.ts'
import { count, percent } from '../../format/number.ts'
import { phone } from '../../format/phone.ts'
import { when } from '../../format/time.ts'
import { messages } from '../../i18n/messages.ts'
import { FigureTools } from '../../parts/figure-chart.tsx'
import type { FigureData } from '../../parts/figure-table.tsx'
import { FigureTold } from '../../parts/figure-why.tsx'
import { Await, Empty, Section, Segments } from '../../parts/frame.tsx'
import { Pager, TableBox } from '../../parts/table.tsx'
import { useLoad } from '../../state/load.ts'
import { callsOf, linkHere, linkTo, queryOf, STATS_FILTERS, type View } from '../../state/view.ts'

const HOURS = ['4', '24', '72'] as const
const WHO = ['all', 'unreturned', 'returned'] as const
const PAGE = 20

export function Missed({ view }: { view: View }) {
  const m = messages()
  const hours = HOURS.find((one) => one === view.query.within) ?? '24'
  const who = WHO.find((one) => one === view.query.missed) ?? 'all'
  const query = {
    ...queryOf(view, view.span, STATS_FILTERS),
    within: hours,
    limit: PAGE,
    ...(who === 'all' ? {} : { only: who }),
    ...(view.cursor === undefined ? {} : { cursor: view.cursor }),
  }
  const loaded = useLoad(JSON.stringify(query), (signal) => listMissed(query, signal), ['stats'])
  return (
    <Section
      id="missed"
      title={m.people.missed}
      hint={m.people.missedHint}
      tools={
        <>
          {loaded.data && loaded.data.items.length > 0 && (
            <FigureTools data={dataOf(loaded.data)} file={`missed-${view.span.token.replaceAll('..', '-')}`} />
          )}
          <Segments
            label={m.people.which}
            of={WHO.map((value) => ({ value, text: m.people.who[value] }))}
            on={who}
            onPick={(value) => view.go(linkHere(view, { missed: value === 'all' ? null : value }), true)}
          />
          <Segments
            label={m.people.within}
            of={HOURS.map((value) => ({ value, text: m.people.hours(Number(value)) }))}
            on={hours}
            onPick={(value) => view.go(linkHere(view, { within: value === '24' ? null : value }), true)}
          />
        </>
      }
    >
      <Await of={loaded} what={m.people.missed} height={260}>
        {(data) => <Callers view={view} data={data} hours={Number(hours)} />}
      </Await>
    </Section>
  )
}

function Callers({ view, data, hours }: { view: View; data: MissedCalls; hours: number }) {
  const m = messages()
  const { callers, returned } = data.total
  if (data.items.length === 0 && callers === 0) {
    return <Empty icon="phone-incoming" title={m.people.noneMissed} hint={m.people.noneMissedHint} />
  }
  const waiting = callers - returned
  const told = (name: string, formula: string, shown: Kids) => (
    <FigureTold
      view={view}
      href={null}
      scope={m.people.missed}
      told={{ name, formula, about: m.people.returnedOf(hours) }}
    >
      {shown}
    </FigureTold>
  )
  const rate = percent(returned, callers)
  return (
    <>
      <p class="said">
        {waiting === 0
          ? m.people.allReturned(count(callers))
          : m.people.verdict(
              told(
                m.people.unspoken,
                m.people.unspokenF(count(callers), count(returned), count(waiting)),
                <b>{count(waiting)}</b>,
              ),
              count(callers),
              told(m.people.returned, m.people.rateF(count(returned), count(callers), rate), rate),
              hours,
            )}
      </p>
      {data.items.length === 0 ? (
        <p class="hint">{m.people.noneLikeThis}</p>
      ) : (
        <TableBox label={m.people.missed} keys>
          <table class="t missed">
            <thead>
              <tr>
                <th>{m.people.caller}</th>
                <th>{m.people.last}</th>
                <th class="n wide">{m.people.times}</th>
                <th class="n wide">
                  {m.people.waited} <span class="u">{m.word.mss}</span>
                </th>
                <th class="wide">{m.people.rang}</th>
                <th>{m.people.back}</th>
              </tr>
            </thead>
            <tbody>
              {data.items.map((caller) => (
                <Caller view={view} caller={caller} />
              ))}
            </tbody>
          </table>
        </TableBox>
      )}
      <Pager
        newer={view.cursor === undefined ? null : linkHere(view, {})}
        older={data.next === null ? null : linkHere(view, { cursor: data.next })}
      />
    </>
  )
}

function Caller({ view, caller }: { view: View; caller: MissedCaller }) {
  const m = messages()
  const { number, name, account, returned } = caller
  const shown = number === '' ? m.people.withheld : phone(number)
  const isKnown = number !== '' && !number.includes('•')
  // Just the calls that are counted: inbound, and nobody took them.
  const href = isKnown ? callsOf(view, { q: number, direction: 'inbound', outcome: '!answered' }) : null
  return (
    <tr>
      <td>
        {isKnown ? (
          <a href={callsOf(view, { q: number, direction: null })} data-row>
            {shown}
          </a>
        ) : (
          shown
        )}
        <span class="sub">{[name, account?.name].filter(Boolean).join(' · ') || null}</span>
      </td>
      <td class="nw">
        <a href={linkTo(view, `/calls/${caller.lastCall}`)}>{when('dayTime', view.zone, caller.lastAt)}</a>
        {caller.did !== '' && <span class="sub">{m.people.called(phone(caller.did))}</span>}
      </td>
      <td class="n wide">
        <FigureTold
          {...{ view, href, scope: shown }}
          told={{
            name: m.people.times,
            formula: m.people.timesF(
              count(caller.calls),
              when('dayTime', view.zone, caller.firstAt),
              when('dayTime', view.zone, caller.lastAt),
            ),
            about: m.people.timesOf,
          }}
        >
          {count(caller.calls)}
        </FigureTold>
      </td>
      <td class="n wide">
        <FigureTold
          {...{ view, href, scope: shown }}
          told={{
            name: m.people.waited,
            formula: m.people.waitedF(clock(caller.longestWaitSeconds), m.word.calls(caller.calls)),
            about: m.people.waitedOf,
          }}
        >
          {clock(caller.longestWaitSeconds)}
        </FigureTold>
      </td>
      <td class="wide">
        {caller.rang.length === 0 ? <span class="hint">{m.people.nobodyRang}</span> : caller.rang.join(', ')}
      </td>
      <td>
        {returned === null ? (
          <span class="tag warn">{number === '' ? m.people.cannot : m.people.notYet}</span>
        ) : (
          <>
            <a href={linkTo(view, `/calls/${returned.call}`)}>
              {returned.direction === 'outbound' ? m.people.calledBack(returned.by) : m.people.calledAgain(returned.by)}
            </a>
            <span class="sub">{m.people.after(hms(returned.afterSeconds))}</span>
          </>
        )}
      </td>
    </tr>
  )
}

/** The callers of the page that is shown. */
function dataOf(data: MissedCalls): FigureData {
  const m = messages().people
  const show = (value: string | number | null) => String(value ?? '')
  return {
    of: m.caller,
    ofKey: 'caller',
    columns: [
      { key: 'last_call_at', name: m.last, show },
      { key: 'missed_calls', name: m.times, show },
      { key: 'longest_wait_seconds', name: m.waited, show },
      { key: 'rang', name: m.rang, show },
      { key: 'returned_at', name: m.back, show },
      { key: 'returned_after_seconds', name: m.returned, show },
    ],
    rows: data.items.map(({ returned, ...one }) => ({
      name: one.number,
      key: one.number,
      values: [
        ...[one.lastAt, one.calls, one.longestWaitSeconds, one.rang.join(' ')],
        ...[returned?.at ?? null, returned?.afterSeconds ?? null],
      ],
    })),
  }
}
