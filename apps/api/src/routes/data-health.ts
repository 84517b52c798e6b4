// Whether every call is here, once: what the page Data health shows. Not the health of this process (routes/health.ts).

import { createRoute, z } from '@hono/zod-openapi'
import { notifyStatement } from '@tollbook/db'
import { type DearFigures, dataHealth, dearFigures, type DataHealth as Health, MAX_HOURS } from '@tollbook/health'
import type { ApiDeps } from '../api-deps.ts'
import { boundedRead } from '../bounded-read.ts'
import { access, json, newRouter } from '../router.ts'
import { DataHealth } from '../schemas/health.ts'
import { WAY_NAMES } from '../wire-call.ts'
import type * as wire from '../wire-health.ts'

const tags = ['Data health']
const USUAL_HOURS = 72
/** Figures that cost a walk through calls and events are kept this long: open pages ask anew with each piece of news. */
const DEAR_MS = 60_000
/** Tenants times spans somebody looks at; beyond it the oldest goes. */
const KEPT = 200

const Query = z.object({
  hours: z
    .string()
    .regex(/^[1-9]\d{0,2}$/, 'must be a number of hours')
    .transform(Number)
    .refine((n) => n <= MAX_HOURS, `must be at most ${MAX_HOURS}`)
    .default(USUAL_HOURS)
    .openapi({ type: 'integer', minimum: 1, maximum: MAX_HOURS, default: USUAL_HOURS }),
})

const readHealth = createRoute({
  ...access('viewer'),
  method: 'get',
  path: '/data-health',
  tags,
  summary: 'Sources hour by hour, gaps, what was counted once, what needs somebody',
  description: 'Lost and long calls may be a minute old.',
  request: { query: Query },
  responses: { 200: json(DataHealth, 'The health of the data') },
})

const checkNow = createRoute({
  ...access('operator'),
  method: 'post',
  path: '/data-health/check',
  tags,
  summary: 'Look now: connections and feeds are looked at at once, and everything is counted anew',
  request: { query: Query },
  responses: { 200: json(DataHealth, 'The health of the data') },
})

export function dataHealthRoutes({ db, clock }: ApiDeps) {
  const kept = new Map<string, { readonly atMs: number; readonly figures: Promise<DearFigures> }>()
  const dearOf = (tenantId: number, hours: number, anew: boolean): Promise<DearFigures> => {
    const nowMs = clock.now()
    const key = `${tenantId} ${hours}`
    const known = kept.get(key)
    if (known && !anew && nowMs - known.atMs < DEAR_MS) return known.figures
    const figures = boundedRead(db, (tx) => dearFigures(tx, { tenantId, hours, nowMs }))
    kept.delete(key)
    kept.set(key, { atMs: nowMs, figures })
    // What failed is asked again by the next reader.
    figures.catch(() => kept.delete(key))
    if (kept.size > KEPT) kept.delete([...kept.keys()][0]!)
    return figures
  }
  const read = async (tenantId: number, hours: number, anew: boolean) =>
    onWire(await dataHealth(db, { tenantId, hours, nowMs: clock.now() }, await dearOf(tenantId, hours, anew)), hours)
  return newRouter()
    .openapi(readHealth, async (c) =>
      c.json(await read(c.get('tenant').tenantId, c.req.valid('query').hours, false), 200),
    )
    .openapi(checkNow, async (c) => {
      const { text, values } = notifyStatement('sources')
      await db.pool.query(text, values)
      return c.json(await read(c.get('tenant').tenantId, c.req.valid('query').hours, true), 200)
    })
}

const LETTER: Readonly<Record<wire.HourState, string>> = { complete: 'c', quiet: 'q', filled: 'f', gap: 'g', none: '-' }

function onWire(health: Health, hours: number): wire.DataHealth {
  const names = new Map(health.sources.map((source) => [source.sourceId, source.name]))
  const nameOf = (sourceId: number) => names.get(sourceId) ?? ''
  return {
    from: iso(health.fromMs),
    now: iso(health.nowMs),
    hours,
    needs: health.findings.filter((one) => one.severity === 'act').length,
    findings: health.findings.map(({ sinceMs, untilMs, ...one }) => ({
      ...one,
      since: isoOrNull(sinceMs),
      until: isoOrNull(untilMs),
    })),
    sources: health.sources.map(sourceOnWire),
    gaps: health.gaps.map((gap) => ({
      source: nameOf(gap.sourceId),
      from: iso(gap.fromMs),
      until: isoOrNull(gap.untilMs),
      cause: gap.cause,
      detail: gap.detail,
      closedAt: isoOrNull(gap.closedAtMs),
      closedBy: gap.closedBy,
    })),
    rejects: health.rejects,
    lost: health.dear.lost.map(({ sourceId, startedAtMs, lastEventAtMs, callKey: _, ...call }) => ({
      ...call,
      source: nameOf(sourceId),
      startedAt: iso(startedAtMs),
      lastEventAt: iso(lastEventAtMs),
    })),
    long: health.dear.long.map((call) => ({
      key: call.callKey,
      source: nameOf(call.sourceId),
      startedAt: iso(call.startedAtMs),
      durationSeconds: call.durationS,
      from: call.fromNumber,
      to: call.toNumber,
      held: call.held,
    })),
  }
}

function sourceOnWire(source: Health['sources'][number]): wire.SourceHealth {
  const { live } = source
  return {
    name: source.name,
    zone: source.zone,
    zoneDetected: source.zoneDetected,
    bootedAt: isoOrNull(source.bootedAtMs),
    clockOffsetMs: source.clockOffsetMs ?? null,
    live: live
      ? {
          ...{ state: live.state, detail: live.detail, enabled: live.enabled, asteriskVersion: live.version },
          ...{ changedAt: isoOrNull(live.changedAtMs), seenAt: isoOrNull(live.seenAtMs) },
          ...{ lastEventAt: isoOrNull(live.lastEventAtMs), waitingBytes: live.waitingBytes },
          waitingSince: isoOrNull(live.waitingSinceMs),
        }
      : null,
    feeds: source.feeds.map(({ feedId, caughtUpAtMs, seenAtMs: _, ...feed }) => ({
      id: feedId,
      ...feed,
      caughtUpAt: isoOrNull(caughtUpAtMs),
    })),
    ways: source.ways.map(({ way, states, sourceId: _, ...counts }) => ({
      way: WAY_NAMES[way],
      hours: states.map((state) => LETTER[state]).join(''),
      ...counts,
    })),
    rejects: source.rejects,
    advice: source.advice.map(({ text: _, ...advice }) => advice),
  }
}

function iso(ms: number): string {
  return new Date(ms).toISOString()
}

function isoOrNull(ms: number | undefined): string | null {
  return ms === undefined ? null : iso(ms)
}
