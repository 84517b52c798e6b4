// Tokens for programs that push call records of a PBX over HTTP. A token is shown once, when it is made.

import type { PushTokenRow } from '@tollbook/api/wire-push'
import { useState } from 'preact/hooks'
import { createPushToken, listPushTokens, revokePushToken } from '../../api/routes.ts'
import { when } from '../../format/time.ts'
import { messages } from '../../i18n/messages.ts'
import { Confirm } from '../../parts/confirm.tsx'
import { CopyBlock } from '../../parts/copy-block.tsx'
import { SelectField, TextField, useDeed } from '../../parts/form.tsx'
import { Await, Button, Fault, Section } from '../../parts/frame.tsx'
import { TableBox } from '../../parts/table.tsx'
import { useLoad } from '../../state/load.ts'
import type { View } from '../../state/view.ts'

export function PushTokens({ view, sources }: { view: View; sources: readonly string[] }) {
  const m = messages()
  const slug = view.tenant.slug
  const loaded = useLoad(`push/${slug}`, (signal) => listPushTokens(slug, signal))
  return (
    <Section id="push" title={m.sources.push} hint={m.sources.pushHint}>
      <Await of={loaded} what={m.sources.push} height={80}>
        {({ items }) => <Tokens view={view} tokens={items} onChanged={loaded.again} />}
      </Await>
      <NewToken view={view} sources={sources} onMade={loaded.again} />
    </Section>
  )
}

function Tokens(props: { view: View; tokens: readonly PushTokenRow[]; onChanged: () => void }) {
  const { view, tokens } = props
  const m = messages()
  const [asking, setAsking] = useState<PushTokenRow | undefined>(undefined)
  const deed = useDeed()
  const revoke = async (token: PushTokenRow) => {
    if (!(await deed.run(() => revokePushToken(view.tenant.slug, token.id)))) return
    setAsking(undefined)
    props.onChanged()
  }
  if (tokens.length === 0) return <p class="hint">{m.sources.noTokens}</p>
  return (
    <>
      <TableBox label={m.sources.push}>
        <table class="t cards tall">
          <thead>
            <tr>
              <th>{m.imports.source}</th>
              <th>{m.sources.tokenName}</th>
              <th>{m.sources.tokenUsed}</th>
              <th />
            </tr>
          </thead>
          <tbody>
            {tokens.map((token) => (
              <tr>
                <td class="b lead">{token.source}</td>
                <td class="any">{token.name}</td>
                <td>{token.usedAt ? when('dateTime', view.zone, token.usedAt) : m.sources.tokenNever}</td>
                <td class="act">
                  <button type="button" class="link" onClick={() => setAsking(token)}>
                    {m.sources.revoke}
                  </button>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </TableBox>
      {asking && (
        <Confirm
          ask={m.sources.revokeAsk(asking.name)}
          go={m.sources.revoke}
          busy={deed.busy}
          onGo={() => void revoke(asking)}
          onCancel={() => setAsking(undefined)}
        />
      )}
      {deed.error && <Fault error={deed.error} what={m.sources.revoke} done />}
    </>
  )
}

function NewToken({ view, sources, onMade }: { view: View; sources: readonly string[]; onMade: () => void }) {
  const m = messages()
  const [source, setSource] = useState(sources[0] ?? 'asterisk')
  const [name, setName] = useState('')
  const [made, setMade] = useState('')
  const deed = useDeed()
  const make = async (event: Event) => {
    event.preventDefault()
    setMade('')
    const worked = await deed.run(async () => {
      setMade((await createPushToken(view.tenant.slug, source, name)).token)
    })
    if (worked) onMade()
  }
  const choices = sources.length > 0 ? sources : ['asterisk']
  return (
    <>
      <form class="form push-form" onSubmit={(event) => void make(event)}>
        <div class="row2">
          <SelectField
            label={m.imports.source}
            value={source}
            onChange={setSource}
            of={choices.map((value) => ({ value, text: value }))}
          />
          <TextField
            label={m.sources.tokenName}
            hint={m.sources.tokenNameHint}
            value={name}
            onInput={setName}
            required
          />
        </div>
        <Button type="submit" icon="plus" disabled={deed.busy}>
          {m.sources.makeToken}
        </Button>
      </form>
      <div role="status">
        {made && (
          <div class="note ok stack tight">
            <p>{m.sources.tokenOnce}</p>
            <CopyBlock title={m.sources.tokenExample} text={exampleOf(made)} />
          </div>
        )}
      </div>
      {deed.error && <Fault error={deed.error} what={m.sources.makeToken} done />}
    </>
  )
}

function exampleOf(token: string): string {
  return `curl -X POST ${location.origin}/api/v1/cdrs \\
  -H 'Authorization: Bearer ${token}' \\
  -H 'Content-Type: application/x-ndjson' --data-binary @cdrs.ndjson`
}
