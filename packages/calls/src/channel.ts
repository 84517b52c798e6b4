// Channel names: "PJSIP/201-0000001c", "Local/201@from-queue-00000004;2". What belongs to the peer and what to the one call.

import { TextCache } from '@tollbook/asterisk'

/** A PBX has some hundred peers, and every call names two of them. */
const peers = new TextCache()

/** The peer without the part that is new on every call: "PJSIP/201", "Local/201@from-queue". '' stays ''. */
export function peerOf(channel: string): string {
  let end = channel.length
  if (end > 2 && channel.charCodeAt(end - 2) === SEMICOLON) end -= 2
  const dash = channel.lastIndexOf('-', end - 1)
  if (dash <= 0 || end - dash <= 8) return end === channel.length ? channel : channel.slice(0, end)
  for (let i = dash + 1; i < end; i++) {
    if (!isHex(channel.charCodeAt(i))) return end === channel.length ? channel : channel.slice(0, end)
  }
  return peers.slice(channel, 0, dash)
}

/** A Local channel is a wire inside the PBX, never a telephone. */
export function isLocal(channel: string): boolean {
  return channel.startsWith('Local/')
}

/** The other half of a Local pair: ";1" for ";2" and back; '' when the name has no half. */
export function otherHalf(channel: string): string {
  if (channel.endsWith(';1')) return `${channel.slice(0, -1)}2`
  return channel.endsWith(';2') ? `${channel.slice(0, -1)}1` : ''
}

const SEMICOLON = 59

function isHex(code: number): boolean {
  return (code >= 48 && code <= 57) || (code >= 97 && code <= 102)
}
