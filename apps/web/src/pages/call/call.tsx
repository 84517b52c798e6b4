// One call: a sentence, one axis for everything that happened, why it costs what it costs, and the rows as they came.

import type { CallDetail, LegRow } from '@tollbook/api/wire'
import { useRoute } from 'preact-iso'
import { readCall } from '../../api/routes.ts'
import { clock, durationParts } from '../../format/duration.ts'
import { currencySymbol } from '../../format/money.ts'
import { phone } from '../../format/phone.ts'
import { when } from '../../format/time.ts'
import { messages } from '../../i18n/messages.ts'
import { CopyButton } from '../../parts/copy-block.tsx'
import { Money, OutcomeMark } from '../../parts/figures.tsx'
import { Await, Empty, Section } from '../../parts/frame.tsx'
import { Icon } from '../../parts/icon.tsx'
import { TableBox } from '../../parts/table.tsx'
import { useLoad } from '../../state/load.ts'
import { linkTo, useView, type View } from '../../state/view.ts'
import { phonesRung } from './call-lanes.ts'
import { Receipt } from './receipt.tsx'
import { Timeline } from './timeline.tsx'

export function Call() {
  const view = useView()
  const m = messages()
  const key = useRoute().params.key ?? ''
  const loaded = useLoad(`${view.tenant.slug}/${key}`, (signal) => readCall(view.tenant.slug, key, signal))
  if (loaded.error?.status === 404 || loaded.error?.status === 400) {
    return (
      <div class="pad-top">
        <h1 class="sr">{m.nav.calls}</h1>
        <Empty icon="search" title={m.call.notFound}>
          <a class="btn" href={linkTo(view, '/calls')}>
            {m.call.back}
          </a>
        </Empty>
      </div>
    )
  }
  return (
    <>
      {loaded.data === undefined && <h1 class="sr">{m.call.reading}</h1>}
      <Await of={loaded} what={m.call.reading} height={600}>
        {(detail) => <Body view={view} detail={detail} />}
      </Await>
    </>
  )
}

function Body({ view, detail }: { view: View; detail: CallDetail }) {
  const m = messages()
  const { call } = detail
  const at = `${when('weekday', view.zone, call.startedAt)} ${when('time', view.zone, call.startedAt)}`
  return (
    <>
      <header class="head">
        <a href={linkTo(view, '/calls')} class="btn quiet" aria-label={m.call.back}>
          <Icon name="arrow-left" />
        </a>
        <h1>{m.call.title(at)}</h1>
        <OutcomeMark outcome={call.outcome} />
        <span class="tag">{m.word.directionLong[call.direction]}</span>
        {!detail.final && <span class="tag warn">{m.call.running}</span>}
        <span class="grow" />
        <span class="wide row">
          <code class="muted">{detail.linkedid}</code>
          <CopyButton text={detail.linkedid} label={m.call.copyId} />
        </span>
      </header>
      <Sentence detail={detail} />
      <Timeline view={view} detail={detail} />
      <div class="cols two">
        <div>
          <Receipt view={view} detail={detail} />
          <p class="under">
            {detail.invoice ? (
              <>
                {m.call.invoice}{' '}
                <a class="link" href={linkTo(view, `/invoices/${detail.invoice.id}`)}>
                  {detail.invoice.number}
                </a>
              </>
            ) : (
              call.revenue !== null && <span class="hint">{m.call.notInvoiced}</span>
            )}
          </p>
        </div>
        <Legs view={view} detail={detail} />
      </div>
      <Cel view={view} detail={detail} />
    </>
  )
}

