// What each page asks when it is opened, as apps/web/src/pages/*/ ask it over HTTP: the same dimensions, metrics, grains,
// limits and compared periods. A page of several questions is several rows here.

import type { CallOrder } from '@tollbook/calls/search'
import type { Db } from '@tollbook/db'
import { parseFilters, resolveFilters } from '@tollbook/selection'
import { parseStatsQuery, queryMissed, queryStats } from '@tollbook/stats'
import type { ColumnCopy } from '@tollbook/stats/columns'
import { parseLoadQuery, queryLoad } from '@tollbook/stats/load'
import { countFound, findCalls } from '../../../packages/exports/src/find-calls.ts'
import { TENANT, YEAR } from '../../../packages/stats/bench/generated-calls.ts'

export const tenant = { tenantId: TENANT, zone: 'Europe/Dublin', currency: 978 }

export type SpanName = 'day' | 'month' | 'year'
/** Dates of the tenant, `to` exclusive. */
export type Span = { readonly from: string; readonly to: string; readonly grain: 'hour' | 'day' | 'month' }

export const SPANS: Readonly<Record<SpanName, Span>> = {
  day: { from: `${YEAR}-06-10`, to: `${YEAR}-06-11`, grain: 'hour' },
  month: { from: `${YEAR}-06-01`, to: `${YEAR}-07-01`, grain: 'day' },
  year: { from: `${YEAR}-01-01`, to: `${YEAR + 1}-01-01`, grain: 'month' },
}

const BEFORE: Readonly<Record<SpanName, Span>> = {
  day: { from: `${YEAR}-06-09`, to: `${YEAR}-06-10`, grain: 'hour' },
  month: { from: `${YEAR}-05-02`, to: `${YEAR}-06-01`, grain: 'day' },
  year: { from: `${YEAR - 1}-01-01`, to: `${YEAR}-01-01`, grain: 'month' },
}

/** `copy`: the copy by columns, from which the API answers what no rollup knows. */
export type Question = { readonly name: string; readonly ask: (db: Db, copy?: ColumnCopy) => Promise<unknown> }

type Words = Readonly<Record<string, string>>

export function figures(name: string, span: { readonly from: string; readonly to: string }, words: Words): Question {
  const query = parseStatsQuery({ ...words, from: span.from, to: span.to }, tenant)
  if (!query.ok) throw new Error(`${name}: ${JSON.stringify(query.error)}`)
  return { name, ask: (db, copy) => queryStats(db, query.value, copy) }
}

const OVERVIEW = 'calls,answered,legs,missed,unrated,minutes,revenue,cost,margin'
const DESTINATIONS = 'calls,asr,answered,acd,minutes,revenue,cost,margin,margin_pct'
const PERCENTILES = ['talk', 'wait', 'tta'].flatMap((of) => ['50', '90', '95', '99'].map((p) => `${of}_p${p}`)).join()
const MONEY = 'calls,minutes,revenue,cost,margin,margin_pct,arpm,billed_minutes'

/** All questions of all pages about one span. */
export function pageQuestions(name: SpanName): readonly Question[] {
  return questionsAbout(name, SPANS[name], BEFORE[name])
}

