// The ways of one PBX as a table: how each is reached, how it goes, and what may be done about it.

import type { FeedRow, SourceRow } from '@tollbook/api/wire'
import type { ComponentChildren as Kids } from 'preact'
import { bytes, count } from '../../format/number.ts'
import { when } from '../../format/time.ts'
import { messages } from '../../i18n/messages.ts'
import { Button } from '../../parts/frame.tsx'
import { StateDot } from '../../parts/source-state.tsx'
import { TableBox } from '../../parts/table.tsx'
import { linkHere, type View } from '../../state/view.ts'
import { ZoneLine } from './zone-line.tsx'

type Props = {
  view: View
  source: SourceRow
  feeds: readonly FeedRow[]
  writes: boolean
  onChanged: () => void
}

export function SourceWays({ view, source, feeds, writes, onChanged }: Props) {
  const m = messages()
  const { name } = source
  const open = (changes: Record<string, string | null>) =>
    linkHere(view, { edit: null, feed: null, source: null, ...changes })
  return (
    <>
      <ZoneLine view={view} source={source} writes={writes} onChanged={onChanged} />
      <TableBox label={m.sources.ways(name)}>
        <table class="t cards tall">
          <thead>
            <tr>
              <th>{m.sources.way}</th>
              <th>{m.sources.where}</th>
              <th>{m.imports.state}</th>
              <th class="n">{m.sources.read}</th>
              {writes && <th />}
            </tr>
          </thead>
          <tbody>
            {source.ami && (
              <Way
                name={m.health.ways.live}
                about={source.ami.transport === 'tcp' ? '' : m.sources.over(source.ami.transport.toUpperCase())}
                where={`${source.ami.username}@${source.ami.host}:${source.ami.port}`}
                dot={source.ami.enabled ? source.state : 'stopped'}
                state={m.live.states[source.ami.enabled ? source.state : 'stopped']}
                detail={source.detail}
                since={
                  source.lastEventAt
                    ? m.health.lastEvent(when('dayTime', view.zone, source.lastEventAt))
                    : m.live.noEvent
                }
                read={m.sources.legsAndEvents(count(source.legs), count(source.cel))}
                edit={
                  writes && (
                    <a href={open({ edit: name })} class="link">
                      {m.word.edit}
                    </a>
                  )
                }
                writes={writes}
              />
            )}
            {feeds.map((feed) => (
              <Way
                name={m.health.ways[feed.kind]}
                where={feed.name}
                about={[contentOf(feed), zoneOf(feed)].filter(Boolean).join(' · ')}
                dot={DOT[feed.enabled ? feed.state : 'stopped']}
                state={m.health.feedStates[feed.enabled ? feed.state : 'stopped']}
                detail={feed.detail}
                since={
                  feed.behindBytes > 0
                    ? m.health.waiting(bytes(feed.behindBytes))
                    : feed.caughtUpAt
                      ? m.health.readAt(when('dayTime', view.zone, feed.caughtUpAt))
                      : ''
                }
                read={m.word.rows(feed.read)}
                edit={
                  writes && (
                    <a href={open({ feed: String(feed.id), source: name })} class="link">
                      {m.word.edit}
                    </a>
                  )
                }
                writes={writes}
              />
            ))}
            {!source.ami && feeds.length === 0 && (
              <tr>
                <td colSpan={writes ? 5 : 4} class="muted">
                  {m.sources.byHand}
                </td>
              </tr>
            )}
          </tbody>
        </table>
      </TableBox>
      {writes && (
        <span class="row under">
          {!source.ami && (
            <Button icon="plug" onClick={() => view.go(open({ edit: name }))}>
              {m.sources.connect}
            </Button>
          )}
          <Button icon="plus" onClick={() => view.go(open({ feed: 'file', source: name }))}>
            {m.sources.followFile}
          </Button>
          <Button icon="plus" onClick={() => view.go(open({ feed: 'table', source: name }))}>
            {m.sources.followTable}
          </Button>
        </span>
      )}
    </>
  )
}

const DOT: Readonly<Record<FeedRow['state'], SourceRow['state']>> = {
  none: 'connecting',
  starting: 'connecting',
  live: 'live',
  waiting: 'reconnecting',
  refused: 'refused',
  stopped: 'stopped',
}

function Way(props: {
  name: string
  where: string
  about?: string
  dot: SourceRow['state']
  state: string
  detail: string
  since: string
  read: string
  edit: Kids
  writes: boolean
}) {
  return (
    <tr>
      <td class="nw lead">{props.name}</td>
      <td class="any">
        <span class="mono">{props.where}</span>
        {props.about && <span class="sub">{props.about}</span>}
      </td>
      <td>
        <StateDot state={props.dot} />
        {props.state}
        {props.since && <span class="sub">{props.since}</span>}
        {props.detail && <span class="sub warn">{props.detail}</span>}
      </td>
      <td class="n">{props.read}</td>
      {props.writes && <td class="act">{props.edit}</td>}
    </tr>
  )
}

function contentOf(feed: FeedRow): string {
  const { contents } = messages().sources
  const { content } = feed.settings
  return typeof content === 'string' && content in contents && content !== 'auto'
    ? contents[content as keyof typeof contents]
    : ''
}

function zoneOf(feed: FeedRow): string {
  const m = messages()
  const zone = feed.zone === 'auto' ? feed.zoneDetected : feed.zone
  return zone ? `${m.live.zone} ${zone}` : ''
}
