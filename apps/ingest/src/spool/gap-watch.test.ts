import type { AmiMessage, AmiNotice } from '@tollbook/asterisk/ami'
import { expect, test } from 'vitest'
import { NOTHING_KNOWN, type SpoolGap, type WatchState } from './facts.ts'
import { onNotice, onStart, onStop } from './gap-watch.ts'

/** Plays notices, and gives the state after them and every gap told. */
function play(state: WatchState, notices: readonly AmiNotice[]): { state: WatchState; gaps: SpoolGap[] } {
  const gaps: SpoolGap[] = []
  let now = state
  for (const notice of notices) {
    const fact = onNotice(now, notice)
    if (fact === undefined) continue
    now = fact.state
    gaps.push(...fact.gaps)
  }
  return { state: now, gaps }
}

const connected = (atMs: number): AmiNotice => ({ kind: 'connected', atMs, heardAtMs: undefined })
const lost = (heardAtMs: number): AmiNotice => ({
  ...{ kind: 'disconnected', atMs: heardAtMs + 10, heardAtMs },
  failure: { kind: 'lost', detail: 'the connection was lost' },
})
const booted = (atMs: number, bootedAtMs: number, restarted: boolean): AmiNotice => ({
  ...{ kind: 'booted', atMs, bootedAtMs, reloadedAtMs: undefined, restarted },
})
const span = ({ cause, fromMs, untilMs }: SpoolGap) => [cause, fromMs, untilMs]

test('the first login of all ends no gap', () => {
  expect(onStart(NOTHING_KNOWN)).toBeUndefined()
  expect(play(NOTHING_KNOWN, [connected(5000)]).gaps).toEqual([])
})

test('a lost connection is a gap while it lasts, from two seconds before the last byte, and ends with the login', () => {
  const { gaps, state } = play(NOTHING_KNOWN, [connected(5000), lost(60_000), connected(70_000)])
  expect(gaps.map(span)).toEqual([
    ['disconnected', 58_000, null],
    ['disconnected', 58_000, 70_000],
  ])
  expect(state.open).toEqual([])
})

test.each([
  ['before', [booted(70_000, 65_000, true), connected(70_000)]],
  ['after', [connected(70_000), booted(70_001, 65_000, true)]],
] as const)('a restart meanwhile is a gap of its own, told %s the login', (_, then) => {
  const { gaps, state } = play(NOTHING_KNOWN, [connected(5000), booted(5001, 100, false), lost(60_000), ...then])
  expect(gaps.map(span)).toContainEqual(['restarted', 58_000, expect.any(Number)])
  expect(gaps.map(span)).toContainEqual(['disconnected', 58_000, 70_000])
  expect(state).toMatchObject({ bootedAtMs: 65_000, open: [] })
})

test('a process that died: from the last record on nobody listened, until the next login', () => {
  const state = { ...NOTHING_KNOWN, heardAtMs: 60_000 }
  const started = onStart(state)!
  expect(started.gaps.map(span)).toEqual([['not-running', 58_000, null]])
  expect(play(started.state, [connected(90_000)]).gaps.map(span)).toEqual([['not-running', 58_000, 90_000]])
})

test('one that died with the connection lost goes on with that gap, and so does a third', () => {
  const { state } = play(NOTHING_KNOWN, [connected(5000), lost(60_000)])
  expect(onStart(state)).toBeUndefined()
  expect(play(state, [connected(90_000)]).gaps.map(span)).toEqual([['disconnected', 58_000, 90_000]])
})

test('one that was stopped in order listened until then, but not when the connection was lost already', () => {
  const live = play(NOTHING_KNOWN, [connected(5000)]).state
  expect(onStop(live, 80_000).state.heardAtMs).toBe(80_000)
  const away = play(live, [lost(60_000)]).state
  expect(onStop(away, 80_000).state).toEqual(away)
  expect(onStop(NOTHING_KNOWN, 80_000).state.heardAtMs).toBeNull()
})

const full: SpoolGap = { cause: 'spool-full', fromMs: 50_000, untilMs: null, detail: '' }

test('a full spool is not ended by a login', () => {
  const state = { ...play(NOTHING_KNOWN, [connected(5000)]).state, open: [full] }
  const { gaps, state: after } = play(state, [lost(60_000), connected(70_000)])
  expect(gaps.map(span)).toEqual([
    ['disconnected', 58_000, null],
    ['disconnected', 58_000, 70_000],
  ])
  expect(after.open).toEqual([full])
})

test.each([
  ['heard after it began', 60_000, 60_000],
  ['not noted as heard since', 45_000, 50_000],
])(
  'full when the process died, %s: that gap ends at the start, where the one until the login begins',
  (_, heard, end) => {
    const started = onStart({ ...NOTHING_KNOWN, heardAtMs: heard, open: [full] })!
    expect(started.gaps.map(span)).toEqual([
      ['spool-full', 50_000, end],
      ['not-running', end - 2000, null],
    ])
    const { gaps, state } = play(started.state, [connected(90_000)])
    expect(gaps.map(span)).toEqual([['not-running', end - 2000, 90_000]])
    expect(state.open).toEqual([])
  },
)

test('full and away when the process died: what was away stays open until the login', () => {
  const away = play(NOTHING_KNOWN, [connected(5000), lost(60_000)]).state
  const started = onStart({ ...away, open: [full, ...away.open] })!
  expect(started.gaps.map(span)).toEqual([['spool-full', 50_000, 60_000]])
  expect(play(started.state, [connected(90_000)]).gaps.map(span)).toEqual([['disconnected', 58_000, 90_000]])
})

test('suspect messages and lost sessions of HTTP are gaps with both ends', () => {
  const message = { suspect: 'overlong', name: 'CEL' } as AmiMessage
  const { gaps } = play({ ...NOTHING_KNOWN, heardAtMs: 1 }, [
    { kind: 'suspect', atMs: 10_000, message },
    { kind: 'answer-lost', fromMs: 20_000, atMs: 21_000, detail: 'an answer was lost' },
    { kind: 'session-expired', fromMs: 30_000, atMs: 95_000 },
  ])
  expect(gaps.map(span)).toEqual([
    ['suspect', 8_000, 10_000],
    ['disconnected', 20_000, 21_000],
    ['session-expired', 30_000, 95_000],
  ])
  expect(gaps[0]?.detail).toBe('a message was too long to be kept (CEL)')
})