export function questionsAbout(label: string, span: Span, before: Span): readonly Question[] {
  const ask = (page: string, words: Words, of: Span = span) => figures(`${page}, ${label}`, of, words)
  const grain = span.grain
  const months = grain === 'month' ? 'month' : 'day'
  return [
    ask('overview figures', { by: grain, metrics: OVERVIEW }),
    ask('overview days', { by: months, metrics: OVERVIEW }),
    ask('overview outcomes over time', { by: grain, split: 'outcome', metrics: 'calls' }),
    ...(grain === 'month'
      ? []
      : [ask('overview eight weeks before', { by: grain, metrics: 'calls' }, weeksBefore(span))]),
    ask('overview outcomes', { by: 'outcome', metrics: 'calls' }),
    ask('overview before', { by: grain, metrics: OVERVIEW }, before),
    ask('overview outcomes before', { by: 'outcome', metrics: 'calls' }, before),
    ask('overview destinations', {
      by: 'destination',
      metrics: 'calls,answered,unrated,revenue,cost,margin',
      limit: '500',
    }),
    ask('overview missed', { by: 'none', metrics: 'missed' }),
    ask('traffic', { by: grain, metrics: 'calls' }),
    ask('traffic ASR', { by: grain, metrics: 'asr,answered,calls' }),
    ask('traffic before', { by: grain, metrics: 'calls' }, before),
    ask('traffic heat map', { by: 'weekday_hour', metrics: 'calls' }),
    ask('traffic heat map of revenue', { by: 'weekday_hour', metrics: 'revenue,calls' }),
    ask('destinations', { by: 'destination', metrics: DESTINATIONS, limit: '500' }),
    ask('destinations countries', { by: 'country', metrics: DESTINATIONS, limit: '500' }),
    ask('destinations before', { by: 'destination', metrics: 'calls,answered', limit: '500' }, before),
    ask('quality', { by: months, metrics: 'asr,answered,calls' }),
    ask('quality outcomes', { by: 'outcome', metrics: 'calls,legs' }),
    ask('quality causes', { by: 'cause', metrics: 'calls,answered,asr' }),
    ask('quality trunks', { by: 'trunk', metrics: 'calls,seizures,asr_carrier,seized_answered,asr,answered,ner,acd' }),
    ask('quality destinations', { by: 'destination', metrics: 'calls,asr,ner,acd,minutes,answered,short_calls' }),
    ask('quality percentiles', { by: 'none', metrics: `asr,answered,calls,${PERCENTILES}` }),
    ask('money', { by: grain, metrics: MONEY }),
    ask('money accounts', { by: 'account', metrics: `${MONEY},unrated`, limit: '500' }),
    ask('money trunks', { by: 'trunk', metrics: MONEY, limit: '500' }),
    ask('money destinations', { by: 'destination', metrics: `${MONEY},unrated`, limit: '500' }),
    ask('money extensions', { by: 'extension', metrics: 'calls,minutes,revenue', limit: '500' }),
    ask('people departments', { by: 'department', metrics: 'calls,answered,asr,minutes,acd,cost', limit: '500' }),
    ask('people calls taken', { ...TAKEN, limit: '500' }),
    ask('people calls made', {
      by: 'extension',
      direction: '!inbound',
      metrics: 'calls,answered,asr,minutes,cost',
      limit: '500',
    }),
    ask('people numbers', {
      by: 'did',
      direction: 'inbound',
      metrics: 'calls,answered,missed,asr,time_to_answer,minutes',
      limit: '500',
    }),
    missed(`people missed callers, ${label}`, span),
    load(`trunks, ${label}`, span),
    found(`money dearest, ${label}`, span, {}, 'dearest'),
    ...(grain === 'hour' ? comparedDays(ask) : []),
    ask('calls summary', { by: 'none', metrics: 'calls,answered,minutes,revenue,unrated' }),
    counted(`calls counted, ${label}`, span, {}),
    counted(`calls of a destination counted, ${label}`, span, { destination: '5007' }),
    found(`calls, ${label}`, span, {}),
    found(`calls of a destination, ${label}`, span, { destination: '5007' }),
  ]
}

const TAKEN = { by: 'extension', direction: 'inbound', metrics: 'calls,minutes,answered,acd,time_to_answer,talk_p90' }

/** The eight weeks before, to the same time of the last of them: what the overview takes for usual. */
function weeksBefore({ from, to }: Span): Span {
  const day = (text: string, weeks: number) =>
    new Date(Date.parse(text) - weeks * 7 * 24 * 3_600_000).toISOString().slice(0, text.length === 10 ? 10 : undefined)
  return { from: day(from, 8), to: day(to, 1), grain: 'day' }
}

/** Who called in vain, and who was called back: a page of twenty. */
function missed(name: string, span: { readonly from: string; readonly to: string }): Question {
  const query = parseStatsQuery({ from: span.from, to: span.to }, tenant)
  if (!query.ok) throw new Error(name)
  return { name, ask: (db, copy) => queryMissed(db, query.value, { withinHours: 24, limit: 20 }, copy) }
}

