// One call: a sentence, one axis for everything that happened, why it costs what it costs, and the rows as they came.

import type { CallDetail } from '@tollbook/api/wire'
import { useEffect, useState } from 'preact/hooks'
import { useRoute } from 'preact-iso'
import { readCall } from '../../api/routes.ts'
import { durationParts } from '../../format/duration.ts'
import { currencySymbol } from '../../format/money.ts'
import { phone } from '../../format/phone.ts'
import { when } from '../../format/time.ts'
import { messages } from '../../i18n/messages.ts'
import { CopyButton } from '../../parts/copy-block.tsx'
import { endingWord, pathWords } from '../../parts/ending.ts'
import { Money, OutcomeMark } from '../../parts/figures.tsx'
import { Await, Empty } from '../../parts/frame.tsx'
import { Icon } from '../../parts/icon.tsx'
import { useLoad } from '../../state/load.ts'
import { linkTo, useView, type View } from '../../state/view.ts'
import { CallTags } from './call-tags.tsx'
import { Changes } from './changes.tsx'
import { Legs, RawEvents } from './raw-rows.tsx'
import { Receipt } from './receipt.tsx'
import { type Looks, storySentence } from './story-sentence.ts'
import { Timeline } from './timeline.tsx'

export function Call() {
  const view = useView()
  const m = messages()
  const key = useRoute().params.key ?? ''
  // What may still become another call is read again when calls come in.
  const [open, setOpen] = useState(false)
  const topics = open ? (['calls'] as const) : []
  const loaded = useLoad(`${view.tenant.slug}/${key}`, (signal) => readCall(view.tenant.slug, key, signal), topics)
  const { data } = loaded
  useEffect(() => setOpen(data !== undefined && (!data.final || data.call.unrated === 'held')), [data])
  if (loaded.error?.status === 404 || loaded.error?.status === 400) {
    return (
      <div class="pad-top">
        <h1 class="sr">{m.nav.calls}</h1>
        <Empty icon="search" title={m.call.notFound}>
          <a class="btn" href={linkTo(view, '/calls')}>
            {m.call.back}
          </a>
        </Empty>
      </div>
    )
  }
  return (
    <>
      {loaded.data === undefined && <h1 class="sr">{m.call.reading}</h1>}
      <Await of={loaded} what={m.call.reading} height={600}>
        {(detail) => <Body view={view} detail={detail} onChanged={loaded.again} />}
      </Await>
    </>
  )
}

function Body({ view, detail, onChanged }: { view: View; detail: CallDetail; onChanged: () => void }) {
  const m = messages()
  const { call } = detail
  const at = `${when('weekday', view.zone, call.startedAt)} ${when('time', view.zone, call.startedAt)}`
  return (
    <>
      <header class="head">
        <a href={linkTo(view, '/calls')} class="btn quiet" aria-label={m.call.back}>
          <Icon name="arrow-left" />
        </a>
        <h1>{m.call.title(at)}</h1>
        <OutcomeMark outcome={call.outcome}>{endingWord(call)}</OutcomeMark>
        {call.direction !== 'unknown' && <span class="tag">{m.word.directionLong[call.direction]}</span>}
        {detail.story?.did && <span class="tag">{m.call.did(phone(detail.story.did))}</span>}
        {pathWords(call).map((word) => (
          <span class="tag">{word}</span>
        ))}
        {!detail.final && <span class="tag warn">{m.call.running}</span>}
        <CallTags view={view} call={call} onChanged={onChanged} />
        <span class="grow" />
        <span class="wide row">
          <code class="muted">{detail.linkedid}</code>
          <CopyButton text={detail.linkedid} label={m.call.copyId} />
        </span>
      </header>
      <Sentence detail={detail} />
      {detail.story && <Timeline view={view} detail={detail} story={detail.story} />}
      <div class="cols two">
        <div>
          <Receipt view={view} detail={detail} />
          <p class="under">
            {detail.invoice ? (
              <>
                {m.call.invoice}{' '}
                <a class="link" href={linkTo(view, `/invoices/${detail.invoice.id}`)}>
                  {detail.invoice.number}
                </a>
              </>
            ) : (
              call.revenue !== null && <span class="hint">{m.call.notInvoiced}</span>
            )}
          </p>
        </div>
        <Legs view={view} detail={detail} />
      </div>
      <RawEvents view={view} detail={detail} />
      {detail.changes.length > 0 && <Changes view={view} changes={detail.changes} />}
    </>
  )
}

function Sentence({ detail }: { detail: CallDetail }) {
  const m = messages()
  const { call, story } = detail
  const symbol = currencySymbol(call.currency)
  const account = call.account?.name || call.account?.code
  return (
    <p class="say">
      {story ? storySentence(story, m.call.story, LOOKS) : <PlainSentence call={call} />}
      {call.revenue !== null &&
        account &&
        m.call.say.cost(
          account,
          <b>
            <Money amount={call.revenue} symbol={symbol} places="stored" />
          </b>,
        )}
      {call.unrated !== null && m.call.say.unrated(m.word.unrated[call.unrated])}
    </p>
  )
}

const LOOKS: Looks = {
  who: ({ name, number }) => (
    <>
      <b class="nw">{phone(name)}</b>
      {number && messages().call.say.aside(<span class="nw">{phone(number)}</span>)}
    </>
  ),
  again: ({ name }) => <b class="nw">{phone(name)}</b>,
  number: (number) => <b class="nw">{phone(number) || '–'}</b>,
  time: (seconds) => <b class="nw">{prose(seconds)}</b>,
}

function prose(seconds: number): string {
  if (seconds < 0.95) return messages().call.story.moment
  const { hours, minutes, seconds: rest } = durationParts(seconds)
  return messages().word.duration(hours, minutes, rest)
}

/** When there is not enough to tell a story from. */
function PlainSentence({ call }: { call: CallDetail['call'] }) {
  const { story } = messages().call
  const from = {
    name: call.fromName || call.from,
    number: call.fromName && call.fromName !== call.from ? call.from : '',
  }
  return (
    <>
      {story.called(from.name === '' ? story.someone : LOOKS.who(from), LOOKS.number(call.to))}
      {story.stop}
    </>
  )
}
