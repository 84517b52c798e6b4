// Random tokens that open a door: the holder keeps the token, we keep only its SHA-256.

import { createHash, randomBytes } from 'node:crypto'

/** 256 bits as 43 characters of base64url: cannot be guessed, fits a cookie and a link. */
export function newSecretToken(): string {
  return randomBytes(32).toString('base64url')
}

/** What is stored of a token. No salt and no slow hash: the token itself is already random. */
export function hashSecretToken(token: string): Buffer {
  return createHash('sha256').update(token).digest()
}
