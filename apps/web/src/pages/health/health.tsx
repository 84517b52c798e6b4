// Can I trust the figures? A sentence, then each source hour by hour, gaps and who filled them, rows set aside, what was
// counted once, what Asterisk lost, and what to change in its configuration.

import type { DataHealth } from '@tollbook/api/wire-health'
import { useEffect, useState } from 'preact/hooks'
import { checkHealth, readHealth } from '../../api/routes.ts'
import { messages } from '../../i18n/messages.ts'
import { useDeed } from '../../parts/form.tsx'
import { Await, Button, Empty, Fault, PageHead, Segments } from '../../parts/frame.tsx'
import { Icon } from '../../parts/icon.tsx'
import { useLoad } from '../../state/load.ts'
import { showNeeds } from '../../state/needs.ts'
import { mayWrite } from '../../state/session.ts'
import { linkHere, linkTo, useView, type View } from '../../state/view.ts'
import { Rejects } from '../imports/rejects.tsx'
import { AdviceSections } from './advice.tsx'
import { CountedOnce } from './counted-once.tsx'
import { Gaps } from './gaps.tsx'
import { LongCalls, LostCalls } from './lost-calls.tsx'
import { SourceGrid } from './source-grid.tsx'
import { Verdict } from './verdict.tsx'

/** Hours that can be shown, with the hours of one cell: about as many cells as a phone has room for. */
export const SPANS = { 24: 1, 72: 1, 168: 2, 720: 8 } as const
export type SpanHours = keyof typeof SPANS

const USUAL: SpanHours = 72

export function Health() {
  const view = useView()
  const m = messages()
  const slug = view.tenant.slug
  const hours = hoursOf(view)
  const [checked, setChecked] = useState<DataHealth | undefined>(undefined)
  const loaded = useLoad(`health/${slug}/${hours}`, (signal) => readHealth(slug, hours, signal), [
    'sources',
    'imports',
    'calls',
  ])
  const deed = useDeed()
  const check = () =>
    deed.run(async () => {
      setChecked(await checkHealth(slug, hours))
      loaded.again()
    })
  useEffect(() => {
    if (loaded.data) showNeeds(loaded.data.needs)
  }, [loaded.data])
  return (
    <>
      <PageHead title={m.nav.health}>
        {mayWrite(view.tenant, 'operator') && (
          <Button icon="rotate-ccw" disabled={deed.busy} onClick={() => void check()}>
            {deed.busy ? m.health.checking : m.health.check}
          </Button>
        )}
      </PageHead>
      <span class="sr" role="status">
        {deed.done && checked ? m.health.checked : ''}
      </span>
      {deed.error && <Fault error={deed.error} what={m.health.checkWhat} done />}
      <Await of={loaded} what={m.health.reading} height={600}>
        {(health) => (health.sources.length === 0 ? <Nothing view={view} /> : <Body view={view} health={health} />)}
      </Await>
    </>
  )
}

function hoursOf(view: View): SpanHours {
  const asked = Number(view.query.hours)
  return asked in SPANS ? (asked as SpanHours) : USUAL
}

function Body({ view, health }: { view: View; health: DataHealth }) {
  const m = messages()
  const hours = hoursOf(view)
  return (
    <>
      <Verdict view={view} health={health} last={m.health.last[hours]} />
      <div class="bar health-bar">
        <Segments
          label={m.health.span}
          of={Object.keys(SPANS).map((one) => ({ value: one, text: m.health.spans[Number(one) as SpanHours] }))}
          on={String(hours)}
          onPick={(next) => view.go(linkHere(view, { hours: next === String(USUAL) ? null : next }), true)}
        />
        <span class="grow" />
        <span class="hint">{view.zone}</span>
      </div>
      <SourceGrid view={view} health={health} cellHours={SPANS[hours]} />
      <Gaps view={view} gaps={health.gaps} />
      <div class="cols two">
        <Rejects view={view} />
        <CountedOnce view={view} health={health} last={m.health.last[hours]} />
      </div>
      {health.lost.length > 0 && <LostCalls view={view} calls={health.lost} />}
      {health.long.length > 0 && <LongCalls view={view} calls={health.long} />}
      <AdviceSections sources={health.sources} />
    </>
  )
}

/** A new installation: there is nothing to be well or ill. */
function Nothing({ view }: { view: View }) {
  const m = messages()
  return (
    <Empty icon="heart-pulse" title={m.health.empty} hint={m.health.emptyHint}>
      <a class="btn" href={linkTo(view, '/imports')}>
        <Icon name="upload" />
        {m.health.emptyImport}
      </a>
      <a class="btn" href={linkTo(view, '/live', { edit: 'new' })}>
        <Icon name="plug" />
        {m.health.emptyConnect}
      </a>
    </Empty>
  )
}
