// Is it recording? A sentence, the state of each source, how to connect another, and calls as they end.

import type { CallRow, ImportRow, SourceRow } from '@tollbook/api/wire'
import { listCalls, listImports, listSources } from '../../api/routes.ts'
import { durationParts } from '../../format/duration.ts'
import { count } from '../../format/number.ts'
import { when } from '../../format/time.ts'
import { messages } from '../../i18n/messages.ts'
import { Await, Button, Empty, PageHead, Section } from '../../parts/frame.tsx'
import { StateDot } from '../../parts/source-state.tsx'
import { useLoad } from '../../state/load.ts'
import { liveState } from '../../state/news.ts'
import { mayWrite } from '../../state/session.ts'
import { linkHere, linkTo, useView, type View } from '../../state/view.ts'
import { CallLine, usualColumns } from '../calls/call-line.tsx'
import { CallsHead } from '../calls/calls-head.tsx'
import { Connection } from './connection.tsx'

/** A screen of calls: who wants more opens the list. */
const NEWEST = 15

export function Live() {
  const view = useView()
  const m = messages()
  const slug = view.tenant.slug
  const sources = useLoad(`live/${slug}`, (signal) => listSources(slug, signal), ['sources', 'calls'])
  const imports = useLoad(`imports/${slug}`, (signal) => listImports(slug, signal), ['imports'])
  const newest = useLoad(`newest/${slug}`, (signal) => listCalls({ tenant: slug, limit: NEWEST }, signal), ['calls'])
  const editing = view.query.edit
  return (
    <>
      <PageHead
        title={m.nav.live}
        note={
          <span class="wide">
            {liveState.value === 'stream' ? m.live.stream : liveState.value === 'polling' ? m.live.polling : ''}
          </span>
        }
      >
        {mayWrite(view.tenant) && editing === undefined && (
          <Button icon="plug" kind="go" onClick={() => view.go(linkHere(view, { edit: 'new' }))}>
            {m.live.connect}
          </Button>
        )}
      </PageHead>
      <Await of={sources} what={m.live.reading} height={180}>
        {({ items }) => (
          <>
            <Sentence view={view} sources={items} newest={newest.data?.items[0]} />
            {items.length > 0 && <Sources view={view} sources={items} imports={imports.data?.items} />}
            {editing !== undefined && mayWrite(view.tenant) && (
              <Connection
                key={editing}
                view={view}
                source={items.find((one) => one.name === editing)}
                proposal={proposalOf(items)}
                onSaved={sources.again}
              />
            )}
          </>
        )}
      </Await>
      <Section
        title={m.live.newest}
        hint={m.live.newestHint}
        tools={
          <a class="link" href={linkTo(view, '/calls')}>
            {m.word.all}
          </a>
        }
      >
        <Await of={newest} what={m.calls.reading} height={400}>
          {({ items }) =>
            items.length === 0 ? (
              <Empty icon="radio" title={m.live.newestEmpty} hint={m.live.newestEmptyHint} />
            ) : (
              <NewestCalls view={view} calls={items} />
            )
          }
        </Await>
      </Section>
    </>
  )
}

function proposalOf(sources: readonly SourceRow[]): string {
  const filesOnly = sources.find((one) => one.ami === null)
  if (filesOnly) return filesOnly.name
  return sources.some((one) => one.name === 'asterisk') ? '' : 'asterisk'
}

function Sentence(props: { view: View; sources: readonly SourceRow[]; newest: CallRow | undefined }) {
  const m = messages()
  const connected = props.sources.filter((one) => one.ami !== null)
  const up = connected.filter((one) => one.state === 'live')
  const trying = connected.filter((one) => one.state === 'connecting')
  const down = connected.filter((one) => one.state !== 'live' && one.state !== 'connecting')
  const text =
    connected.length === 0
      ? m.live.say.none
      : down.length === 0
        ? trying.length > 0
          ? m.live.say.trying(trying.map((one) => one.name).join(', '))
          : m.live.say.all(connected.length)
        : m.live.say.some(up.length, connected.length, down.map((one) => one.name).join(', '))
  return (
    <p class="say">
      {text}
      {props.newest &&
        m.live.say.last(
          <a href={linkTo(props.view, `/calls/${props.newest.key}`)}>
            <b>{when('dayTime', props.view.zone, props.newest.startedAt)}</b>
          </a>,
        )}
    </p>
  )
}

