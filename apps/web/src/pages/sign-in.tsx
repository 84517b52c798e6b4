// The door: e-mail and password, and where the first, one-time link comes from.

import { useState } from 'preact/hooks'
import { messages } from '../i18n/messages.ts'
import { TextField, useDeed } from '../parts/form.tsx'
import { Button, Fault } from '../parts/frame.tsx'
import { Mark } from '../parts/icon.tsx'
import { LanguageAndTheme } from '../shell/language-and-theme.tsx'
import { signIn } from '../state/session.ts'

export function SignIn() {
  const m = messages()
  const [email, setEmail] = useState('')
  const [password, setPassword] = useState('')
  const deed = useDeed()
  const submit = (event: Event) => {
    event.preventDefault()
    void deed.run(() => signIn(email, password))
  }
  const known = deed.error?.status === 401 ? m.signIn.wrong : deed.error?.status === 429 ? m.signIn.tooMany : undefined
  return (
    <main class="door" id="main">
      <div class="door-in">
        <span class="brand">
          <Mark />
          {m.app.name}
        </span>
        <h1>{m.signIn.title}</h1>
        <form class="form" onSubmit={submit}>
          <TextField
            label={m.signIn.email}
            type="email"
            inputMode="email"
            autocomplete="username"
            value={email}
            onInput={setEmail}
            required
          />
          <TextField
            label={m.signIn.password}
            type="password"
            autocomplete="current-password"
            value={password}
            onInput={setPassword}
            required
          />
          <Button kind="go" type="submit" disabled={deed.busy}>
            {m.signIn.go}
          </Button>
          {known && (
            <p class="bad" role="alert">
              {known}
            </p>
          )}
          {deed.error && !known && <Fault error={deed.error} what={m.signIn.title} done />}
        </form>
        <div class="hint stack tight">
          <p>{m.signIn.link}</p>
          <p>{m.signIn.linkLost}</p>
          <code>npm run -s tollbook -- signin</code>
        </div>
        <LanguageAndTheme />
      </div>
    </main>
  )
}
