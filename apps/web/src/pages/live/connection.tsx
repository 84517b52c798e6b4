// One AMI connection: the lines to paste on the PBX, made to fit what is typed beside them, and a check that says how
// far it came. The secret is made here, sent once, and never shown again.

import type { AmiCheck, AmiSettings, AmiTransport, SourceRow } from '@tollbook/api/wire'
import { useState } from 'preact/hooks'
import { checkAmi, removeAmi, saveAmi } from '../../api/routes.ts'
import { messages } from '../../i18n/messages.ts'
import { CopyBlock } from '../../parts/copy-block.tsx'
import { Field, TextField, useDeed } from '../../parts/form.tsx'
import { Button, Fault, Section } from '../../parts/frame.tsx'
import { Icon } from '../../parts/icon.tsx'
import { linkHere, type View } from '../../state/view.ts'
import { configLines } from './config-lines.ts'
import { ReachFields, reachOf, USUAL_PORT } from './reach-fields.tsx'

export function Connection(props: {
  view: View
  source: SourceRow | undefined
  /** What to call a new one: a source that has files only so far, so that both join. */
  proposal: string
  onSaved: () => void
}) {
  const { view, source } = props
  const m = messages()
  const [name, setName] = useState(source?.name ?? props.proposal)
  const [host, setHost] = useState(source?.ami?.host ?? '127.0.0.1')
  const [port, setPort] = useState(String(source?.ami?.port ?? 5038))
  const [username, setUsername] = useState(source?.ami?.username ?? 'tollbook')
  const [reach, setReach] = useState(() => reachOf(source?.ami ?? null))
  const [secret, setSecret] = useState(source?.ami ? '' : madeSecret)
  const [found, setFound] = useState<AmiCheck | undefined>(undefined)
  const saving = useDeed()
  const checking = useDeed()
  const removing = useDeed()
  const settings: AmiSettings = { host, port: Number(port), username, secret, ...reach }
  const slug = view.tenant.slug
  const close = () => view.go(linkHere(view, { edit: null }))

  const save = async (event: Event) => {
    event.preventDefault()
    if (await saving.run(() => saveAmi(slug, name, settings))) {
      props.onSaved()
      view.go(linkHere(view, { edit: name }), true)
    }
  }
  const check = () =>
    checking.run(async () => {
      setFound(undefined)
      setFound(await checkAmi(slug, name, secret === '' ? undefined : settings))
    })
  const remove = async () => {
    if (await removing.run(() => removeAmi(slug, name))) {
      props.onSaved()
      close()
    }
  }
  return (
    <Section title={source ? m.live.edit(source.name) : m.live.connect} hint={m.live.connectHint}>
      <div class="cols connect">
        <form class="form" onSubmit={(event) => void save(event)}>
          {!source && (
            <TextField
              label={m.live.name}
              hint={m.live.nameHint}
              value={name}
              onInput={setName}
              required
              pattern="[A-Za-z0-9][A-Za-z0-9_\-]*"
            />
          )}
          <div class="row2 hostport">
            <TextField label={m.live.host} value={host} onInput={setHost} required mono />
            <TextField
              label={m.live.port}
              value={port}
              onInput={setPort}
              required
              pattern="\d{1,5}"
              inputMode="numeric"
              mono
            />
          </div>
          <ReachFields
            reach={reach}
            onChange={(next) => {
              // The usual port follows the way, one that was typed stays.
              if (port === String(USUAL_PORT[reach.transport])) setPort(String(USUAL_PORT[next.transport]))
              setReach(next)
            }}
          />
          <TextField label={m.live.username} value={username} onInput={setUsername} required mono />
          <Field label={m.live.secret} hint={m.live.secretHint}>
            <span class="row">
              <input
                class="mono"
                type="text"
                autocomplete="off"
                spellcheck={false}
                value={secret}
                required
                onInput={(event) => setSecret(event.currentTarget.value)}
              />
              <Button onClick={() => setSecret(madeSecret())}>{m.live.makeSecret}</Button>
            </span>
          </Field>
          <span class="row">
            <Button kind="go" type="submit" disabled={saving.busy}>
              {m.live.save}
            </Button>
            <Button icon="plug" disabled={checking.busy || name === ''} onClick={() => void check()}>
              {checking.busy ? m.live.checking : m.live.check}
            </Button>
            <Button kind="quiet" onClick={close}>
              {m.app.close}
            </Button>
            {source?.ami && (
              <Button kind="stop" icon="trash-2" disabled={removing.busy} onClick={() => void remove()}>
                {m.word.remove}
              </Button>
            )}
          </span>
          <div role="status">
            {saving.done && <span class="ok">{m.word.saved}</span>}
            {found && <CheckSteps found={found} />}
          </div>
          {[saving, removing].map((deed) => deed.error && <Fault error={deed.error} what={m.live.saving} done />)}
          {checking.error && <Fault error={checking.error} what={m.live.checkingWhat} done />}
        </form>
        <ConfigLines username={username} secret={secret} host={host} transport={reach.transport} />
      </div>
    </Section>
  )
}

function CheckSteps({ found }: { found: AmiCheck }) {
  const m = messages()
  const right: Readonly<Record<string, string>> = m.live.checkStep
  const wrong: Readonly<Record<string, string>> = m.live.checkFault
  return (
    <ul class="checks">
      {found.steps.map((step) => (
        <li>
          <span class={step.ok ? 'ok' : 'bad'}>
            <Icon name={step.ok ? 'circle-check' : 'triangle-alert'} />
          </span>
          <span>
            {(step.ok ? right : wrong)[step.kind] ?? step.kind}
            {step.detail && <span class="hint line">{step.detail}</span>}
          </span>
        </li>
      ))}
      {found.ok && (
        <li class="ok">
          <Icon name="circle-check" />
          {m.live.checkOk}
        </li>
      )}
    </ul>
  )
}

function ConfigLines(of: { username: string; secret: string; host: string; transport: AmiTransport }) {
  const m = messages()
  const lines = configLines(of)
  return (
    <div class="stack tight">
      <CopyBlock title={m.live.manager} text={lines.manager} />
      <p class="hint">{m.live.permitHint}</p>
      {lines.http && <CopyBlock title={m.live.httpConf} text={lines.http} />}
      <CopyBlock title={m.live.cdr} text={lines.cdr} />
      <CopyBlock title={m.live.cdrManager} text={lines.cdrManager} />
      <CopyBlock title={m.live.celConf} text={lines.cel} />
      <CopyBlock title={m.live.reload} text={lines.reload} />
    </div>
  )
}

/** 24 characters of 5 bits: long enough for AMI's MD5 challenge, without signs that manager.conf would read. */
function madeSecret(): string {
  const alphabet = 'abcdefghijkmnpqrstuvwxyz23456789'
  return [...crypto.getRandomValues(new Uint8Array(24))].map((byte) => alphabet[byte % 32]).join('')
}
