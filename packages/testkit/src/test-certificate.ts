// A certificate for fakes that speak TLS on loopback. It bears the name pbx.test; its authority is trusted by nobody.

import { readFileSync } from 'node:fs'

const file = (name: string) => readFileSync(new URL(`../certificates/${name}`, import.meta.url), 'utf8')

export type TestCertificate = {
  readonly ca: string
  readonly cert: string
  readonly key: string
  readonly name: 'pbx.test'
}

export function testCertificate(): TestCertificate {
  return { ca: file('ca.pem'), cert: file('server.pem'), key: file('server.key'), name: 'pbx.test' }
}
