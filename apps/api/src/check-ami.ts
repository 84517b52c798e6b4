// Whether an Asterisk can be reached over AMI with given settings, told step by step for the person who sets it up.
// Looks and leaves: nothing is stored, no events are asked for.

import { type AmiFailure, type AmiSession, openAmiSession } from '@tollbook/asterisk/ami'
import type { Clock } from '@tollbook/kernel'
import type { AmiCheck, AmiSettings } from './wire.ts'

/** A person waits for the answer; the login alone takes ten seconds at most. */
const MAX_MS = 15_000

/** Steps in the order tried: `reach` the host, `trust` its certificate, `banner` of AMI, `login`. The first that fails is the last told. */
export async function checkAmi(settings: AmiSettings, clock: Clock): Promise<AmiCheck> {
  const signal = AbortSignal.timeout(MAX_MS)
  const { transport = 'tcp', auth = 'auto', caPem = '', serverName = '', httpPath = '', ...who } = settings
  const target = { ...who, transport, auth, caPem, serverName, httpPath, events: 'off' }
  const session = await openAmiSession(target, { onMessages: () => undefined }, clock, signal)
  const secure = transport === 'tls' || transport === 'https'
  const steps = STEPS.filter((step) => secure || step !== 'trust')
  if (session.ok) return { ok: true, steps: [...passed(steps.slice(0, -1)), await loggedIn(session.value)] }
  const { kind, detail } = session.error
  const failed = FAILED[kind] ?? 'reach'
  return { ok: false, steps: [...passed(steps.slice(0, steps.indexOf(failed))), { ok: false, kind: failed, detail }] }
}

const STEPS = ['reach', 'trust', 'banner', 'login'] as const

const FAILED: Partial<Record<AmiFailure['kind'], (typeof STEPS)[number]>> = {
  untrusted: 'trust',
  'not-ami': 'banner',
  refused: 'login',
  'shutting-down': 'login',
}

function passed(kinds: readonly string[]): AmiCheck['steps'] {
  return kinds.map((kind) => ({ ok: true, kind, detail: '' }))
}

/** Says which Asterisk it is, when the user may ask. */
async function loggedIn(session: AmiSession): Promise<AmiCheck['steps'][number]> {
  const core = await session.action('CoreSettings')
  await session.close()
  const version = core.ok ? (core.value.get('AsteriskVersion') ?? '') : ''
  return { ok: true, kind: 'login', detail: version === '' ? '' : `Asterisk ${version}` }
}
