// One run: how far it is, what it changes per account, and for a preview the button that charges.

import type { Revaluation, RevaluationLine } from '@tollbook/api/wire-tariffs'
import { useState } from 'preact/hooks'
import { useRoute } from 'preact-iso'
import { applyRevaluation, cancelRevaluation } from '../../api/tariff-routes.ts'
import { currencySymbol, moneyHeight } from '../../format/money.ts'
import { count } from '../../format/number.ts'
import { spanText } from '../../format/time.ts'
import { messages } from '../../i18n/messages.ts'
import { Confirm } from '../../parts/confirm.tsx'
import { Money } from '../../parts/figures.tsx'
import { useDeed } from '../../parts/form.tsx'
import { Await, Button, Empty, Fault, Section } from '../../parts/frame.tsx'
import { Icon } from '../../parts/icon.tsx'
import { ProgressLine } from '../../parts/progress-line.tsx'
import { TableBox } from '../../parts/table.tsx'
import { dateSpan } from '../../state/range.ts'
import { isRunning, useRevaluation } from '../../state/revaluation.ts'
import { mayWrite } from '../../state/session.ts'
import { linkTo, useView, type View } from '../../state/view.ts'
import { signed } from '../rates/impact.tsx'
import { scopeText } from './rerate.tsx'

export function RerateRun() {
  const view = useView()
  const m = messages()
  const loaded = useRevaluation(view.tenant.slug, useRoute().params.id)
  const run = loaded.data
  const missing = loaded.error?.status === 404
  return (
    <>
      <header class="head">
        <a href={linkTo(view, '/rerate')} class="btn quiet" aria-label={m.rerate.back}>
          <Icon name="arrow-left" />
        </a>
        <h1>{run ? m.rerate.title(spanText(view.zone, Date.parse(run.from), Date.parse(run.to))) : m.nav.rerate}</h1>
        {run && <span class="tag">{m.rerate.states[run.state]}</span>}
        {run && <span class="muted">{[scopeText(run), run.reason].filter(Boolean).join(' · ')}</span>}
      </header>
      {missing ? (
        <Empty icon="search" title={m.rerate.notFound}>
          <a class="btn" href={linkTo(view, '/rerate')}>
            {m.rerate.back}
          </a>
        </Empty>
      ) : (
        <Await of={loaded} what={m.rerate.readingOne} height={400}>
          {(one) => one && <Body view={view} run={one} onChanged={loaded.again} />}
        </Await>
      )}
    </>
  )
}

function Body({ view, run, onChanged }: { view: View; run: Revaluation; onChanged: () => void }) {
  const m = messages()
  return (
    <>
      {isRunning(run) ? (
        <div class="stack tight">
          <ProgressLine
            done={run.callsSeen}
            of={run.callsTotal}
            label={run.state === 'counting' ? m.rerate.counting : m.rerate.applying}
          >
            {m.rerate.seen(
              run.state === 'counting' ? m.rerate.counting : m.rerate.applying,
              count(run.callsSeen),
              count(run.callsTotal),
            )}
          </ProgressLine>
        </div>
      ) : (
        <Sentence run={run} />
      )}
      <Deeds view={view} run={run} onChanged={onChanged} />
      {run.lines.length > 0 && <Lines view={view} run={run} />}
    </>
  )
}

function Sentence({ run }: { run: Revaluation }) {
  const m = messages()
  const total = count(run.callsTotal)
  if (run.state === 'failed' || run.state === 'cancelled') {
    return (
      <p class={`note ${run.state === 'failed' ? 'bad' : 'warn'}`}>
        {m.rerate.say[run.state]} {run.error}
      </p>
    )
  }
  if (run.callsChanged === 0) return <p class="say">{m.rerate.say.none(total)}</p>
  const changed = <b>{count(run.callsChanged)}</b>
  return (
    <p class="say">
      {run.state === 'done' ? m.rerate.say.done(changed, total) : m.rerate.say.ready(changed, total)}
      {run.totals.length > 0 && m.rerate.say.sum(<b>{sumsText(run)}</b>)}
      {m.word.stop}
      {run.callsInvoiced > 0 && m.rerate.say.invoiced(<b>{count(run.callsInvoiced)}</b>)}
    </p>
  )
}

/** "+€12.40, −$3.00": one per currency, as the ledger will feel it. */
function sumsText(run: Revaluation): string {
  return run.totals.map((sum) => signed(sum.difference, currencySymbol(sum.currency))).join(messages().rates.list)
}

