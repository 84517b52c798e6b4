// "Last month, rated by this version, would have earned +€186.41": a revaluation that changes nothing, shown as it counts.

import type { DeckDetail, Revaluation, VersionDetail } from '@tollbook/api/wire-tariffs'
import { useEffect, useState } from 'preact/hooks'
import { listRevaluations, startRevaluation } from '../../api/tariff-routes.ts'
import { currencySymbol, isNegative, moneyLine } from '../../format/money.ts'
import { count } from '../../format/number.ts'
import { spanText } from '../../format/time.ts'
import { messages } from '../../i18n/messages.ts'
import { type Deed, useDeed } from '../../parts/form.tsx'
import { Button, Fault } from '../../parts/frame.tsx'
import { ProgressLine } from '../../parts/progress-line.tsx'
import { type Loaded, useLoad } from '../../state/load.ts'
import { dateSpan } from '../../state/range.ts'
import { isRunning, useRevaluation } from '../../state/revaluation.ts'
import { mayWrite } from '../../state/session.ts'
import { linkTo, type View } from '../../state/view.ts'

export type ImpactState = {
  readonly shown: Revaluation | undefined
  readonly reading: Loaded<Revaluation | undefined>
  readonly starting: Deed
  start(): void
}

/** The newest count of this version; for a draft nobody has counted yet, one is started. */
export function useImpact(view: View, deckId: number, version: VersionDetail): ImpactState {
  const slug = view.tenant.slug
  const [key, setKey] = useState<string | undefined>(undefined)
  const starting = useDeed()
  const known = useLoad(`impacts/${slug}/${deckId}/${version.version}`, async (signal) => {
    const { items } = await listRevaluations(slug, { kind: 'impact', deck: deckId, version: version.version }, signal)
    return (
      items.find((one) => one.kind === 'impact' && one.deck?.id === deckId && one.version === version.version) ?? null
    )
  })
  const reading = useRevaluation(slug, key)
  const start = () =>
    void starting.run(async () => {
      const started = await startRevaluation(slug, { kind: 'impact', deckId, version: version.version })
      setKey(started.id)
    })
  const found = known.data
  useEffect(() => {
    if (found) setKey(found.id)
    else if (found === null && version.state === 'draft' && mayWrite(view.tenant)) start()
  }, [found])
  return { shown: reading.data ?? found ?? undefined, reading, starting, start }
}

export function Impact(props: { view: View; detail: DeckDetail; version: VersionDetail; impact: ImpactState }) {
  const { view, detail, version, impact } = props
  const m = messages()
  const { shown, starting } = impact
  const running = shown !== undefined && isRunning(shown)
  return (
    <div class="worth">
      <p class="muted">{detail.deck.side === 'sell' ? m.draft.would : m.draft.wouldCost}</p>
      {shown && !running && shown.state !== 'failed' && shown.state !== 'cancelled' ? (
        <Figures view={view} version={version} impact={shown} />
      ) : running ? (
        <>
          <p class="impact muted">…</p>
          <ProgressLine done={shown.callsSeen} of={shown.callsTotal} label={m.draft.impact}>
            {shown.callsTotal > 0
              ? m.draft.counting(count(shown.callsSeen), count(shown.callsTotal))
              : m.draft.countingOnly}
          </ProgressLine>
        </>
      ) : (
        <>
          <p class="impact muted">–</p>
          <p class="muted">{shown?.error || m.draft.notCounted}</p>
        </>
      )}
      {!running && mayWrite(view.tenant) && (
        <p class="under">
          <Button kind="quiet" icon="rotate-ccw" disabled={starting.busy} onClick={impact.start}>
            {shown ? m.draft.countAgain : m.draft.count}
          </Button>
        </p>
      )}
      {starting.error && <Fault error={starting.error} what={m.draft.impact} done />}
      {impact.reading.error && <Fault error={impact.reading.error} what={m.draft.impact} />}
    </div>
  )
}

function Figures({ view, version, impact }: { view: View; version: VersionDetail; impact: Revaluation }) {
  const m = messages()
  const { zone } = view.tenant
  const fromMs = Date.parse(impact.from)
  const toMs = Date.parse(impact.to)
  if (impact.callsTotal === 0 || impact.totals.length === 0) {
    return (
      <>
        <p class="impact muted">–</p>
        <p class="muted">{m.draft.noCalls}</p>
      </>
    )
  }
  const calls = linkTo(view, '/calls', { range: dateSpan(zone, fromMs, toMs).token })
  return (
    <>
      {impact.totals.map((sum) => {
        const symbol = currencySymbol(sum.currency)
        return (
          <>
            <p class="impact">
              {signed(sum.difference, symbol)}{' '}
              {sum.percent !== null && <span class="share">{signedPercent(sum.percent)}</span>}
            </p>
            <p class="muted">
              {m.draft.by(
                moneyLine(sum.old, symbol),
                moneyLine(sum.new, symbol),
                count(version.version),
                spanText(zone, fromMs, toMs),
                m.word.calls(impact.callsSeen),
              )}
              <a class="link" href={calls}>
                {m.draft.openCalls}
              </a>
            </p>
          </>
        )
      })}
    </>
  )
}

/** With its sign, also the plus: what counts here is the direction. */
export function signed(amount: string, symbol: string): string {
  const text = moneyLine(amount, symbol)
  return isNegative(amount) || !/[1-9]/.test(amount) ? text : `+${text}`
}

export function signedPercent(percent: string): string {
  return `${percent.startsWith('-') ? `−${percent.slice(1)}` : /[1-9]/.test(percent) ? `+${percent}` : percent}%`
}
