// What the invented api answers about tariffs. Reads are true to the data; writes say yes and change little.

import type { AccountRow, RateRow } from '@tollbook/api/wire'
import type { SheetLayout } from '@tollbook/api/wire-tariffs'
import { coverage, makeProposals, makeRevaluations, simulation } from './charging.ts'
import type { MockCall } from './data.ts'
import { found, ok, problem, type Reply } from './reply.ts'
import {
  deckDetail,
  makeCarriers,
  makeDeckRows,
  makePlans,
  makeRateDetails,
  makeTrunks,
  sheetPreview,
  versionDetail,
  versionDiff,
} from './tariffs.ts'

type Params = Readonly<Record<string, string>>
export type TariffData = {
  readonly nowMs: number
  readonly calls: readonly MockCall[]
  readonly accounts: readonly AccountRow[]
  readonly rates: readonly RateRow[]
}

/** Undefined when the path is not about tariffs. */
export function readTariffs(data: TariffData, path: string, params: Params, empty: boolean): Reply | undefined {
  const { nowMs } = data
  const [, room, id, part] = path.split('/')
  const list = <T>(items: readonly T[]) => ok({ items: empty ? [] : items, next: null })
  switch (room) {
    case 'decks':
      return id ? readDeck(data, path, params) : list(makeDeckRows(nowMs))
    case 'plans':
      return list(makePlans())
    case 'carriers':
      return list(makeCarriers())
    case 'trunks':
      return list(makeTrunks())
    case 'simulate':
      return ok(simulation(nowMs, data.accounts, params))
    case 'coverage':
      return ok(empty ? { ...coverage(nowMs, params), unrated: [], belowCost: [] } : coverage(nowMs, params))
    case 'credit-proposals':
      return list(makeProposals(data.calls, nowMs))
    case 'revaluations':
      if (!id) return list(makeRevaluations(nowMs).filter((one) => !params.kind || one.kind === params.kind))
      return found(makeRevaluations(nowMs).find((one) => one.id === id && part === undefined))
    default:
      return undefined
  }
}

function readDeck(data: TariffData, path: string, params: Params): Reply {
  const [, , id, part, version, of] = path.split('/')
  const deckId = Number(id)
  if (part === 'rates') {
    const q = (params.q ?? '').toLowerCase()
    const rates = makeRateDetails(data.nowMs, data.rates)
    const fits = rates.filter((one) => one.prefix.startsWith(q) || one.destination.toLowerCase().includes(q))
    return ok({ items: fits, next: null })
  }
  if (part === 'versions') {
    return of === 'diff' ? ok(versionDiff(Number(version), params)) : found(versionDetail(data.nowMs, Number(version)))
  }
  return found(deckDetail(data.nowMs, deckId))
}

export function writeTariffs(data: TariffData, method: string, path: string, body: string): Reply | undefined {
  const { nowMs } = data
  const [, room, id, part] = path.split('/')
  if (room === 'decks') {
    if (id === 'preview') return body.includes('not-a-sheet') ? refused() : ok(sheetPreview(layoutIn(body)))
    if (id === 'draft' || part === 'rates') return ok(draftReport())
    if (part === 'versions') return method === 'DELETE' ? { status: 204 } : ok(deckDetail(nowMs, Number(id)))
    return undefined
  }
  if (room === 'plans')
    return method === 'DELETE' ? { status: 204 } : ok({ ...makePlans()[0], ...JSON.parse(body || '{}') })
  if (room !== 'revaluations') return undefined
  const runs = makeRevaluations(nowMs)
  if (!id) return ok(body.includes('"impact"') ? runs[0] : runs[1])
  return found(runs.find((one) => one.id === id))
}

function draftReport() {
  return { deckId: 1, name: 'Retail 2026', version: 16, rates: 2316, problems: [], problemCount: 3 }
}

/** The layout of a multipart body, when a person has changed it. */
function layoutIn(body: string): SheetLayout | undefined {
  const json = /name="layout"\r\n\r\n(\{.*\})/.exec(body)?.[1]
  return json ? (JSON.parse(json) as SheetLayout) : undefined
}

function refused(): Reply {
  return problem(422, 'bad-deck', 'This rate sheet cannot be used', 'It is neither CSV nor a workbook.')
}