function Deeds({ view, run, onChanged }: { view: View; run: Revaluation; onChanged: () => void }) {
  const m = messages()
  const [asking, setAsking] = useState(false)
  const applying = useDeed()
  const stopping = useDeed()
  const slug = view.tenant.slug
  if (!mayWrite(view.tenant)) return null
  const apply = async () => {
    if (!(await applying.run(() => applyRevaluation(slug, run.id)))) return
    setAsking(false)
    onChanged()
  }
  const stop = async () => {
    if (await stopping.run(() => cancelRevaluation(slug, run.id))) onChanged()
  }
  // What stands on invoices is left alone: only the others are charged anew.
  const open = run.callsChanged - run.callsInvoiced
  const sums = sumsText(run)
  return (
    <>
      {asking ? (
        <Confirm
          kind="go"
          ask={m.rerate.applyAsk(m.word.calls(open), sums)}
          go={m.rerate.applyGo(sums)}
          busy={applying.busy}
          onGo={() => void apply()}
          onCancel={() => setAsking(false)}
        />
      ) : (
        <span class="row pad-top">
          {run.state === 'ready' && open > 0 && (
            <Button kind="go" onClick={() => setAsking(true)}>
              {m.rerate.apply}
            </Button>
          )}
          {(isRunning(run) || run.state === 'ready') && (
            <Button kind={isRunning(run) ? 'stop' : 'quiet'} disabled={stopping.busy} onClick={() => void stop()}>
              {isRunning(run) ? m.rerate.cancel : m.rerate.discard}
            </Button>
          )}
        </span>
      )}
      {applying.error && <Fault error={applying.error} what={m.rerate.applyingWhat} done />}
      {stopping.error && <Fault error={stopping.error} what={m.rerate.cancelling} done />}
    </>
  )
}

function Lines({ view, run }: { view: View; run: Revaluation }) {
  const m = messages()
  const one = run.totals.length === 1 ? run.totals[0] : undefined
  const unit = one ? currencySymbol(one.currency).trim() : ''
  const range = dateSpan(view.zone, Date.parse(run.from), Date.parse(run.to)).token
  return (
    <Section title={m.rerate.perAccount}>
      <TableBox label={m.rerate.perAccount} keys>
        <table class="t">
          <thead>
            <tr>
              <th>{m.rerate.account}</th>
              <th class="n wide">{m.rerate.calls}</th>
              <th class="n wide">
                {m.rerate.old} <span class="u">{unit}</span>
              </th>
              <th class="n">
                {m.rerate.new_} <span class="u">{unit}</span>
              </th>
              <th class="n">
                {m.rerate.difference} <span class="u">{unit}</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {run.lines.map((line) => (
              <tr>
                <td class="any">
                  {line.label || line.key}
                  <span class="sub">{notesOf(line)}</span>
                </td>
                <td class="n wide">
                  <a href={linkTo(view, '/calls', { account: line.key, range })} data-row>
                    {count(line.calls)}
                  </a>
                </td>
                <td class="n wide muted">
                  <Money amount={line.old} {...symbolOf(line, one === undefined)} />
                </td>
                <td class="n">
                  <Money amount={line.new} {...symbolOf(line, one === undefined)} />
                </td>
                <td class="n">
                  {moneyHeight(line.difference) > 0 && '+'}
                  <Money amount={line.difference} plain {...symbolOf(line, one === undefined)} />
                </td>
              </tr>
            ))}
          </tbody>
          {one && (
            <tfoot>
              <tr>
                <td>{m.rerate.all}</td>
                <td class="n wide">{count(run.callsChanged)}</td>
                <td class="n wide">
                  <Money amount={one.old} />
                </td>
                <td class="n">
                  <Money amount={one.new} />
                </td>
                <td class="n">{signed(one.difference, '')}</td>
              </tr>
            </tfoot>
          )}
        </table>
      </TableBox>
      {run.lines.length >= 500 && <p class="hint under">{m.rerate.moreLines}</p>}
    </Section>
  )
}

function symbolOf(line: RevaluationLine, mixed: boolean) {
  return mixed ? { symbol: currencySymbol(line.currency) } : {}
}

function notesOf(line: RevaluationLine): string {
  const m = messages()
  return [
    line.newlyRated > 0 && `${m.word.calls(line.newlyRated)} ${m.rerate.newly}`,
    line.noLongerRated > 0 && `${m.word.calls(line.noLongerRated)} ${m.rerate.noLonger}`,
  ]
    .filter(Boolean)
    .join(' · ')
}
