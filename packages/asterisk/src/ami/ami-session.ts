// One login by whatever way the target names. Does not come back after a loss: connect-ami does.

import { type Clock, err, ok, type Result } from '@tollbook/kernel'
import type { AmiFailure } from './ami-failure.ts'
import { AMI_TIMING, type AmiHandlers, type AmiSession, type AmiTarget, type AmiTiming } from './ami-target.ts'
import { HttpSession } from './http-session.ts'
import { SocketSession } from './socket-session.ts'

/**
 * Connects and logs in. Messages go to `handlers` from the login on, as they arrive.
 * @param signal gives up at once when it fires.
 */
export async function openAmiSession(
  target: AmiTarget,
  handlers: AmiHandlers,
  clock: Clock,
  signal: AbortSignal,
  timing: AmiTiming = AMI_TIMING,
): Promise<Result<AmiSession, AmiFailure>> {
  const http = target.transport === 'http' || target.transport === 'https'
  const session = new (http ? HttpSession : SocketSession)(target, handlers, clock, timing)
  const stop = () => session.fail({ kind: 'stopped', detail: '' })
  signal.addEventListener('abort', stop, { once: true })
  if (signal.aborted) stop()
  void session.ended.then(() => signal.removeEventListener('abort', stop))
  const failure = await session.logIn()
  if (failure === undefined) return ok(session)
  session.fail(failure)
  return err(failure)
}
