// A file or a table to be followed: where it is, what it holds, in which zone; tried before it is kept.

import type { FeedCheck, FeedRow } from '@tollbook/api/wire'
import { useState } from 'preact/hooks'
import { addFeed, changeFeed, checkFeed, type NewFeed, removeFeed } from '../../api/routes.ts'
import { messages } from '../../i18n/messages.ts'
import { Confirm } from '../../parts/confirm.tsx'
import { SelectField, TextField, useDeed } from '../../parts/form.tsx'
import { Button, Fault } from '../../parts/frame.tsx'
import { Icon } from '../../parts/icon.tsx'
import { linkHere, type View } from '../../state/view.ts'

const CONTENTS = ['auto', 'cdr', 'cel', 'queue_log'] as const
const ENGINES = ['mysql', 'postgresql', 'sqlite'] as const
const PORT = { mysql: '3306', postgresql: '5432', sqlite: '' } as const

type Engine = (typeof ENGINES)[number]
type Edit = {
  path: string
  columns: string
  engine: Engine
  host: string
  port: string
  user: string
  database: string
  table: string
  secret: string
  content: (typeof CONTENTS)[number]
  zone: string
}

type Props = {
  view: View
  source: string
  /** Undefined: a new one. */
  feed: FeedRow | undefined
  kind: 'file' | 'table'
  onSaved: () => void
}

export function FeedForm({ view, source, feed, kind, onSaved }: Props) {
  const m = messages()
  const [edit, setEdit] = useState<Edit>(() => editOf(feed, kind))
  const [found, setFound] = useState<FeedCheck | undefined>(undefined)
  const [asking, setAsking] = useState(false)
  const saving = useDeed()
  const checking = useDeed()
  const slug = view.tenant.slug
  const isFile = (feed?.kind ?? kind) === 'file'
  const change = (part: Partial<Edit>) => {
    saving.clear()
    setFound(undefined)
    setEdit({ ...edit, ...part })
  }
  const close = () => view.go(linkHere(view, { feed: null, source: null }))
  const asked = (): NewFeed => newFeedOf(source, isFile, edit)
  const done = async (work: () => Promise<unknown>) => {
    if (!(await saving.run(work))) return
    onSaved()
    close()
  }
  const save = (event: Event) => {
    event.preventDefault()
    const { zone, secret, content } = edit
    const part = { zone, content, ...(secret === '' ? {} : { secret }) }
    void done(() => (feed ? changeFeed(slug, feed.id, part) : addFeed(slug, asked())))
  }
  const check = () =>
    checking.run(async () => {
      setFound(undefined)
      setFound(await checkFeed(slug, asked()))
    })
  return (
    <form class="form feed-form note plainnote" onSubmit={save}>
      <h3>{feed ? feed.name : isFile ? m.sources.followFile : m.sources.followTable}</h3>
      {!feed && (isFile ? <FileFields edit={edit} change={change} /> : <TableFields edit={edit} change={change} />)}
      {!isFile && edit.engine !== 'sqlite' && (
        <TextField
          label={m.sources.password}
          hint={feed?.hasSecret ? m.sources.passwordKept : m.live.secretHint}
          type="password"
          autocomplete="new-password"
          value={edit.secret}
          onInput={(secret) => change({ secret })}
        />
      )}
      <div class="row2">
        <SelectField
          label={m.sources.content}
          value={edit.content}
          onChange={(content) => change({ content })}
          of={CONTENTS.map((value) => ({ value, text: m.sources.contents[value] }))}
        />
        <ZoneField value={edit.zone} onChange={(zone) => change({ zone })} view={view} />
      </div>
      <span class="row">
        <Button kind="go" type="submit" disabled={saving.busy}>
          {feed ? m.word.save : m.sources.follow}
        </Button>
        {!feed && (
          <Button icon="plug" disabled={checking.busy} onClick={() => void check()}>
            {checking.busy ? m.live.checking : m.live.check}
          </Button>
        )}
        {feed && (
          <Button
            disabled={saving.busy}
            onClick={() => void done(() => changeFeed(slug, feed.id, { enabled: !feed.enabled }))}
          >
            {feed.enabled ? m.sources.pause : m.sources.resume}
          </Button>
        )}
        <Button kind="quiet" onClick={close}>
          {m.app.close}
        </Button>
        {feed && (
          <Button kind="stop" icon="trash-2" disabled={saving.busy} onClick={() => setAsking(true)}>
            {m.word.remove}
          </Button>
        )}
      </span>
      {feed && asking && (
        <Confirm
          ask={m.sources.removeAsk(feed.name)}
          go={m.sources.removeGo}
          busy={saving.busy}
          onGo={() => void done(() => removeFeed(slug, feed.id))}
          onCancel={() => setAsking(false)}
        />
      )}
      <div role="status">{found && <Found found={found} />}</div>
      {saving.error && <Fault error={saving.error} what={m.sources.saving} done />}
      {checking.error && <Fault error={checking.error} what={m.live.checkingWhat} done />}
    </form>
  )
}