/** Concurrency, busy hours and channels needed of every trunk. */
export function load(name: string, span: { readonly from: string; readonly to: string }): Question {
  const query = parseLoadQuery({ from: span.from, to: span.to }, tenant)
  if (!query.ok) throw new Error(`${name}: ${JSON.stringify(query.error)}`)
  return { name, ask: (db) => queryLoad(db, query.value, Date.UTC(YEAR + 1, 1, 1)) }
}

/** Traffic compares a day with the eight same weekdays before it; the question is the same, the days differ. */
function comparedDays(ask: (page: string, words: Words, of: Span) => Question): readonly Question[] {
  return [1, 4, 8].map((weeks) => {
    const start = new Date(Date.UTC(YEAR, 5, 10 - 7 * weeks))
    const next = new Date(Date.UTC(YEAR, 5, 11 - 7 * weeks))
    const day = { from: start.toISOString().slice(0, 10), to: next.toISOString().slice(0, 10), grain: 'hour' } as const
    return ask(`traffic day ${weeks} weeks ago`, { by: 'hour', metrics: 'calls' }, day)
  })
}

/** A page of calls as the list shows it: fifty, from whoever finds them sooner. */
export function found(
  name: string,
  span: { readonly from: string; readonly to: string },
  words: Words,
  order: CallOrder = 'newest',
): Question {
  const filterOf = callFilter(name, span, words)
  const ask = async (db: Db, copy?: ColumnCopy) => {
    const { calls } = await findCalls(db, copy, await filterOf(db), { limit: 50, order })
    if (calls.length === 0) throw new Error(`${name}: no call was found`)
  }
  return { name, ask }
}

/** How many calls a list has, as far as it counts. */
function counted(name: string, span: { readonly from: string; readonly to: string }, words: Words): Question {
  const filterOf = callFilter(name, span, words)
  return { name, ask: async (db, copy) => countFound(db, copy, await filterOf(db), 10_000) }
}

function callFilter(name: string, span: { readonly from: string; readonly to: string }, words: Words) {
  const query = parseStatsQuery({ from: span.from, to: span.to }, tenant)
  if (!query.ok) throw new Error(name)
  const { fromMs, toMs } = query.value
  const filters = parseFilters(words, (field, why) => {
    throw new Error(`${name}: ${field} ${why}`)
  })
  return async (db: Db) => ({ ...tenant, fromMs, toMs, selection: await resolveFilters(db, TENANT, filters) })
}

