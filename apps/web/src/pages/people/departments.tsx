// Departments are made where they are looked at: a list of members, a form for one, and undo for what was dissolved.

import type { DepartmentRow } from '@tollbook/api/wire'
import type { ComponentChildren as Kids } from 'preact'
import { useState } from 'preact/hooks'
import { addDepartment, changeDepartment, removeDepartment } from '../../api/people-routes.ts'
import { messages } from '../../i18n/messages.ts'
import { type Deed, TextField, useDeed } from '../../parts/form.tsx'
import { Button, Fault } from '../../parts/frame.tsx'
import type { View } from '../../state/view.ts'

type Draft = { readonly id?: number; readonly name: string; readonly extensions: string; readonly accounts: string }
const EMPTY: Draft = { name: '', extensions: '', accounts: '' }

/** `children` draws the figures, with the tools that belong to their heading. */
export function Departments(props: {
  view: View
  departments: readonly DepartmentRow[]
  onChange: () => void
  children: (tools: Kids) => Kids
}) {
  const { view, departments, onChange } = props
  const m = messages()
  const [open, setOpen] = useState(false)
  const [draft, setDraft] = useState<Draft>()
  const [gone, setGone] = useState<DepartmentRow>()
  const deed = useDeed()
  const tenant = view.tenant.slug
  if (view.tenant.role !== 'admin') return <>{props.children(null)}</>

  const save = async (wanted: Draft) => {
    const accounts = wanted.accounts.split(/[,;]/).map((code) => code.trim())
    const change = { name: wanted.name.trim(), extensions: wanted.extensions, accounts: accounts.filter(Boolean) }
    const done = await deed.run(() =>
      wanted.id === undefined ? addDepartment(tenant, change) : changeDepartment(tenant, wanted.id, change),
    )
    if (!done) return
    setDraft(undefined)
    setGone(undefined)
    onChange()
  }
  const dissolve = async (row: DepartmentRow) => {
    if (!(await deed.run(() => removeDepartment(tenant, row.id)))) return
    setDraft(undefined)
    setGone(row)
    onChange()
  }
  return (
    <>
      {props.children(
        <Button onClick={() => setOpen(!open)} pressed={open}>
          {m.people.arrange}
        </Button>,
      )}
      {open && (
        <section class="note stack depts-in" aria-label={m.people.arrange}>
          {departments.length === 0 && draft === undefined && <p class="hint">{m.people.noDepartments}</p>}
          <ul class="depts">
            {departments.map((row) => (
              <li class="row">
                <b>{row.name}</b>
                <span class="hint">{membersOf(row)}</span>
                <span class="grow" />
                <Button onClick={() => setDraft(draftOf(row))}>{m.people.change}</Button>
                <Button onClick={() => void dissolve(row)} disabled={deed.busy}>
                  {m.people.dissolve}
                </Button>
              </li>
            ))}
          </ul>
          {gone && (
            <p class="note" role="status">
              {m.people.dissolved(gone.name)} <Button onClick={() => void save(asNew(gone))}>{m.people.undo}</Button>
            </p>
          )}
          {draft === undefined ? (
            <span class="row">
              <Button kind="go" onClick={() => setDraft(EMPTY)}>
                {m.people.add}
              </Button>
            </span>
          ) : (
            <DraftForm
              draft={draft}
              deed={deed}
              onInput={setDraft}
              onSave={save}
              onCancel={() => setDraft(undefined)}
            />
          )}
          {deed.error && <Fault error={deed.error} what={m.people.arrange} done />}
        </section>
      )}
    </>
  )
}

function DraftForm(props: {
  draft: Draft
  deed: Deed
  onInput: (draft: Draft) => void
  onSave: (draft: Draft) => Promise<void>
  onCancel: () => void
}) {
  const { draft, onInput } = props
  const m = messages()
  return (
    <form
      class="stack"
      onSubmit={(event) => {
        event.preventDefault()
        void props.onSave(draft)
      }}
    >
      <TextField label={m.people.name} value={draft.name} required onInput={(name) => onInput({ ...draft, name })} />
      <TextField
        label={m.people.extensions}
        hint={m.people.extensionsHint}
        value={draft.extensions}
        placeholder="201-219, 230"
        onInput={(extensions) => onInput({ ...draft, extensions })}
      />
      <TextField
        label={m.people.accounts}
        hint={m.people.accountsHint}
        value={draft.accounts}
        onInput={(accounts) => onInput({ ...draft, accounts })}
      />
      <span class="row">
        <Button kind="go" type="submit" disabled={props.deed.busy}>
          {m.people.save}
        </Button>
        <Button onClick={props.onCancel}>{m.word.cancel}</Button>
      </span>
    </form>
  )
}

function asNew(row: DepartmentRow): Draft {
  const { id: _, ...draft } = draftOf(row)
  return draft
}

function draftOf({ id, name, extensions, accounts }: DepartmentRow): Draft & { readonly id: number } {
  return { id, name, extensions: extensions.join(', '), accounts: accounts.join(', ') }
}

function membersOf({ extensions, accounts }: DepartmentRow): string {
  const all = [...extensions, ...accounts]
  return all.length > 12 ? `${all.slice(0, 12).join(', ')} …` : all.join(', ')
}
