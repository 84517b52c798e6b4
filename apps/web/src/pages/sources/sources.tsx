// Where calls come from: each PBX with its ways (live connection, files, tables), its zone and state, and the lines that
// make Asterisk tell everything.

import type { FeedRow, SourceRow } from '@tollbook/api/wire'
import { listFeeds, listSources } from '../../api/routes.ts'
import { messages } from '../../i18n/messages.ts'
import { Await, Button, Empty, PageHead, Section } from '../../parts/frame.tsx'
import { Icon } from '../../parts/icon.tsx'
import { useLoad } from '../../state/load.ts'
import { mayWrite } from '../../state/session.ts'
import { linkHere, linkTo, useView, type View } from '../../state/view.ts'
import { Connection } from '../live/connection.tsx'
import { ConfigBlocks } from './config-blocks.tsx'
import { FeedForm } from './feed-form.tsx'
import { PushTokens } from './push-tokens.tsx'
import { SourceWays } from './source-ways.tsx'

export function Sources() {
  const view = useView()
  const m = messages()
  const slug = view.tenant.slug
  const sources = useLoad(`live/${slug}`, (signal) => listSources(slug, signal), ['sources'])
  const feeds = useLoad(`feeds/${slug}`, (signal) => listFeeds(slug, signal), ['sources'])
  const writes = mayWrite(view.tenant)
  const changed = () => {
    sources.again()
    feeds.again()
  }
  return (
    <>
      <PageHead title={m.nav.sources}>
        {writes && (
          <Button icon="plug" kind="go" onClick={() => view.go(linkHere(view, { edit: 'new', feed: null }))}>
            {m.live.connect}
          </Button>
        )}
      </PageHead>
      <p class="say say-health">{m.sources.intro}</p>
      {!writes && <p class="hint">{m.word.readOnly}</p>}
      <Await of={sources} what={m.live.reading} height={300}>
        {({ items }) => (
          <Await of={feeds} what={m.sources.readingFeeds} height={200}>
            {({ items: followed }) => (
              <Body view={view} sources={items} feeds={followed} writes={writes} onChanged={changed} />
            )}
          </Await>
        )}
      </Await>
      {writes && sources.data && <PushTokens view={view} sources={sources.data.items.map((one) => one.name)} />}
      <ConfigBlocks />
    </>
  )
}

type BodyProps = {
  view: View
  sources: readonly SourceRow[]
  feeds: readonly FeedRow[]
  writes: boolean
  onChanged: () => void
}

function Body({ view, sources, feeds, writes, onChanged }: BodyProps) {
  const m = messages()
  const { edit, feed } = view.query
  return (
    <>
      {edit === 'new' && writes && (
        <Connection key="new" view={view} source={undefined} proposal={proposalOf(sources)} onSaved={onChanged} />
      )}
      {sources.length === 0 && (
        <Empty icon="cable" title={m.sources.empty} hint={m.sources.emptyHint}>
          <a class="btn" href={linkTo(view, '/imports')}>
            <Icon name="upload" />
            {m.health.emptyImport}
          </a>
        </Empty>
      )}
      {sources.map((source) => {
        const own = feeds.filter((one) => one.source === source.name)
        return (
          <Section title={source.name} hint={headOf(source)}>
            <SourceWays view={view} source={source} feeds={own} writes={writes} onChanged={onChanged} />
            {writes && edit === source.name && (
              <Connection key={edit} view={view} source={source} proposal="" onSaved={onChanged} />
            )}
            {writes && feed !== undefined && view.query.source === source.name && (
              <FeedForm
                key={`${source.name} ${feed}`}
                view={view}
                source={source.name}
                feed={own.find((one) => String(one.id) === feed)}
                kind={feed === 'table' ? 'table' : 'file'}
                onSaved={onChanged}
              />
            )}
          </Section>
        )
      })}
    </>
  )
}

function headOf(source: SourceRow): string {
  const m = messages()
  return [source.asteriskVersion && `Asterisk ${source.asteriskVersion}`, m.live.states[source.state]]
    .filter(Boolean)
    .join(' · ')
}

/** One that has files only so far gets the connection too, so that both of one call are one. */
function proposalOf(sources: readonly SourceRow[]): string {
  const filesOnly = sources.find((one) => one.ami === null)
  if (filesOnly) return filesOnly.name
  return sources.some((one) => one.name === 'asterisk') ? '' : 'asterisk'
}
