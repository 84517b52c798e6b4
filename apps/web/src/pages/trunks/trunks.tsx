// Trunks: were there enough channels, how many are needed, and when they were in use. One trunk is looked at closely: the one
// named in the URL, else the one that came closest to its limit.

import type { TrunkFigures, TrunkLoad } from '@tollbook/api/wire'
import { readTrunkLoad } from '../../api/routes.ts'
import { messages } from '../../i18n/messages.ts'
import { FilterBar } from '../../parts/filter-bar.tsx'
import { Await, Empty, PageHead, Segments } from '../../parts/frame.tsx'
import { useLoad } from '../../state/load.ts'
import { linkHere, queryOf, useView, type View } from '../../state/view.ts'
import { BusyHours } from './busy-hours.tsx'
import { closestOf, keyOf } from './closest.ts'
import { InUse } from './in-use.tsx'
import { LoadKeys } from './load-keys.tsx'
import { TrunkTable } from './trunk-table.tsx'
import { Verdict } from './verdict.tsx'

const TARGETS = ['0.1', '1', '2', '5'] as const
type Target = (typeof TARGETS)[number]

export type Chosen = { readonly load: TrunkLoad; readonly trunk: TrunkFigures | null }

async function readLoad(view: View, target: Target, signal: AbortSignal): Promise<Chosen> {
  const ask = (trunk: string) => readTrunkLoad({ ...queryOf(view, view.span, []), target, trunk }, signal)
  const asked = view.query.of
  const first = await ask(asked ?? 'all')
  if (asked !== undefined) return { load: first, trunk: first.trunks.find((one) => keyOf(one) === asked) ?? null }
  const closest = closestOf(first)
  return closest ? { load: await ask(keyOf(closest)), trunk: closest } : { load: first, trunk: null }
}

export function Trunks() {
  const view = useView()
  const m = messages()
  const target = TARGETS.find((one) => one === view.query.target) ?? '1'
  const loaded = useLoad(
    JSON.stringify([queryOf(view, view.span, []), view.query.of, target]),
    (signal) => readLoad(view, target, signal),
    ['stats'],
  )
  return (
    <>
      <PageHead title={m.nav.trunks} note={<span class="wide">{m.load.about}</span>}>
        <span class="hint wide">{m.load.target}</span>
        <Segments
          label={m.load.target}
          of={TARGETS.map((value) => ({ value, text: `${value}%` }))}
          on={target}
          onPick={(value) => view.go(linkHere(view, { target: value === '1' ? null : value }), true)}
        />
      </PageHead>
      <FilterBar view={view} only={[]} />
      <Await of={loaded} what={m.nav.trunks} height={700}>
        {(data) =>
          data.load.all.peak === 0 && data.load.all.seizures === 0 ? (
            <Empty icon="cable" title={m.load.empty} hint={m.load.emptyHint} />
          ) : (
            <Body view={view} data={data} />
          )
        }
      </Await>
    </>
  )
}

function Body({ view, data }: { view: View; data: Chosen }) {
  const m = messages()
  const figures = data.trunk ?? data.load.all
  const name = data.trunk ? data.trunk.name || m.load.unnamed : m.load.together
  return (
    <>
      <Verdict view={view} load={data.load} />
      <LoadKeys view={view} load={data.load} figures={figures} trunk={data.trunk} name={name} />
      <InUse view={view} load={data.load} trunk={data.trunk} name={name} />
      <TrunkTable view={view} load={data.load} on={data.trunk} />
      <BusyHours view={view} load={data.load} trunk={data.trunk} name={name} />
    </>
  )
}
