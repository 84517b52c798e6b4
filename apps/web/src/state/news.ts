// What the server tells while a page is open: one event stream, or a question every five seconds when it cannot be held.
// Events carry no data; they say what to read again.

import { signal } from '@preact/signals'
import type { LiveEvent } from '@tollbook/api/wire'
import { eventsAddress } from '../api/routes.ts'

export type Topic = LiveEvent['topic']
const TOPICS: readonly Topic[] = ['calls', 'imports', 'sources', 'stats']

/** Polling is slower than the stream but bounded: four small questions a minute and page at most times three. */
const POLL_MS = 5_000
/** A stream that broke is tried again after this long. */
const RETRY_MS = 15_000

type Listener = { readonly topics: readonly Topic[]; readonly hear: () => void }
const listeners = new Set<Listener>()

/** How news arrives just now; pages may say so. */
export const liveState = signal<'off' | 'stream' | 'polling'>('off')

let stream: EventSource | undefined
let poll: ReturnType<typeof setInterval> | undefined
let retry: ReturnType<typeof setTimeout> | undefined
let tenantNow: string | undefined

/** Listens for one tenant; another tenant replaces the first, undefined stops. */
export function listenTo(tenant: string | undefined): void {
  if (tenant === tenantNow) return
  close()
  tenantNow = tenant
  if (tenant !== undefined) open(tenant)
}

/** Calls `hear` when one of the topics has news; returns how to stop. */
export function onNews(topics: readonly Topic[], hear: () => void): () => void {
  const listener = { topics, hear }
  listeners.add(listener)
  return () => listeners.delete(listener)
}

function open(tenant: string): void {
  const source = new EventSource(eventsAddress(tenant))
  stream = source
  let opened = false
  source.onopen = () => {
    clearInterval(poll)
    liveState.value = 'stream'
    // What was told while the stream was broken is not known: everything is read again.
    if (opened) for (const topic of TOPICS) announce(topic)
    opened = true
  }
  source.onerror = () => {
    if (source.readyState !== EventSource.CLOSED && liveState.value === 'stream') return
    source.close()
    startPolling()
    clearTimeout(retry)
    retry = setTimeout(() => tenantNow === tenant && open(tenant), RETRY_MS)
  }
  source.onmessage = (message: MessageEvent<string>) => hearMessage(message.data)
  for (const topic of TOPICS) source.addEventListener(topic, () => announce(topic))
}

function hearMessage(data: string): void {
  try {
    const topic = (JSON.parse(data) as Partial<LiveEvent>).topic
    if (topic && TOPICS.includes(topic)) announce(topic)
  } catch {
    // A comment or a heartbeat: nothing to read again.
  }
}

function announce(topic: Topic): void {
  for (const one of [...listeners]) if (one.topics.includes(topic)) one.hear()
}

function startPolling(): void {
  liveState.value = 'polling'
  clearInterval(poll)
  poll = setInterval(() => {
    if (document.visibilityState === 'visible') for (const one of [...listeners]) one.hear()
  }, POLL_MS)
}

function close(): void {
  stream?.close()
  clearInterval(poll)
  clearTimeout(retry)
  liveState.value = 'off'
}
