// Secrets at rest: AES-256-GCM under a key that lies in the data directory, apart from the database.

import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { existsSync, linkSync, mkdirSync, readFileSync, unlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** The key of this installation, made at first use; 32 bytes. */
export function loadSecretKey(dataDir: string): Buffer {
  const file = join(dataDir, 'secret.key')
  mkdirSync(dataDir, { recursive: true })
  if (!existsSync(file)) makeKey(file)
  const key = Buffer.from(readFileSync(file, 'utf8'), 'base64')
  if (key.length !== 32) throw new Error(`${file} is damaged: it should hold 32 bytes in base64`)
  return key
}

/** Whole or not at all, and once: api, ingest and a command may start at the same moment, and any may be killed. */
function makeKey(file: string): void {
  const mine = `${file}.${randomBytes(6).toString('hex')}`
  writeFileSync(mine, randomBytes(32).toString('base64'), { mode: 0o600, flag: 'wx' })
  try {
    linkSync(mine, file)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  } finally {
    unlinkSync(mine)
  }
}

/** Seals a text: 12 bytes nonce, 16 bytes tag, then the cipher text. */
export function sealSecret(key: Buffer, text: string): Buffer {
  const nonce = randomBytes(12)
  const cipher = createCipheriv('aes-256-gcm', key, nonce)
  const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
  return Buffer.concat([nonce, cipher.getAuthTag(), body])
}

/** Opens what `sealSecret` made. Throws when the key is another one or the bytes were changed. */
export function openSecret(key: Buffer, sealed: Buffer): string {
  const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, 12))
  decipher.setAuthTag(sealed.subarray(12, 28))
  return Buffer.concat([decipher.update(sealed.subarray(28)), decipher.final()]).toString('utf8')
}
