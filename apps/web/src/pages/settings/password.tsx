// The reader's own password: set for the first time after a one-time link, or changed.

import { useState } from 'preact/hooks'
import { changeProfile } from '../../api/routes.ts'
import { messages } from '../../i18n/messages.ts'
import { TextField, useDeed } from '../../parts/form.tsx'
import { Button, Fault, Section } from '../../parts/frame.tsx'
import { refreshSession, session } from '../../state/session.ts'

/** What the api asks for at least. */
const MIN_LENGTH = 10

export function Password() {
  const m = messages()
  const user = session.value?.user
  const [current, setCurrent] = useState('')
  const [next, setNext] = useState('')
  const deed = useDeed()
  if (!user) return null
  const submit = async (event: Event) => {
    event.preventDefault()
    const change = user.hasPassword ? { password: next, currentPassword: current } : { password: next }
    if (await deed.run(() => changeProfile(change))) {
      setCurrent('')
      setNext('')
      await refreshSession()
    }
  }
  return (
    <Section title={m.settings.password}>
      <form class="form" onSubmit={(event) => void submit(event)}>
        <p class="muted">{user.hasPassword ? m.settings.passwordHint(user.email) : m.settings.passwordNone}</p>
        {/* Password managers look for the name beside the password. */}
        <input
          class="sr"
          type="text"
          name="username"
          autocomplete="username"
          value={user.email}
          readOnly
          tabIndex={-1}
          aria-label={m.signIn.email}
        />
        {user.hasPassword && (
          <TextField
            label={m.settings.current}
            type="password"
            autocomplete="current-password"
            value={current}
            onInput={setCurrent}
            required
          />
        )}
        <TextField
          label={m.settings.next}
          hint={m.settings.nextHint}
          type="password"
          autocomplete="new-password"
          value={next}
          onInput={setNext}
          minLength={MIN_LENGTH}
          required
        />
        <span class="row">
          <Button type="submit" disabled={deed.busy}>
            {user.hasPassword ? m.settings.changePassword : m.settings.setPassword}
          </Button>
          <span role="status" class="ok">
            {deed.done && m.settings.changed}
          </span>
        </span>
        {deed.error &&
          (deed.error.kind === 'wrong-password' ? (
            <p class="bad" role="alert">
              {m.signIn.wrong}
            </p>
          ) : (
            <Fault error={deed.error} what={m.settings.changing} done />
          ))}
      </form>
    </Section>
  )
}
