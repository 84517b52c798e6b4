// Invented rules for calls, what a preview of them says, and what a channel is by them.

import type { CallRules, RulesAnswer, RulesPreview } from '@tollbook/api/wire-rules'
import type { MockCall } from './data.ts'
import { ok, type Reply } from './reply.ts'

const RULES: CallRules = {
  channels: [
    { match: 'PJSIP/trunk-*', is: 'trunk' },
    { match: 'Local/FMPR-*@*', is: 'hop' },
    { match: 'Local/*@from-queue*', is: 'hop' },
    { match: '*', context: 'ivr-*', app: 'AGI', is: 'program' },
  ],
  contexts: [
    { context: 'from-pstn*', direction: 'inbound' },
    { context: 'intercom', direction: 'internal' },
  ],
  closedHours: ['closed*', 'night*'],
  voicemail: ['VoiceMail', 'macro-vm*'],
  conference: ['ConfBridge'],
  ringGroup: ['ext-group'],
  ivr: ['ivr-*', 'Background'],
  queue: ['Queue', 'ext-queues'],
  dids: ['+35321*'],
  reviewAfterHours: 4,
  finalAfterMinutes: 10,
}

export function rulesAnswer(nowMs: number, source: string): RulesAnswer {
  const restitch = {
    ...{ id: '019d3f2a-0000-7a11-8b22-500000000001', source, cause: 'rules' as const, from: null, to: null },
    ...{ callsTotal: 48_210, callsChanged: 311, createdBy: 'niamh@northpier.example' },
    createdAt: new Date(nowMs - 60_000).toISOString(),
  }
  const counts =
    source === ''
      ? { state: 'running' as const, callsSeen: 12_000, callsInvoiced: 0 }
      : { state: 'done' as const, callsSeen: 48_210, callsInvoiced: 4 }
  const standing = { source, own: source === '', revision: 3, appliedRevision: source === '' ? 2 : 3 }
  return { ...standing, rules: RULES, restitch: { ...restitch, ...counts } }
}

export function writeRules(calls: readonly MockCall[], method: string, path: string): Reply | undefined {
  if (path === '/rules/trial') return ok({ kind: 'trunk', rule: 1, direction: 'inbound', step: null, did: false })
  if (path === '/rules/preview') return ok(preview(calls))
  return path === '/rules' ? ok(rulesAnswer(0, method === 'DELETE' ? 'pbx' : '')) : undefined
}

function preview(calls: readonly MockCall[]): RulesPreview {
  const examples = calls.slice(0, 3).map((call) => ({
    ...{ key: call.key, startedAt: new Date(call.startMs).toISOString(), from: '204', to: '00447700900461' },
    before: { direction: 0, trunkId: 0 },
    after: { direction: 2, trunkId: 5 },
  }))
  const fields = [
    { field: 'direction', calls: 41 },
    { field: 'trunkId', calls: 41 },
  ]
  return { from: new Date(0).toISOString(), seen: 1284, changed: 41, complete: true, fields, examples }
}
