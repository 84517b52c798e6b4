// Views a person saved: a name for an address without its tenant. Saving under a name that is there replaces it.

import type { SavedView } from '@tollbook/api/wire-office'
import { useState } from 'preact/hooks'
import { ApiError } from '../../api/client.ts'
import { listViews, removeView, saveView } from '../../api/find-routes.ts'
import { messages } from '../../i18n/messages.ts'
import { Button, Fault } from '../../parts/frame.tsx'
import { Icon } from '../../parts/icon.tsx'
import { Popover } from '../../parts/popover.tsx'
import { type Loaded, useLoad } from '../../state/load.ts'
import type { View } from '../../state/view.ts'

type Views = { readonly items: readonly SavedView[] }

export function SavedViews({ view }: { view: View }) {
  const m = messages()
  return (
    <Popover
      label={m.calls.views.button}
      panelClass="pick end"
      buttonClass="btn quiet"
      name={m.calls.views.button}
      button={
        <>
          <Icon name="book-open" />
          <span class="wide">{m.calls.views.button}</span>
          <Icon name="chevron-down" />
        </>
      }
    >
      {(close) => <Menu view={view} onDone={close} />}
    </Popover>
  )
}

function Menu({ view, onDone }: { view: View; onDone: () => void }) {
  const m = messages()
  const { slug } = view.tenant
  const loaded: Loaded<Views> = useLoad(`views/${slug}`, (signal) => listViews(slug, signal))
  const [name, setName] = useState('')
  const [fault, setFault] = useState<ApiError | undefined>(undefined)
  const [gone, setGone] = useState<SavedView | undefined>(undefined)
  const attempt = async (work: () => Promise<unknown>): Promise<boolean> => {
    setFault(undefined)
    try {
      await work()
      loaded.again()
      return true
    } catch (error) {
      setFault(error instanceof ApiError ? error : new ApiError({ status: 0, kind: 'page', title: String(error) }))
      return false
    }
  }
  const save = async () => {
    const wanted = { name: name.trim(), path: view.path, query: queryText(view) }
    if (wanted.name !== '' && (await attempt(() => saveView(slug, wanted)))) setName('')
  }
  const remove = async (one: SavedView) => {
    if (await attempt(() => removeView(slug, one.id))) setGone(one)
  }
  const undo = async ({ name, path, query }: SavedView) => {
    if (await attempt(() => saveView(slug, { name, path, query }))) setGone(undefined)
  }
  const views = loaded.data?.items
  const replaces = views?.some((one) => one.name === name.trim())
  return (
    <div class="fedit">
      {loaded.error && <Fault error={loaded.error} what={m.calls.views.list} onAgain={loaded.again} />}
      {views?.length === 0 && <span class="hint">{m.calls.views.none}</span>}
      <ul class="picks views">
        {views?.map((one) => (
          <li>
            <a
              href={hrefOf(view, one)}
              onClick={() => setTimeout(onDone)}
              aria-current={isHere(view, one) || undefined}
            >
              {one.name}
            </a>
            <Button
              kind="quiet"
              icon="trash-2"
              label={m.calls.views.remove(one.name)}
              onClick={() => void remove(one)}
            />
          </li>
        ))}
      </ul>
      {gone && (
        <span class="row" role="status">
          {m.calls.views.removed(gone.name)}
          <Button kind="quiet" icon="rotate-ccw" onClick={() => void undo(gone)}>
            {m.calls.views.undo}
          </Button>
        </span>
      )}
      {fault && <Fault error={fault} what={m.calls.views.what} done />}
      <form
        class="row"
        onSubmit={(event) => {
          event.preventDefault()
          void save()
        }}
      >
        <input
          class="inp"
          value={name}
          maxLength={100}
          placeholder={m.calls.views.name}
          aria-label={m.calls.views.name}
          onInput={(event) => setName(event.currentTarget.value)}
        />
        <Button kind="go" type="submit" disabled={name.trim() === ''}>
          {m.calls.views.save}
        </Button>
      </form>
      {replaces && <span class="hint">{m.calls.views.replaces}</span>}
    </div>
  )
}

/** The query of this view, without tenant and place in the list; its range stands even where it is the usual one. */
function queryText(view: View): string {
  const search = new URLSearchParams()
  for (const [key, value] of Object.entries({ range: view.span.preset ?? view.span.token, ...view.query })) {
    if (value && key !== 'tenant' && key !== 'cursor') search.set(key, value)
  }
  search.sort()
  return search.toString()
}

function hrefOf(view: View, one: SavedView): string {
  const search = new URLSearchParams(one.query)
  if (view.query.tenant) search.set('tenant', view.query.tenant)
  return `${one.path}?${search}`
}

function isHere(view: View, one: SavedView): boolean {
  return one.path === view.path && one.query === queryText(view)
}
