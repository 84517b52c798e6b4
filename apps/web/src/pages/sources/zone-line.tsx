// In which zone a PBX writes its local times: found, or set by somebody.

import type { SourceRow } from '@tollbook/api/wire'
import { messages } from '../../i18n/messages.ts'
import type { View } from '../../state/view.ts'

export function ZoneLine({ source }: { view: View; source: SourceRow; writes: boolean; onChanged: () => void }) {
  const m = messages()
  const { zone, zoneDetected } = source
  return (
    <p class="muted zone-line">
      {m.live.zone} <b class="b">{zone === 'auto' ? zoneDetected || '–' : zone}</b>{' '}
      <span class="hint">
        {zone === 'auto'
          ? zoneDetected
            ? m.sources.zoneFound
            : m.sources.zoneUnknown
          : zoneDetected && zoneDetected !== zone
            ? m.sources.zoneSetAgainst(zoneDetected)
            : m.sources.zoneSet}
      </span>
    </p>
  )
}
