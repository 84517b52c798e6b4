// Which number a call was for and who it came from, read from the fields a dialplan leaves behind.

import type { Leg } from './leg.ts'

/** Extensions that name a step of the dialplan, not a number: start, hang-up, invalid, timeout, absolute timeout, … */
const STEPS = new Set(['', 's', 'h', 'i', 't', 'T', 'o', 'a', 'e', 'hang', 'failed'])

/** The number dialled: the first leg's that is one, else the one inside Dial's target. '' when there is none. */
export function dialledNumber(inOrder: readonly Leg[]): string {
  for (const leg of inOrder) if (!isStep(leg.dst)) return leg.dst
  for (const leg of inOrder) {
    const number = leg.lastapp === 'Dial' ? numberInTarget(leg.lastdata) : ''
    if (number !== '') return number
  }
  return ''
}

/** Nearly all are numbers, and a text that was never seen costs a set ten times what a character does. */
export function isStep(dst: string): boolean {
  const first = dst.charCodeAt(0)
  return !(first >= 48 && first <= 57) && STEPS.has(dst)
}

/** "PJSIP/4420@trunk,30" → 4420; "SIP/trunk/4420" → 4420; "PJSIP/201" → 201; "PJSIP/carrier" → ''. */
export function numberInTarget(lastdata: string): string {
  const target = /^[^,&]*/.exec(lastdata)![0]
  const slash = target.indexOf('/')
  if (slash < 0) return ''
  const [first = '', second] = target.slice(slash + 1).split('/')
  const resource = second ?? first
  const at = resource.indexOf('@')
  const user = (at < 0 ? resource : resource.slice(0, at)).replace(/^sips?:/, '')
  return at >= 0 || /^\+?[\d*#]+$/.test(user) ? user : ''
}

/**
 * Peers that Dial was asked for, as their channels are called: "PJSIP/4420@trunk&Local/7@phones/n,30" → PJSIP/trunk and
 * Local/7@phones; "SIP/trunk/4420" → SIP/trunk.
 */
export function targetsOf(lastdata: string): string[] {
  const [list = ''] = lastdata.split(',', 1)
  return list.split('&').flatMap((target) => {
    const [technology, resource = ''] = target.trim().split('/', 2)
    if (!technology || resource === '') return []
    if (technology === 'Local') return [`Local/${resource}`]
    return [`${technology}/${resource.slice(resource.indexOf('@') + 1)}`]
  })
}

/** The caller's number: src, else what stands in the angle brackets of clid. */
export function callerNumber(leg: Leg): string {
  return leg.src === '' ? (/<([^<>]*)>\s*$/.exec(leg.clid)?.[1] ?? '') : leg.src
}

/** The caller's name from `"Name" <number>`; '' when there is none or it only repeats the number. */
export function callerName(leg: Leg): string {
  if (leg.clid.charCodeAt(0) !== QUOTE) return ''
  const close = leg.clid.lastIndexOf('"')
  const name = close > 1 ? leg.clid.slice(1, close) : ''
  return name === leg.src ? '' : name
}

const QUOTE = 34
