// The login of an AMI session, whatever carries it: MD5 challenge, or the secret itself where that is wanted or needed.

import { createHash } from 'node:crypto'
import type { Result } from '@tollbook/kernel'
import { type AmiFailure, loginFailure } from './ami-failure.ts'
import type { AmiMessage } from './ami-message.ts'
import type { AmiTarget } from './ami-target.ts'

type Send = (name: string, headers: Readonly<Record<string, string>>) => Promise<Result<AmiMessage, AmiFailure>>

/** Undefined when the login was accepted. */
export async function logIn(target: AmiTarget, send: Send): Promise<AmiFailure | undefined> {
  const { username, auth = 'auto' } = target
  let proof: Readonly<Record<string, string>> | undefined
  if (auth !== 'plain') {
    const challenge = await send('Challenge', { AuthType: 'MD5' })
    if (!challenge.ok) return challenge.error
    const nonce = challenge.value.get('Challenge')
    const refusal = loginFailure(challenge.value.get('Message') ?? '', username)
    if (nonce !== undefined) proof = { AuthType: 'MD5', Key: md5(nonce + target.secret) }
    // One that stops refuses everything: no reason to send it the secret.
    else if (auth === 'md5' || refusal.kind === 'shutting-down') return refusal
  }
  const { events } = target
  const login = await send('Login', { Username: username, ...(proof ?? { Secret: target.secret }), Events: events })
  if (!login.ok) return login.error
  if (login.value.name === 'Success') return undefined
  return loginFailure(login.value.get('Message') ?? '', username)
}

function md5(text: string): string {
  return createHash('md5').update(text).digest('hex')
}
