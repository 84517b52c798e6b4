// How a call was passed on: by a transfer event, or by a channel that left its bridge for another extension.

import { isStep } from '../dialled-number.ts'
import type { Talk, Transfer } from './call-story.ts'
import type { Cast } from './cast.ts'
import type { ChannelLives, TransferEvent } from './channel-life.ts'

/** The first transfer of the call. */
export function transferOf(lives: ChannelLives, cast: Cast, talk: readonly Talk[]): Transfer | undefined {
  const event = lives.transfers[0]
  return event ? fromEvent(event, lives, cast, talk) : redirectOf(cast, talk)
}

function fromEvent(event: TransferEvent, lives: ChannelLives, cast: Cast, talk: readonly Talk[]): Transfer {
  const by = event.channel === cast.caller.name || event.channel === cast.runner.name ? 'caller' : 'callee'
  const transferer = cast.byChannel.get(event.channel)
  const target = event.kind === 'attended' ? attendedTarget(event, lives, cast) : event.exten
  return {
    kind: event.kind,
    by,
    transferer: transferer?.endpoint ?? cast.caller.name,
    targetDialled: target,
    // Who was talked with before the transfer is not its target.
    targetAnsweredByPerson: talk.some((t) => t.interval[0] >= event.atMs - 5 && t.with !== transferer?.front.name),
    atMs: event.atMs,
  }
}

/** The extension that was consulted: of the target's channel, else of the last one the transferer shared a bridge with. */
function attendedTarget(event: TransferEvent, lives: ChannelLives, cast: Cast): string {
  const consulted =
    cast.byChannel.get(event.target) ?? cast.destinations.find((d) => !d.dialled && shared(d.front.name))
  const exten = consulted?.back.firstExten ?? ''
  // A telephone that consulted by a call of its own dialled the target there.
  return isStep(exten) ? (lives.byName.get(event.second)?.firstExten ?? exten) : exten

  function shared(name: string): boolean {
    const own = lives.byName.get(event.channel)?.bridges ?? []
    return lives.byName.get(name)?.bridges.some((stay) => own.some((o) => o.bridgeId === stay.bridgeId)) ?? false
  }
}

/** Somebody told Asterisk to send the caller elsewhere: his bridge ends and his dialplan goes on at another extension. */
function redirectOf({ runner }: Cast, talk: readonly Talk[]): Transfer | undefined {
  for (const [i, before] of runner.apps.entries()) {
    const after = runner.apps[i + 1]
    if (!after || (before.app !== 'Dial' && before.app !== 'Queue')) continue
    const stay = runner.bridges.find((s) => !s.holding && s.fromMs >= before.fromMs && s.untilMs <= after.fromMs)
    const moved = after.exten !== before.exten && after.exten !== 'h'
    if (!stay || !moved || Math.abs(before.untilMs - stay.untilMs) > 50) continue
    return {
      kind: 'redirect',
      by: 'system',
      transferer: '',
      targetDialled: after.exten,
      targetAnsweredByPerson: talk.some((t) => t.interval[0] >= stay.untilMs),
      atMs: stay.untilMs,
    }
  }
  return undefined
}
