// Rerating: which calls, a preview before anything is charged, the former runs, and credits for what is invoiced.

import type { Revaluation } from '@tollbook/api/wire-tariffs'
import { listRevaluations } from '../../api/tariff-routes.ts'
import { currencySymbol } from '../../format/money.ts'
import { count } from '../../format/number.ts'
import { spanText, when } from '../../format/time.ts'
import { messages } from '../../i18n/messages.ts'
import { Dash } from '../../parts/figures.tsx'
import { Await, Empty, PageHead, Section } from '../../parts/frame.tsx'
import { TableBox } from '../../parts/table.tsx'
import { useLoad } from '../../state/load.ts'
import { mayWrite } from '../../state/session.ts'
import { linkTo, useView, type View } from '../../state/view.ts'
import { signed } from '../rates/impact.tsx'
import { Proposals } from './proposals.tsx'
import { RerateForm } from './rerate-form.tsx'

export function Rerate() {
  const view = useView()
  const m = messages()
  const slug = view.tenant.slug
  const runs = useLoad(`rerates/${slug}`, (signal) => listRevaluations(slug, { kind: 'rerate' }, signal))
  return (
    <>
      <PageHead title={m.nav.rerate} note={m.rerate.hint} />
      <div class="cols side">
        <div>
          <Section title={m.rerate.runs}>
            <Await of={runs} what={m.rerate.reading} height={240}>
              {({ items }) => {
                const shown = items.filter((one) => one.kind === 'rerate')
                return shown.length === 0 ? (
                  <Empty icon="refresh-cw" title={m.rerate.noRuns} hint={m.rerate.noRunsHint} />
                ) : (
                  <Runs view={view} runs={shown} />
                )
              }}
            </Await>
          </Section>
          <Proposals view={view} />
        </div>
        {mayWrite(view.tenant) ? <RerateForm view={view} /> : <p class="hint pad-top">{m.word.readOnly}</p>}
      </div>
    </>
  )
}

const TONE: Record<Revaluation['state'], string> = {
  counting: 'warn',
  ready: 'warn',
  applying: 'warn',
  done: 'ok',
  cancelled: '',
  failed: 'bad',
}

function Runs({ view, runs }: { view: View; runs: readonly Revaluation[] }) {
  const m = messages()
  return (
    <TableBox label={m.rerate.runs} keys>
      <table class="t">
        <thead>
          <tr>
            <th>{m.rerate.scope}</th>
            <th>{m.rerate.state}</th>
            <th class="n wide">{m.rerate.changed}</th>
            <th class="n">{m.rerate.difference}</th>
            <th class="wide">{m.rerate.made}</th>
          </tr>
        </thead>
        <tbody>
          {runs.map((run) => (
            <tr>
              <td class="any">
                <a href={linkTo(view, `/rerate/${run.id}`)} data-row class="mid">
                  {spanText(view.zone, Date.parse(run.from), Date.parse(run.to))}
                </a>
                <span class="sub">{scopeText(run)}</span>
                {run.reason && <span class="sub">{run.reason}</span>}
              </td>
              <td>
                <span class={`tag ${TONE[run.state]}`}>{m.rerate.states[run.state]}</span>
              </td>
              <td class="n wide">{count(run.callsChanged)}</td>
              <td class="n">{run.totals.length === 0 ? <Dash /> : <Sums run={run} />}</td>
              <td class="wide nw">
                {when('dateTime', view.zone, run.createdAt)}
                {run.createdBy && <span class="sub">{m.rerate.startedBy(run.createdBy)}</span>}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </TableBox>
  )
}

function Sums({ run }: { run: Revaluation }) {
  return (
    <>
      {run.totals.map((sum) => (
        <span class="line">{signed(sum.difference, currencySymbol(sum.currency))}</span>
      ))}
    </>
  )
}

/** Whose calls a run looks at: "Quayside Motors, Retail 2026, no rate". */
export function scopeText(run: Revaluation): string {
  const m = messages()
  const account = run.account ? run.account.name || run.account.code : m.rerate.scopeAll
  const reasons = run.reasons.map((one) => m.word.unrated[one])
  return [account, run.deck?.name, ...reasons].filter(Boolean).join(m.rates.list)
}
