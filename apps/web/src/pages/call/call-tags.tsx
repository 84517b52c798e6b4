// The tags of one call: each leads to the calls that have it; who may, adds and takes away.

import type { CallRow } from '@tollbook/api/wire'
import { useState } from 'preact/hooks'
import { ApiError } from '../../api/client.ts'
import { listTags, tagCalls } from '../../api/find-routes.ts'
import { messages } from '../../i18n/messages.ts'
import { Button, Fault } from '../../parts/frame.tsx'
import { Icon } from '../../parts/icon.tsx'
import { Popover } from '../../parts/popover.tsx'
import { useLoad } from '../../state/load.ts'
import { mayWrite } from '../../state/session.ts'
import { linkTo, type View } from '../../state/view.ts'
import { tagOf } from '../calls/tag-bar.tsx'

export function CallTags({ view, call, onChanged }: { view: View; call: CallRow; onChanged: () => void }) {
  const m = messages()
  const [fault, setFault] = useState<ApiError | undefined>(undefined)
  const tags = call.tags
  const may = mayWrite(view.tenant, 'operator')
  const change = async (add: readonly string[], remove: readonly string[]) => {
    setFault(undefined)
    try {
      await tagCalls(view.tenant.slug, [call.key], add, remove)
      onChanged()
    } catch (error) {
      setFault(error instanceof ApiError ? error : new ApiError({ status: 0, kind: 'page', title: String(error) }))
    }
  }
  if (tags.length === 0 && !may) return null
  return (
    <>
      {tags.map((tag) => (
        <span class="tag own">
          <a href={linkTo(view, '/calls', { tag })}>{tag}</a>
          {may && (
            <button type="button" aria-label={m.calls.tag.drop(tag)} onClick={() => void change([], [tag])}>
              <Icon name="x" />
            </button>
          )}
        </span>
      ))}
      {may && (
        <Popover
          label={m.calls.tag.add}
          buttonClass="chip add noprint"
          panelClass="pick"
          button={
            <>
              <Icon name="tags" />
              {m.calls.tag.input}
            </>
          }
        >
          {(close) => (
            <NewTag
              view={view}
              has={tags}
              onAdd={(tag) => {
                close()
                void change([tag], [])
              }}
            />
          )}
        </Popover>
      )}
      {fault && <Fault error={fault} what={m.calls.tag.what} done />}
    </>
  )
}

function NewTag({ view, has, onAdd }: { view: View; has: readonly string[]; onAdd: (tag: string) => void }) {
  const m = messages()
  const [typed, setTyped] = useState('')
  const [bad, setBad] = useState(false)
  const { data } = useLoad(`tags/${view.tenant.slug}`, (signal) => listTags(view.tenant.slug, signal))
  const known = data?.items.filter((one) => !has.includes(one.tag)) ?? []
  return (
    <form
      class="fedit"
      onSubmit={(event) => {
        event.preventDefault()
        const tag = tagOf(typed)
        if (tag === undefined) setBad(true)
        else onAdd(tag)
      }}
    >
      <span class="row">
        <input
          class="inp"
          value={typed}
          placeholder={m.calls.tag.input}
          aria-label={m.calls.tag.input}
          aria-invalid={bad}
          onInput={(event) => {
            setTyped(event.currentTarget.value)
            setBad(false)
          }}
        />
        <Button kind="go" type="submit">
          {m.calls.tag.add}
        </Button>
      </span>
      {bad && (
        <span class="bad" role="alert">
          {m.calls.tag.bad}
        </span>
      )}
      <ul class="picks">
        {known.slice(0, 12).map((one) => (
          <li>
            <button type="button" onClick={() => onAdd(one.tag)}>
              {one.tag}
            </button>
          </li>
        ))}
      </ul>
    </form>
  )
}
