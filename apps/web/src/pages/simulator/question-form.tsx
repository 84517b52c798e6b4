// The fields of the question: who calls, which number, when, how long. Sending them changes the URL, nothing else.

import { useState } from 'preact/hooks'
import { listAccounts } from '../../api/routes.ts'
import { secondsOf, wallInput, wallInstant } from '../../format/wall-time.ts'
import { messages } from '../../i18n/messages.ts'
import { Field } from '../../parts/form.tsx'
import { Button } from '../../parts/frame.tsx'
import { useLoad } from '../../state/load.ts'
import { linkHere, type View } from '../../state/view.ts'
import { USUAL_TALK } from './question.ts'

export function QuestionForm({ view }: { view: View }) {
  const m = messages()
  const { zone, slug } = view.tenant
  const accounts = useLoad(`accounts/${slug}`, (signal) => listAccounts(slug, signal))
  const [edit, setEdit] = useState({
    account: view.query.account ?? '',
    number: view.query.number ?? '',
    at: (view.query.at ?? wallInput(zone, Date.now())).replace('T', ' '),
    talk: view.query.talk ?? USUAL_TALK,
  })
  const [wrong, setWrong] = useState('')
  const change = (part: Partial<typeof edit>) => {
    setWrong('')
    setEdit({ ...edit, ...part })
  }
  const submit = (event: Event) => {
    event.preventDefault()
    if (wallInstant(zone, edit.at) === undefined) return setWrong(m.simulator.badStart)
    if (secondsOf(edit.talk) === undefined) return setWrong(m.simulator.badTime)
    view.go(linkHere(view, { ...edit, at: edit.at.trim().replace(' ', 'T'), number: edit.number.trim() }))
  }
  const items = accounts.data?.items ?? []
  const known = edit.account === '' || items.some((one) => one.code === edit.account)
  return (
    <form class="question" onSubmit={submit}>
      <Field label={m.simulator.account}>
        <select value={edit.account} onChange={(event) => change({ account: event.currentTarget.value })}>
          <option value="">{m.simulator.accountDefault}</option>
          {!known && <option value={edit.account}>{edit.account}</option>}
          {items.map((one) => (
            <option value={one.code}>{one.name ? `${one.code} ${one.name}` : one.code}</option>
          ))}
        </select>
      </Field>
      <Field label={m.simulator.number}>
        <input
          class="mono"
          value={edit.number}
          required
          inputMode="tel"
          autocomplete="off"
          placeholder="00447700900461"
          onInput={(event) => change({ number: event.currentTarget.value })}
        />
      </Field>
      <Field label={m.simulator.starts(zone)}>
        <input value={edit.at} required onInput={(event) => change({ at: event.currentTarget.value })} />
      </Field>
      <Field label={`${m.simulator.talks} (${m.simulator.talksHint})`}>
        <input value={edit.talk} required onInput={(event) => change({ talk: event.currentTarget.value })} />
      </Field>
      <Button kind="go" type="submit">
        {m.simulator.go}
      </Button>
      {wrong && (
        <p class="bad" role="alert">
          {wrong}
        </p>
      )}
    </form>
  )
}