type FieldsProps = { edit: Edit; change: (part: Partial<Edit>) => void }

function FileFields({ edit, change }: FieldsProps) {
  const m = messages()
  return (
    <>
      <TextField
        label={m.sources.path}
        hint={m.sources.pathHint}
        value={edit.path}
        onInput={(path) => change({ path })}
        placeholder="/var/log/asterisk/cdr-csv/Master.csv"
        pattern="/.+"
        required
        mono
      />
      <TextField
        label={m.sources.columns}
        hint={m.sources.columnsHint}
        value={edit.columns}
        onInput={(columns) => change({ columns })}
        mono
      />
    </>
  )
}

function TableFields({ edit, change }: FieldsProps) {
  const m = messages()
  const served = edit.engine !== 'sqlite'
  return (
    <>
      <SelectField
        label={m.sources.engine}
        value={edit.engine}
        onChange={(engine) => change({ engine, port: PORT[engine] })}
        of={ENGINES.map((value) => ({ value, text: m.sources.engines[value] }))}
      />
      {served && (
        <>
          <div class="row2 hostport">
            <TextField label={m.live.host} value={edit.host} onInput={(host) => change({ host })} required mono />
            <TextField
              label={m.live.port}
              value={edit.port}
              onInput={(port) => change({ port })}
              pattern="\d{1,5}"
              inputMode="numeric"
              required
              mono
            />
          </div>
          <TextField
            label={m.live.username}
            hint={m.sources.userHint}
            value={edit.user}
            onInput={(user) => change({ user })}
            required
            mono
          />
        </>
      )}
      <div class="row2">
        <TextField
          label={served ? m.sources.database : m.sources.path}
          value={edit.database}
          onInput={(database) => change({ database })}
          required
          mono
        />
        <TextField label={m.sources.table} value={edit.table} onInput={(table) => change({ table })} required mono />
      </div>
    </>
  )
}

/** 'auto', the zones somebody here is likely to mean, and any other by its name. */
export function ZoneField(props: { view: View; value: string; onChange: (zone: string) => void }) {
  const m = messages()
  const mine = Intl.DateTimeFormat().resolvedOptions().timeZone
  const zones = [...new Set([props.view.tenant.zone, mine, 'UTC', props.value])].filter((zone) => zone !== 'auto')
  return (
    <SelectField
      label={m.live.zone}
      value={props.value}
      onChange={props.onChange}
      of={[{ value: 'auto', text: m.sources.zoneAuto }, ...zones.map((zone) => ({ value: zone, text: zone }))]}
    />
  )
}

function Found({ found }: { found: FeedCheck }) {
  const m = messages()
  return (
    <p class={`found ${found.ok ? 'ok' : 'bad'}`}>
      <Icon name={found.ok ? 'circle-check' : 'triangle-alert'} />
      <span>
        {found.ok ? m.sources.checkOk(found.kind) : m.sources.checkBad}
        {found.detail && <span class="hint line">{found.detail}</span>}
      </span>
    </p>
  )
}

function editOf(feed: FeedRow | undefined, kind: 'file' | 'table'): Edit {
  const settings: Readonly<Record<string, unknown>> = feed?.settings ?? {}
  const text = (name: string, otherwise: string) => {
    const value = settings[name]
    return typeof value === 'string' || typeof value === 'number' ? String(value) : otherwise
  }
  const engine = ENGINES.find((one) => one === settings.engine) ?? 'mysql'
  return {
    path: text('path', ''),
    columns: text('columns', ''),
    engine,
    host: text('host', '127.0.0.1'),
    port: text('port', PORT[engine]),
    user: text('user', 'tollbook'),
    database: text('database', kind === 'table' ? 'asteriskcdrdb' : ''),
    table: text('table', 'cdr'),
    secret: '',
    content: CONTENTS.find((one) => one === settings.content) ?? 'auto',
    zone: feed?.zone ?? 'auto',
  }
}

function newFeedOf(source: string, isFile: boolean, edit: Edit): NewFeed {
  const { path, columns, engine, host, port, user, database, table, secret, content, zone } = edit
  if (isFile) {
    const settings = { path, content, ...(columns === '' ? {} : { columns }) }
    return { source, kind: 'file', zone, settings }
  }
  const served = engine === 'sqlite' ? {} : { host, port: Number(port), user }
  const settings = { engine, ...served, database, table, content }
  return { source, kind: 'table', zone, settings, ...(secret === '' ? {} : { secret }) }
}
