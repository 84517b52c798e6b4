// In which zone a PBX writes its local times: found, or set by somebody and re-applied to what was imported.

import type { SourceRow } from '@tollbook/api/wire'
import { useEffect, useState } from 'preact/hooks'
import { listRestitches, setSourceZone } from '../../api/routes.ts'
import { messages } from '../../i18n/messages.ts'
import { Confirm } from '../../parts/confirm.tsx'
import { useDeed } from '../../parts/form.tsx'
import { Button, Fault } from '../../parts/frame.tsx'
import { ProgressLine } from '../../parts/progress-line.tsx'
import { useLoad } from '../../state/load.ts'
import type { View } from '../../state/view.ts'
import { ZoneField } from './feed-form.tsx'

export function ZoneLine(props: { view: View; source: SourceRow; writes: boolean; onChanged: () => void }) {
  const { view, source, writes } = props
  const m = messages()
  const [open, setOpen] = useState(false)
  const { zone, zoneDetected } = source
  return (
    <div class="zone-line">
      <p class="muted">
        {m.live.zone} <b class="b">{zone === 'auto' ? zoneDetected || '–' : zone}</b>{' '}
        <span class="hint">{aboutOf(source)}</span>{' '}
        {writes && !open && (
          <button type="button" class="link" onClick={() => setOpen(true)}>
            {m.sources.zoneChange}
          </button>
        )}
      </p>
      {open && <ZoneForm {...props} onClose={() => setOpen(false)} />}
      <Applying view={view} source={source.name} />
    </div>
  )
}

function aboutOf({ zone, zoneDetected }: SourceRow): string {
  const m = messages().sources
  if (zone === 'auto') return zoneDetected ? m.zoneFound : m.zoneUnknown
  return zoneDetected && zoneDetected !== zone ? m.zoneSetAgainst(zoneDetected) : m.zoneSet
}

type FormProps = Parameters<typeof ZoneLine>[0] & { onClose: () => void }

/** What changes times, and with them charges, is asked first. */
function ZoneForm({ view, source, onChanged, onClose }: FormProps) {
  const m = messages()
  const [zone, setZone] = useState(source.zone)
  const [asking, setAsking] = useState(false)
  const deed = useDeed()
  const save = async () => {
    if (!(await deed.run(() => setSourceZone(view.tenant.slug, source.name, zone)))) return
    onChanged()
    onClose()
  }
  return (
    <div class="form">
      <ZoneField view={view} value={zone} onChange={setZone} />
      {asking ? (
        <Confirm
          kind="go"
          ask={zone === 'auto' ? m.sources.zoneAskAuto : m.sources.zoneAsk(zone)}
          go={m.sources.zoneGo}
          busy={deed.busy}
          onGo={() => void save()}
          onCancel={() => setAsking(false)}
        />
      ) : (
        <span class="row">
          <Button kind="go" disabled={zone === source.zone} onClick={() => setAsking(true)}>
            {m.sources.zoneGo}
          </Button>
          <Button kind="quiet" onClick={onClose}>
            {m.word.cancel}
          </Button>
        </span>
      )}
      {deed.error && <Fault error={deed.error} what={m.sources.zoneGo} done />}
    </div>
  )
}

const POLL_MS = 2_000

/** Calls that are being made anew by the zone, while they are. */
function Applying({ view, source }: { view: View; source: string }) {
  const m = messages()
  const slug = view.tenant.slug
  const { data, again } = useLoad(`restitches/${slug}`, (signal) => listRestitches(slug, signal), ['sources'])
  const job = data?.items.find((one) => one.source === source && one.cause === 'zone')
  const running = job?.state === 'queued' || job?.state === 'running'
  useEffect(() => {
    if (!running) return
    const timer = setTimeout(again, POLL_MS)
    return () => clearTimeout(timer)
  }, [running, data])
  if (!job || !running) return null
  return (
    <ProgressLine done={job.callsSeen} of={job.callsTotal ?? 0} label={m.sources.zoneGo}>
      {job.callsTotal === null ? m.rules.waiting : m.rules.applying(job.callsSeen, job.callsTotal)}
    </ProgressLine>
  )
}
