// Tagging the chosen calls: a bar that stands at the bottom while any are chosen, and tells what it did with its undo.

import { useState } from 'preact/hooks'
import { ApiError } from '../../api/client.ts'
import { listTags, tagCalls } from '../../api/find-routes.ts'
import { messages } from '../../i18n/messages.ts'
import { Button, Fault } from '../../parts/frame.tsx'
import { useLoad } from '../../state/load.ts'
import type { View } from '../../state/view.ts'
import type { CallPages } from './call-pages.ts'
import type { Choosing } from './choosing.ts'

type Change = { readonly tag: string; readonly on: boolean; readonly keys: readonly string[] }

export function TagBar({ view, pages, choosing }: { view: View; pages: CallPages; choosing: Choosing }) {
  const m = messages()
  const [typed, setTyped] = useState('')
  const [fault, setFault] = useState<ApiError | string | undefined>(undefined)
  const [done, setDone] = useState<Change | 'undone' | undefined>(undefined)
  const [busy, setBusy] = useState(false)
  const { slug } = view.tenant
  const n = choosing.keys.size
  const tags = useLoad(n > 0 ? `tags/${slug}` : 'none', (signal) =>
    n > 0 ? listTags(slug, signal) : Promise.resolve({ items: [] }),
  )
  const apply = async (change: Change, undoing = false) => {
    if (change.keys.length === 0) return setDone(change)
    setBusy(true)
    setFault(undefined)
    try {
      await tagCalls(slug, change.keys, change.on ? [change.tag] : [], change.on ? [] : [change.tag])
      patchTags(pages, change)
      setDone(undoing ? 'undone' : change)
      tags.again()
    } catch (error) {
      setFault(error instanceof ApiError ? error : String(error))
    }
    setBusy(false)
  }
  const begin = (on: boolean) => {
    const tag = tagOf(typed)
    if (tag === undefined) return setFault(m.calls.tag.bad)
    // Only those that change, so that undo puts back what was.
    const keys = pages
      .kept()
      .filter((call) => choosing.has(call.key) && call.tags.includes(tag) !== on)
      .map((call) => call.key)
    void apply({ tag, on, keys })
  }
  if (n === 0 && done === undefined) return null
  return (
    <section class="tagbar noprint" aria-label={m.calls.tag.of}>
      {fault instanceof ApiError && <Fault error={fault} what={m.calls.tag.what} done />}
      {n > 0 && (
        <form
          class="row"
          onSubmit={(event) => {
            event.preventDefault()
            begin(true)
          }}
        >
          <b class="b">{m.calls.tag.selected(n)}</b>
          <input
            class="inp"
            list="known-tags"
            value={typed}
            placeholder={m.calls.tag.input}
            aria-label={m.calls.tag.input}
            aria-invalid={typeof fault === 'string'}
            onInput={(event) => {
              setTyped(event.currentTarget.value)
              setFault(undefined)
            }}
          />
          <datalist id="known-tags">
            {tags.data?.items.map((one) => (
              <option value={one.tag} />
            ))}
          </datalist>
          <Button kind="go" type="submit" disabled={busy}>
            {m.calls.tag.add}
          </Button>
          <Button disabled={busy} onClick={() => begin(false)}>
            {m.calls.tag.remove}
          </Button>
          <Button kind="quiet" onClick={choosing.clear}>
            {m.calls.tag.clear}
          </Button>
        </form>
      )}
      {typeof fault === 'string' && (
        <span class="bad" role="alert">
          {fault}
        </span>
      )}
      <Done
        done={done}
        onUndo={(change) => void apply({ ...change, on: !change.on }, true)}
        onClose={() => setDone(undefined)}
      />
    </section>
  )
}

function Done(props: { done: Change | 'undone' | undefined; onUndo: (change: Change) => void; onClose: () => void }) {
  const m = messages()
  const { done } = props
  return (
    <span class="row" role="status">
      {done === 'undone' && <span>{m.calls.tag.undone}</span>}
      {done !== undefined && done !== 'undone' && (
        <>
          <span>{(done.on ? m.calls.tag.added : m.calls.tag.removed)(done.tag, done.keys.length)}</span>
          {done.keys.length > 0 && (
            <Button kind="quiet" icon="rotate-ccw" onClick={() => props.onUndo(done)}>
              {m.calls.tag.undo}
            </Button>
          )}
        </>
      )}
      {done !== undefined && <Button kind="quiet" icon="x" label={m.app.close} onClick={props.onClose} />}
    </span>
  )
}

/** A tag as the api keeps it, its spaces single; undefined for what an address could not say: lists, "!" and "none". */
export function tagOf(typed: string): string | undefined {
  const tag = typed.trim().replace(/\s+/g, ' ')
  const bad = tag === '' || tag.length > 40 || tag.includes(',') || tag.startsWith('!') || tag.toLowerCase() === 'none'
  return bad ? undefined : tag
}

function patchTags(pages: CallPages, { tag, on, keys }: Change): void {
  const changed = new Set(keys)
  pages.patch((call) => {
    if (!changed.has(call.key)) return call
    const others = call.tags.filter((one) => one !== tag)
    return { ...call, tags: on ? [...others, tag].sort() : others }
  })
}
