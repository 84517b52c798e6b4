// Passwords as argon2id hashes in PHC text, so that a later change of cost can still read the old ones.
// Knows no user and no table.

import { argon2, randomBytes, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'

const derive = promisify(argon2)

/** OWASP's first choice for argon2id: 19 MiB, two passes, one lane. About 100 to 180 ms on a small machine. */
const COST = { memory: 19_456, passes: 2, parallelism: 1 }
const SALT_BYTES = 16
const TAG_BYTES = 32
/** Longer input is refused by `isAcceptablePassword`, so that nobody can make us hash megabytes. */
const MAX_LENGTH = 200
const MIN_LENGTH = 10

/** Whether a person may choose this password: 10 to 200 characters, whatever they are. */
export function isAcceptablePassword(password: string): boolean {
  return password.length >= MIN_LENGTH && password.length <= MAX_LENGTH
}

/** `$argon2id$v=19$m=19456,t=2,p=1$salt$tag`, what app_user.password_hash keeps. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(SALT_BYTES)
  const tag = await derive('argon2id', { ...COST, message: password, nonce: salt, tagLength: TAG_BYTES })
  return `$argon2id$v=19$m=${COST.memory},t=${COST.passes},p=${COST.parallelism}$${unpadded(salt)}$${unpadded(tag)}`
}

/**
 * True when the password is the one that was hashed. An empty or unreadable hash costs the same time and is never
 * right: whoever asks cannot learn from the clock whether a user exists or has a password.
 */
export async function verifyPassword(password: string, hash: string): Promise<boolean> {
  const known = parseHash(hash)
  const { memory, passes, parallelism, salt, tag } = known ?? { ...COST, ...NOBODY }
  const message = password.slice(0, MAX_LENGTH + 1)
  const got = await derive('argon2id', { memory, passes, parallelism, message, nonce: salt, tagLength: tag.length })
  return timingSafeEqual(got, tag) && known !== undefined
}

const NOBODY = { salt: Buffer.alloc(SALT_BYTES, 1), tag: Buffer.alloc(TAG_BYTES) }
const PHC = /^\$argon2id\$v=19\$m=(\d{1,7}),t=(\d{1,2}),p=(\d{1,2})\$([A-Za-z0-9+/]{11,64})\$([A-Za-z0-9+/]{20,88})$/

type Hash = { memory: number; passes: number; parallelism: number; salt: Buffer; tag: Buffer }

function parseHash(text: string): Hash | undefined {
  const m = PHC.exec(text)
  if (!m) return undefined
  return {
    memory: Number(m[1]),
    passes: Number(m[2]),
    parallelism: Number(m[3]),
    salt: Buffer.from(m[4]!, 'base64'),
    tag: Buffer.from(m[5]!, 'base64'),
  }
}

function unpadded(bytes: Buffer): string {
  return bytes.toString('base64').replace(/=+$/, '')
}