/** Any other metric by any dimension, filtered by any other. */
export function otherQuestions(name: SpanName): readonly Question[] {
  const ask = (what: string, words: Words) => figures(`${what}, ${name}`, SPANS[name], words)
  return [
    ask('destinations of an account', { by: 'destination', account: 'ACCT-7' }),
    ask('accounts of a trunk', { by: 'account', trunk: '205', limit: '20' }),
    ask('hours of the day of a country', { by: 'hour_of_day', country: '11' }),
    ask('prefixes', { by: 'prefix', limit: '20' }),
    ask('percentiles by trunk', { by: 'trunk', metrics: 'talk_p50,talk_p95' }),
    ask('percentiles by day', { by: 'day', metrics: 'talk_p50,talk_p95' }),
    ask('long calls by source', { by: 'source', talk: '600-' }),
    ask('extensions by outcome', { by: 'extension', split: 'outcome', limit: '50' }),
    ask('weekdays by direction', { by: 'weekday', split: 'direction' }),
    ask('days of an account', { by: 'day', account: 'ACCT-7' }),
    ask('days of a trunk', { by: 'day', trunk: '205', metrics: 'asr_carrier,ner' }),
    ask('returned calls by number', { by: 'did', metrics: 'return_rate', limit: '20' }),
    ask('calls a second by day', { by: 'day', metrics: 'cps' }),
    ask('calls at once by day', { by: 'day', metrics: 'peak_concurrent' }),
    ask('calls at once by number', { by: 'did', metrics: 'peak_concurrent', limit: '20' }),
    ask('percentiles by account', { by: 'account', metrics: 'talk_p95', limit: '20' }),
    ask('percentiles by prefix', { by: 'prefix', metrics: 'talk_p95,tta_p90,wait_p50', limit: '20' }),
    ask('days and trunks of all accounts but one', {
      by: 'day',
      split: 'trunk',
      metrics: 'asr,ner',
      account: '!ACCT-7',
    }),
    ask('tags', { by: 'tag', metrics: 'calls' }),
    ask('departments', { by: 'department', metrics: 'calls,revenue' }),
    ask('extensions at work', { by: 'extension', metrics: 'revenue', hour_of_day: '9-17', weekday: '1-5' }),
    ask('accounts of a pattern', { by: 'account', metrics: 'margin', number: '_+35386.', limit: '20' }),
    ask('causes of all countries but one', { by: 'cause', metrics: 'asr_carrier', country: '!372' }),
    ask('returned calls by day', { by: 'day', metrics: 'return_rate' }),
    ask('returned calls by account', { by: 'account', metrics: 'return_rate', limit: '20' }),
    ask('calls a second by trunk', { by: 'trunk', metrics: 'cps' }),
    ask('calls a second by account', { by: 'account', metrics: 'cps', limit: '20' }),
    ask('calls at once', { by: 'none', metrics: 'peak_concurrent' }),
    ask('calls at once by trunk', { by: 'trunk', metrics: 'peak_concurrent' }),
    ask('calls at once by account', { by: 'account', metrics: 'peak_concurrent', limit: '20' }),
    ask('calls at once by day and direction', { by: 'day', split: 'direction', metrics: 'peak_concurrent' }),
    ask('calls at once of an account by day', { by: 'day', account: 'ACCT-7', metrics: 'peak_concurrent' }),
    ...(name === 'year' ? [] : [ask('calls at once by hour', { by: 'hour', metrics: 'peak_concurrent' })]),
    ask('traffic in Erlang by day', { by: 'day', metrics: 'erlang,busy_erlang,channels_needed' }),
    ask('traffic in Erlang by trunk', { by: 'trunk', metrics: 'busy_erlang' }),
    ask('traffic in Erlang by account', { by: 'account', metrics: 'erlang', limit: '20' }),
    ask('hours of the day by trunk', { by: 'hour_of_day', split: 'trunk', metrics: 'calls,asr,minutes' }),
    ask('days by account', { by: 'day', split: 'account', metrics: 'calls,minutes' }),
    ask('hours of the week by account', { by: 'weekday_hour', split: 'account' }),
    ask('percentiles by hour of the day and trunk', { by: 'hour_of_day', split: 'trunk', metrics: 'talk_p95' }),
    ask('calls a second by month and account', { by: 'month', split: 'account', metrics: 'cps' }),
    ask('calls a second by hour of the day and trunk', { by: 'hour_of_day', split: 'trunk', metrics: 'cps' }),
    ask('calls at once by hour of the day and trunk', {
      by: 'hour_of_day',
      split: 'trunk',
      metrics: 'peak_concurrent',
    }),
    ask('calls at once by day and account', { by: 'day', split: 'account', metrics: 'peak_concurrent' }),
    ask('calls at once by prefix', { by: 'prefix', metrics: 'peak_concurrent', limit: '20' }),
    ask('busy hours by hour of the day and trunk', { by: 'hour_of_day', split: 'trunk', metrics: 'busy_erlang' }),
    ask('busy hours by day and account', { by: 'day', split: 'account', metrics: 'busy_erlang' }),
    ask('returned calls by hour of the day and trunk', {
      by: 'hour_of_day',
      split: 'trunk',
      metrics: 'return_rate',
    }),
    ask('busy hours by account', { by: 'account', metrics: 'busy_erlang', limit: '20' }),
  ]
}

/** Lists that no index of the tables has in their order: what the pages Margin and Calls may ask over a month and a year. */
export function listQuestions(name: SpanName): readonly Question[] {
  const span = SPANS[name]
  return [
    found(`dearest calls, ${name}`, span, {}, 'dearest'),
    found(`longest calls, ${name}`, span, {}, 'longest'),
    found(`dearest of a trunk, ${name}`, span, { trunk: '205' }, 'dearest'),
    found(`calls of a prefix, ${name}`, span, { prefix: '360' }),
    found(`calls above an amount, ${name}`, span, { revenue: '0.3-' }),
    found(`long calls of a carrier, ${name}`, span, { carrier: '103', talk: '500-' }),
  ]
}
