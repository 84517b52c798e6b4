// The lines an Asterisk needs, to be copied. No password stands in them: it is made where the connection is.

import { messages } from '../../i18n/messages.ts'
import { CopyBlock } from '../../parts/copy-block.tsx'
import { Section } from '../../parts/frame.tsx'
import { configLines } from '../live/config-lines.ts'

export function ConfigBlocks() {
  const m = messages()
  const lines = configLines({ username: 'tollbook', secret: '', host: '127.0.0.1' })
  return (
    <Section title={m.sources.lines} hint={m.sources.linesHint}>
      <div class="cols two">
        <CopyBlock title={m.live.cdr} text={lines.cdr} />
        <CopyBlock title={m.live.cdrManager} text={lines.cdrManager} />
        <CopyBlock title={m.live.celConf} text={lines.cel} />
        <CopyBlock title={m.live.manager} text={lines.manager} />
        <CopyBlock title={m.sources.custom} text={lines.cdrCustom} />
        <CopyBlock title={m.live.reload} text={lines.reload} />
      </div>
    </Section>
  )
}
