// What a call says of our own side: by which number it came in, whose telephone it was, which ones rang in vain, and what
// its CDR rows say of it.

import { type CallDraft, NOBODY, OUTCOME, type Outcome } from '../call.ts'
import { isStep } from '../dialled-number.ts'
import { DISPOSITION, type Disposition, type Leg } from '../leg.ts'
import { type CompiledRules, directionOfContext, isDid, isTrunkPeer } from '../rules/index.ts'

/** As a row names it (FreePBX's column `did`), else what a trunk dialled, or what the rules list; '' = none. */
export function didOf(dialled: string, callerIsTrunk: boolean, legs: readonly Leg[], rules: CompiledRules): string {
  for (const leg of legs) if (leg.did !== '') return leg.did
  return !isStep(dialled) && (callerIsTrunk || isDid(rules, dialled)) ? dialled : ''
}

/** Our telephone that called; where the call came from outside, the one that answered. '' = neither is ours. */
export function extensionOf(
  { entryPeer, answeredBy, context, did }: Pick<CallDraft, 'entryPeer' | 'answeredBy' | 'context' | 'did'>,
  rules: CompiledRules,
): string {
  const outside = did !== '' || isTrunkPeer(rules, entryPeer) || directionOfContext(rules, context) === 'inbound'
  const ours = outside ? answeredBy : entryPeer
  return isTrunkPeer(rules, ours) ? '' : nameOf(ours)
}

/** Names of these telephones of ours, each once, sorted. */
export function namesOf(peers: readonly string[], rules: CompiledRules): readonly string[] {
  const names = new Set(peers.filter((peer) => !isTrunkPeer(rules, peer)).map(nameOf))
  names.delete('')
  return names.size === 0 ? NOBODY : [...names].sort()
}

/** "PJSIP/204" → "204"; "Local/7@phones" → "7". */
function nameOf(peer: string): string {
  const resource = peer.slice(peer.indexOf('/') + 1)
  const at = resource.indexOf('@')
  return at < 0 ? resource : resource.slice(0, at)
}

/** Of the leg that decides how the call ended; other = there is none. */
export function dispositionOf(outcome: Outcome, legs: readonly Leg[]): Disposition {
  if (legs.length === 0) return DISPOSITION.other
  const has = (d: Disposition) => legs.some((leg) => leg.disposition === d)
  switch (outcome) {
    case OUTCOME.answered:
    case OUTCOME.program:
      return DISPOSITION.ANSWERED
    case OUTCOME.busy:
      return DISPOSITION.BUSY
    case OUTCOME.noAnswer:
      return has(DISPOSITION.CANCEL) && !has(DISPOSITION['NO ANSWER']) ? DISPOSITION.CANCEL : DISPOSITION['NO ANSWER']
    default:
      return has(DISPOSITION.CONGESTION) ? DISPOSITION.CONGESTION : DISPOSITION.FAILED
  }
}
