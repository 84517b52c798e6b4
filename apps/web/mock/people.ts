// Missed callers and departments of the invented company.

import type { DepartmentChange, DepartmentRow, MissedCaller, MissedCalls } from '@tollbook/api/wire'
import { ACCOUNTS, type MockCall } from './data.ts'
import { ok, problem, type Reply } from './reply.ts'
import { filterCalls, type Params } from './stats.ts'

const iso = (ms: number) => new Date(ms).toISOString()
const person = (number: string) => number.replace(/\D/g, '').slice(-9)

/** As the real api tells them; the cursor is the place in the list. */
export function missedCalls(all: readonly MockCall[], params: Params): MissedCalls {
  const withinMs = Number(params.within ?? 24) * 3_600_000
  const missed = filterCalls(all, params).filter((c) => c.direction === 'inbound' && c.outcome !== 'answered')
  const callers = Map.groupBy(missed, (call) => person(call.from))
  const spoken = Map.groupBy(
    all.filter((one) => one.outcome === 'answered'),
    (one) => person(one.direction === 'inbound' ? one.from : one.to),
  )
  const items = [...callers].map(([who, calls]) => callerOf(calls, spoken.get(who) ?? [], withinMs))
  const returned = items.filter((one) => one.returned !== null).length
  const wanted = items.filter(
    (one) => params.only === undefined || (params.only === 'returned') === (one.returned !== null),
  )
  const start = Number(params.cursor ?? 0)
  const limit = Number(params.limit ?? 50)
  return {
    items: wanted.slice(start, start + limit),
    total: { callers: items.length, returned, rate: items.length === 0 ? null : (100 * returned) / items.length },
    next: wanted.length > start + limit ? String(start + limit) : null,
  }
}

/** Calls come newest first. */
function callerOf(calls: readonly MockCall[], spoken: readonly MockCall[], withinMs: number): MissedCaller {
  const last = calls[0]!
  const account = ACCOUNTS.find((one) => one.id === last.account)
  const [call, after] = spoken
    .flatMap((one) => {
      const before = calls.find((m) => m.startMs < one.startMs && one.startMs <= m.startMs + withinMs)
      return before ? [[one, one.startMs - before.startMs] as const] : []
    })
    .at(-1) ?? [undefined, 0]
  return {
    number: last.from,
    name: last.fromName,
    calls: calls.length,
    firstAt: iso(calls.at(-1)!.startMs),
    lastAt: iso(last.startMs),
    longestWaitSeconds: Math.max(...calls.map((one) => one.ringS)),
    rang: [...new Set(calls.map((one) => String(201 + (one.startMs % 9))))].sort(),
    did: last.to,
    account: account ? { id: account.id, code: account.code, name: account.name } : null,
    lastCall: last.key,
    returned: call
      ? {
          at: iso(call.startMs),
          by: call.direction === 'inbound' ? '204' : call.from,
          direction: call.direction === 'inbound' ? 'inbound' : 'outbound',
          call: call.key,
          afterSeconds: Math.floor(after / 1000),
        }
      : null,
  }
}

/** The departments there are, and what is done to them; kept as long as the mock runs. */
export function makeDepartments() {
  let rows: DepartmentRow[] = [
    { id: 1, name: 'Sales', extensions: ['201', '202', '203'], accounts: [] },
    { id: 2, name: 'Front desk', extensions: ['204'], accounts: ['quayside'] },
  ]
  return {
    list: (): readonly DepartmentRow[] => rows,
    write(method: string, path: string, body: string): Reply | undefined {
      const [, room, id] = path.split('/')
      if (room !== 'departments') return undefined
      if (method === 'DELETE') {
        rows = rows.filter((row) => row.id !== Number(id))
        return { status: 204 }
      }
      const { name, extensions, accounts } = JSON.parse(body) as DepartmentChange
      const list = extensions.split(/[,\s]+/).filter(Boolean)
      const others = rows.filter((row) => row.id !== Number(id))
      const taken = others.find((row) => row.extensions.some((one) => list.includes(one)))
      if (taken)
        return problem(409, 'in-the-way', 'Something else stands in the way', `${list[0]} belongs to ${taken.name}.`)
      const row = { id: Number(id ?? rows.length + 10), name, extensions: list, accounts }
      rows = [...others, row]
      return ok(row)
    },
  }
}
