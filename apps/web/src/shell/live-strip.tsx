// The state of each source, always visible on a desk; on a phone one line, and only when something is wrong.

import type { SourceRow } from '@tollbook/api/wire'
import { listSources } from '../api/routes.ts'
import { messages } from '../i18n/messages.ts'
import { StateDot } from '../parts/source-state.tsx'
import { useLoad } from '../state/load.ts'
import { linkTo, type View } from '../state/view.ts'

/** More sources than this would push the navigation away. */
const SHOWN = 4

export function LiveStrip({ view }: { view: View }) {
  const m = messages()
  const sources = useSources(view)
  const live = sources.filter((one) => one.ami !== null)
  if (live.length === 0) {
    return (
      <a class="live" href={linkTo(view, '/live')}>
        <span>
          <span class="dot off" />
          {m.app.noSource}
        </span>
        <span class="hint">{m.app.noSourceHint}</span>
      </a>
    )
  }
  return (
    <a class="live" href={linkTo(view, '/live')}>
      <span class="live-list" role="status">
        {live.slice(0, SHOWN).map((one) => (
          <span class="live-one">
            <StateDot state={one.state} />
            <b class="b">{one.name}</b>{' '}
            <span class={one.state === 'live' ? '' : 'warn'}>{m.live.states[one.state]}</span>
          </span>
        ))}
      </span>
      {live.length > SHOWN && <span class="hint">{m.word.others(live.length - SHOWN)}</span>}
    </a>
  )
}

export function TroubleStrip({ view }: { view: View }) {
  const m = messages()
  const broken = useSources(view).filter(
    (one) => one.ami !== null && one.state !== 'live' && one.state !== 'connecting',
  )
  const first = broken[0]
  if (!first) return null
  return (
    <a href={linkTo(view, '/live')} class="trouble narrow noprint">
      <StateDot state={first.state} />
      {first.name}: {m.live.states[first.state]}
      {broken.length > 1 && `, ${m.word.others(broken.length - 1)}`}
    </a>
  )
}

function useSources(view: View): readonly SourceRow[] {
  const slug = view.tenant.slug
  return useLoad(`sources/${slug}`, (signal) => listSources(slug, signal), ['sources']).data?.items ?? []
}
