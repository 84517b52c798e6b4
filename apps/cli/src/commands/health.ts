// tollbook health: whether every call is here, once; what is missing, what will fill it, what needs somebody.

import { type DataHealth, dataHealth, dearFigures, MAX_HOURS } from '@tollbook/health'
import type { Way } from '@tollbook/kernel'
import { type Answer, type Args, type Command, optional, type TenantSurroundings, UsageError } from '../command.ts'
import { healthSentence } from '../health-sentences.ts'
import { grouped, table } from '../text.ts'

export const healthCommand: Command = {
  needs: 'tenant',
  help: `health says whether every call is here, once: sources, gaps and what filled them, rows set aside, lost calls.

  tollbook health [--hours 72] [--tenant SLUG] [--json]

  --hours N   how far to look back, at most ${MAX_HOURS}

Exit code 1 when something needs somebody.`,
  options: { hours: { type: 'string' } },
  run,
}

const WAYS: Readonly<Record<Way, string>> = { 1: 'live', 2: 'file', 3: 'table', 4: 'push' }

async function run(args: Args, { db, clock, tenant }: TenantSurroundings): Promise<Answer> {
  if (args.words.length > 0) throw new UsageError(`Not understood: ${args.words.join(' ')}`)
  const text = optional(args, 'hours') ?? '72'
  const hours = /^\d{1,3}$/.test(text) ? Number(text) : 0
  if (hours < 1 || hours > MAX_HOURS) throw new UsageError(`--hours is "${text}"; use a number from 1 to ${MAX_HOURS}`)
  const asked = { tenantId: tenant.tenantId, hours, nowMs: clock.now() }
  const health = await dataHealth(db, asked, await dearFigures(db, asked))
  const needs = health.findings.filter((one) => one.severity === 'act').length
  return { json: jsonOf(health, hours, needs), text: textOf(health, hours), failed: needs > 0 }
}

function jsonOf(health: DataHealth, hours: number, needs: number): object {
  const names = new Map(health.sources.map((source) => [source.sourceId, source.name]))
  const iso = (ms: number | undefined) => (ms === undefined ? null : new Date(ms).toISOString())
  return {
    from: iso(health.fromMs),
    now: iso(health.nowMs),
    hours,
    needs,
    findings: health.findings.map(({ sinceMs, untilMs, ...finding }) => ({
      ...finding,
      since: iso(sinceMs),
      until: iso(untilMs),
      text: healthSentence({ ...finding, sinceMs, untilMs }, health.nowMs),
    })),
    sources: health.sources.map((source) => ({
      name: source.name,
      state: source.live?.state ?? 'none',
      detail: source.live?.detail ?? '',
      clockOffsetMs: source.clockOffsetMs ?? null,
      rejects: source.rejects,
      ways: source.ways.map(({ way, states, sourceId: _, ...counts }) => ({ way: WAYS[way], ...counts, states })),
      feeds: source.feeds.map(({ feedId, kind, name, state, detail }) => ({ id: feedId, kind, name, state, detail })),
      advice: source.advice,
    })),
    gaps: health.gaps.map((gap) => ({
      source: names.get(gap.sourceId) ?? '',
      from: iso(gap.fromMs),
      until: iso(gap.untilMs),
      cause: gap.cause,
      detail: gap.detail,
      closedAt: iso(gap.closedAtMs),
      closedBy: gap.closedBy,
    })),
    rejects: health.rejects,
    lost: health.dear.lost.map(({ callKey: _, sourceId, startedAtMs, lastEventAtMs, ...call }) => ({
      ...call,
      source: names.get(sourceId) ?? '',
      startedAt: iso(startedAtMs),
      lastEventAt: iso(lastEventAtMs),
    })),
    long: health.dear.long.map((call) => ({
      key: call.callKey,
      source: names.get(call.sourceId) ?? '',
      startedAt: iso(call.startedAtMs),
      durationSeconds: call.durationS,
      from: call.fromNumber,
      to: call.toNumber,
      held: call.held,
    })),
  }
}

function textOf(health: DataHealth, hours: number): string {
  if (health.sources.length === 0) return 'Nothing comes in yet. Next: tollbook import FILE, or tollbook source connect'
  const mark = { act: '!', wait: '…', note: ' ' }
  const said = health.findings.map((one) => `${mark[one.severity]} ${healthSentence(one, health.nowMs)}`)
  const head = health.findings.some((one) => one.severity !== 'note')
    ? `The last ${grouped(hours)} hours:`
    : health.sources.some((source) => source.ways.some((way) => way.received > 0))
      ? `Every call of the last ${grouped(hours)} hours is here, once.`
      : `Nothing was received in the last ${grouped(hours)} hours, and nothing is known to be missing.`
  const right = { align: 'right' as const }
  const columns = [
    ...[{ title: 'source' }, { title: 'way' }, { title: 'received', ...right }, { title: 'new', ...right }],
    ...[{ title: 'matched', ...right }, { title: 'known', ...right }, { title: 'late', ...right }, { title: '' }],
  ]
  const rows = health.sources.flatMap((source) =>
    source.ways.map((way) => [
      ...[source.name, WAYS[way.way], grouped(way.received), grouped(way.inserted), grouped(way.matched)],
      ...[grouped(way.duplicates), grouped(way.late), hoursOf(way.states)],
    ]),
  )
  return [head, ...said, ...(rows.length > 0 ? ['', table(columns, rows)] : [])].join('\n')
}

/** The hours that were missed, in words; what is well needs none. */
function hoursOf(states: readonly string[]): string {
  const n = (state: string) => states.filter((one) => one === state).length
  const parts = [n('gap') > 0 && `${n('gap')} h with a gap`, n('filled') > 0 && `${n('filled')} h filled later`]
  return parts.filter((part) => part !== false).join(', ')
}
