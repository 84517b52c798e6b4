// The reader's own name, as the overview greets them.

import { useState } from 'preact/hooks'
import { changeProfile } from '../../api/routes.ts'
import { messages } from '../../i18n/messages.ts'
import { TextField, useDeed } from '../../parts/form.tsx'
import { Button, Fault, Section } from '../../parts/frame.tsx'
import { refreshSession, session } from '../../state/session.ts'

export function Profile() {
  const m = messages()
  const [name, setName] = useState(session.value?.user.name ?? '')
  const deed = useDeed()
  const submit = async (event: Event) => {
    event.preventDefault()
    if (await deed.run(() => changeProfile({ name }))) await refreshSession()
  }
  return (
    <Section title={m.settings.you}>
      <form class="form" onSubmit={(event) => void submit(event)}>
        <TextField label={m.settings.yourName} value={name} onInput={setName} autocomplete="name" required />
        <span class="row">
          <Button type="submit" disabled={deed.busy}>
            {m.word.save}
          </Button>
          <span role="status" class="ok">
            {deed.done && m.word.saved}
          </span>
        </span>
        {deed.error && <Fault error={deed.error} what={m.settings.saving} done />}
      </form>
    </Section>
  )
}