/** What a live source has sent is counted as it comes; one of files only has its last import instead. */
function Sources(props: { view: View; sources: readonly SourceRow[]; imports: readonly ImportRow[] | undefined }) {
  const m = messages()
  const { view, sources } = props
  return (
    <Section title={m.live.sources}>
      <ul class="sources">
        {sources.map((source) => (
          <li class={source.name === view.query.edit ? 'sel' : undefined}>
            <div>
              <StateDot state={source.state} />
              <b class="b">{source.name}</b> <span class={stateTone(source)}>{m.live.states[source.state]}</span>
              <span class="sub">
                {[
                  source.ami && `${source.ami.host}:${source.ami.port}`,
                  source.asteriskVersion && `Asterisk ${source.asteriskVersion}`,
                  `${m.live.zone} ${source.zone === 'auto' ? source.zoneDetected || '–' : source.zone}`,
                ]
                  .filter(Boolean)
                  .join(' · ')}
              </span>
              {source.detail && <span class="sub warn">{source.detail}</span>}
            </div>
            {source.ami === null ? (
              <LastImport view={view} source={source} imports={props.imports} />
            ) : (
              <Counters source={source} />
            )}
            {mayWrite(view.tenant) && (
              <a class="btn quiet" href={linkHere(view, { edit: source.name })}>
                {m.word.edit}
              </a>
            )}
          </li>
        ))}
      </ul>
    </Section>
  )
}

function Counters({ source }: { source: SourceRow }) {
  const m = messages()
  return (
    <>
      <dl>
        <dt>{m.live.legs}</dt>
        <dd>{count(source.legs)}</dd>
        <dt>{m.live.cel}</dt>
        <dd>{count(source.cel)}</dd>
        <dt>{m.live.rejected}</dt>
        <dd class={source.rejected > 0 ? 'warn' : undefined}>{count(source.rejected)}</dd>
      </dl>
      <span class="hint r">{source.lastEventAt ? m.live.lastEvent(ago(source.lastEventAt)) : m.live.noEvent}</span>
    </>
  )
}

function LastImport(props: { view: View; source: SourceRow; imports: readonly ImportRow[] | undefined }) {
  const m = messages()
  // The api lists the newest first; those that were refused brought nothing.
  const last = props.imports?.find((one) => one.source === props.source.name && one.state !== 'failed')
  const said = last ? m.live.lastImport(ago(last.finishedAt ?? last.createdAt)) : m.live.noImport
  return (
    <a class="hint r last-import" href={linkTo(props.view, '/imports')}>
      {props.imports && said}
    </a>
  )
}

function stateTone(source: SourceRow): string {
  if (source.state === 'live' || source.state === 'none') return 'muted'
  return source.state === 'refused' ? 'bad' : 'warn'
}

function ago(at: string): string {
  const { hours, minutes, seconds } = durationParts((Date.now() - Date.parse(at)) / 1000)
  return messages().word.ago(hours, minutes, seconds)
}

function NewestCalls({ view, calls }: { view: View; calls: readonly CallRow[] }) {
  return (
    <table class="t cards calls newest">
      <CallsHead view={view} columns={usualColumns()} currency={calls[0]?.currency ?? view.tenant.currency} />
      <tbody>
        {calls.map((call) => (
          <CallLine
            key={call.key}
            view={view}
            call={call}
            columns={usualColumns()}
            withDay
            open={false}
            onToggle={() => undefined}
            flat
          />
        ))}
      </tbody>
    </table>
  )
}