function Sentence({ detail }: { detail: CallDetail }) {
  const m = messages()
  const say = m.call.say
  const { call } = detail
  const prose = (seconds: number) => {
    const { hours, minutes, seconds: rest } = durationParts(seconds)
    return m.word.duration(hours, minutes, rest)
  }
  const from =
    call.fromName && call.fromName !== call.from ? (
      <>
        <b>{call.fromName}</b>
        {say.aside(<span class="nw">{phone(call.from)}</span>)}
      </>
    ) : (
      <b class="nw">{call.from ? phone(call.from) : say.someone}</b>
    )
  const to = (
    <>
      <b class="nw">{phone(call.to) || '–'}</b>
      {call.destination && say.aside(call.destination.name)}
    </>
  )
  const rung = phonesRung(detail)
  const symbol = currencySymbol(call.currency)
  const account = call.account?.name || call.account?.code
  return (
    <p class="say">
      {say.who(from, to)}
      {rung > 0 && detail.ringSeconds > 0 && say.rang(rung, prose(detail.ringSeconds))}
      {call.outcome === 'answered' ? (
        <>
          {detail.answeredBy ? say.answeredBy(<b class="nw">{detail.answeredBy}</b>) : say.answered}
          {detail.answeredBy
            ? say.talked(<b class="nw">{prose(call.talkSeconds)}</b>)
            : say.talkedPlain(<b class="nw">{prose(call.talkSeconds)}</b>)}
        </>
      ) : call.outcome === 'program' ? (
        say.ended.program(prose(call.durationSeconds))
      ) : (
        say.ended[call.outcome]
      )}
      {call.revenue !== null &&
        account &&
        say.cost(
          account,
          <b>
            <Money amount={call.revenue} symbol={symbol} places="stored" />
          </b>,
        )}
      {call.unrated !== null && say.unrated(m.word.unrated[call.unrated])}
    </p>
  )
}

function Legs({ view, detail }: { view: View; detail: CallDetail }) {
  const m = messages()
  const s = <span class="u">{m.word.seconds}</span>
  return (
    <Section title={m.call.legs} hint={m.call.legsHint}>
      <TableBox label={m.call.legs}>
        <table class="t">
          <thead>
            <tr>
              <th class="wide">{m.call.start}</th>
              <th>{m.call.channel}</th>
              <th>{m.call.disposition}</th>
              <th class="n wide">
                {m.call.total} {s}
              </th>
              <th class="n">billsec {s}</th>
            </tr>
          </thead>
          <tbody>
            {detail.legs.map((leg) => (
              <tr>
                <td class="nw wide">{when('time', view.zone, leg.startedAt)}</td>
                <td class="mono any">
                  {leg.dstchannel || leg.channel}
                  <span class="sub">{`${leg.lastapp}(${leg.lastdata})`}</span>
                </td>
                <td class="nw">{leg.disposition}</td>
                <td class="n wide">{leg.durationSeconds}</td>
                <td class="n">{leg.billsec}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </TableBox>
      {detail.legs.length > 1 && detail.call.talkSeconds > 0 && (
        <p class="hint under">{m.call.talkNote(clock(detail.call.talkSeconds))}</p>
      )}
      <details class="buying">
        <summary>{m.call.allFields}</summary>
        {detail.legs.map((leg) => (
          <RawLeg leg={leg} />
        ))}
      </details>
    </Section>
  )
}

function RawLeg({ leg }: { leg: LegRow }) {
  return (
    <dl class="raw">
      {Object.entries(leg).map(([name, value]) =>
        value === '' || value === null ? null : (
          <>
            <dt>{name}</dt>
            <dd>{String(value)}</dd>
          </>
        ),
      )}
    </dl>
  )
}

function Cel({ view, detail }: { view: View; detail: CallDetail }) {
  const m = messages()
  return (
    <Section title={m.call.cel} hint={m.call.celHint}>
      {detail.cel.length === 0 ? (
        <p class="hint">{m.call.noCel}</p>
      ) : (
        <TableBox label={m.call.cel}>
          <table class="t">
            <thead>
              <tr>
                <th>{m.call.start}</th>
                <th>{m.call.event}</th>
                <th>{m.call.channel}</th>
                <th class="wide">{m.call.application}</th>
                <th class="wide">{m.call.data}</th>
              </tr>
            </thead>
            <tbody>
              {detail.cel.map((event) => (
                <tr>
                  <td class="nw">{when('time', view.zone, event.happenedAt)}</td>
                  <td class="nw">{event.event}</td>
                  <td class="mono">{event.channel}</td>
                  <td class="wide">{[event.app, event.appdata].filter(Boolean).join(' ')}</td>
                  <td class="wide mono cut">{event.extra}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </TableBox>
      )}
    </Section>
  )
}
