// The end of the sample: says how many calls go, asks once, and leads back to the reader's own tenant.

import type { TenantInfo } from '@tollbook/api/wire'
import { useState } from 'preact/hooks'
import { deleteTenant, readStats } from '../../api/routes.ts'
import { messages } from '../../i18n/messages.ts'
import { useDeed } from '../../parts/form.tsx'
import { Button, Fault, Section } from '../../parts/frame.tsx'
import { useLoad } from '../../state/load.ts'
import { refreshSession } from '../../state/session.ts'
import { useView } from '../../state/view.ts'

export function SampleRemoval({ sample }: { sample: TenantInfo }) {
  const m = messages()
  const view = useView()
  const [asking, setAsking] = useState(false)
  const deed = useDeed()
  const { firstCallAt, lastCallAt } = sample
  const counted = useLoad(`sample/${firstCallAt}/${lastCallAt}`, async (signal) => {
    if (firstCallAt === null || lastCallAt === null) return 0
    // `to` is exclusive: a second past the last call takes it in.
    const to = new Date(Date.parse(lastCallAt) + 1000).toISOString()
    const answer = await readStats({ tenant: sample.slug, from: firstCallAt, to, by: 'none', metrics: 'calls' }, signal)
    return Number(answer.total.calls ?? 0)
  })
  const calls = m.word.calls(counted.data ?? 0)
  const remove = async () => {
    if (!(await deed.run(() => deleteTenant(sample.slug)))) return
    await refreshSession()
    view.go('/')
  }
  return (
    <Section title={m.settings.sample}>
      <p class="muted">{m.settings.sampleHint(calls)}</p>
      {asking ? (
        <div class="note bad stack tight ask" role="alertdialog" aria-label={m.settings.deleteSample}>
          <b class="b">{m.settings.deleteAsk(calls)}</b>
          <span class="row">
            <Button kind="stop" icon="trash-2" disabled={deed.busy} onClick={() => void remove()}>
              {m.settings.deleteGo(calls)}
            </Button>
            <Button onClick={() => setAsking(false)}>{m.word.cancel}</Button>
          </span>
        </div>
      ) : (
        <p class="under">
          <Button kind="stop" disabled={counted.data === undefined} onClick={() => setAsking(true)}>
            {m.settings.deleteSample}
          </Button>
        </p>
      )}
      {deed.error && <Fault error={deed.error} what={m.settings.deleting} done />}
    </Section>
  )
}
