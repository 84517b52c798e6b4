// Calls as Asterisk 22 tells them, seven channel events and one Cdr each, made by patching numbers into prepared bytes: a
// sender that formats text cannot send 80,000 messages a second.

/** Answered calls from a SIP phone to a trunk; `epoch` is the second they began, ten seconds before they ended. */
export type CallBytes = {
  readonly bytes: Buffer
  /** Writes the counters of call number `n` into the bytes. */
  patch(n: number): void
}

/** Width of every counter in the text. */
const DIGITS = 9
const LASTS_S = 10

/** uniqueid of the calling channel, and linkedid, of call number `n`. */
export function linkedidOf(epoch: number, n: number): string {
  return `${epoch}.${String(n * 2).padStart(DIGITS, '0')}`
}

export function callBytes(nowMs: number): CallBytes & { readonly epoch: number } {
  const epoch = Math.floor(nowMs / 1000) - LASTS_S
  const time = (s: number) => new Date(s * 1000).toISOString().slice(0, 19).replace('T', ' ')
  const a = `${epoch}.AAAAAAAAA`
  const b = `${epoch}.BBBBBBBBB`
  const from = 'PJSIP/phone-AAAAAAAAA'
  const to = 'PJSIP/northlink-BBBBBBBBB'
  const cel = (event: string, s: number, uniqueid: string, channel: string, app: string, extra: string) =>
    frame([
      ...[
        'Event: CEL',
        'Privilege: call,all',
        `EventName: ${event}`,
        'AccountCode: CUST-NNN',
        'CallerIDnum: 1555FFFFFFF',
      ],
      ...['CallerIDname: Bench Caller', 'CallerIDani: 1555FFFFFFF', 'CallerIDrdnis: ', 'CallerIDdnid: 4930TTTTTTT'],
      ...['Exten: 4930TTTTTTT', 'Context: outbound', `Channel: ${channel}`, `Application: ${app}`],
      ...[`AppData: ${app === '' ? '' : `${to},30`}`, `EventTime: ${time(s)}`, 'AMAFlags: DOCUMENTATION'],
      ...[`UniqueID: ${uniqueid}`, `LinkedID: ${a}`, 'Userfield: ', 'Peer: ', 'PeerAccount: ', `Extra: ${extra}`],
    ])
  const bridge = '{"bridge_id":"6f9619ff-8b86-d011-b42d-00cf4fc964ff","bridge_technology":"simple_bridge"}'
  const hangup = '{"hangupcause":16,"hangupsource":"PJSIP/phone","dialstatus":"ANSWER"}'
  const text = [
    cel('CHAN_START', epoch, a, from, '', ''),
    cel('CHAN_START', epoch, b, to, '', ''),
    cel('ANSWER', epoch + 2, b, to, 'AppDial', ''),
    cel('ANSWER', epoch + 2, a, from, 'Dial', ''),
    cel('BRIDGE_ENTER', epoch + 2, a, from, 'Dial', bridge),
    cel('HANGUP', epoch + LASTS_S, a, from, 'Dial', hangup),
    frame([
      ...['Event: Cdr', 'Privilege: cdr,all', 'AccountCode: CUST-NNN', 'Source: 1555FFFFFFF'],
      ...['Destination: 4930TTTTTTT', 'DestinationContext: outbound', 'CallerID: "Bench Caller" <1555FFFFFFF>'],
      ...[`Channel: ${from}`, `DestinationChannel: ${to}`, 'LastApplication: Dial', `LastData: ${to},30`],
      ...[`StartTime: ${time(epoch)}`, `AnswerTime: ${time(epoch + 2)}`, `EndTime: ${time(epoch + LASTS_S)}`],
      ...['Duration: 10', 'BillableSeconds: 8', 'Disposition: ANSWERED', 'AMAFlags: DOCUMENTATION', `UniqueID: ${a}`],
      ...['UserField: ', `LinkedID: ${a}`, 'Sequence: AAAAAAAAA'],
    ]),
    cel('LINKEDID_END', epoch + LASTS_S, a, from, '', ''),
  ].join('')
  const bytes = Buffer.from(text, 'latin1')
  const places = (mark: string) => [...text.matchAll(new RegExp(mark, 'g'))].map((m) => m.index)
  const [ofA, ofB, ofN] = [places('AAAAAAAAA'), places('BBBBBBBBB'), places('NNN')]
  const [ofFrom, ofTo] = [places('FFFFFFF'), places('TTTTTTT')]
  const patch = (n: number) => {
    for (const at of ofA) digits(bytes, at, DIGITS, n * 2)
    for (const at of ofB) digits(bytes, at, DIGITS, n * 2 + 1)
    for (const at of ofN) digits(bytes, at, 3, n % 1000)
    // Scattered like numbers are, so that the spool does not look smaller than it is.
    for (const at of ofFrom) digits(bytes, at, 7, Math.imul(n, 0x9e3779b1) >>> 9)
    for (const at of ofTo) digits(bytes, at, 7, Math.imul(n, 0x85ebca6b) >>> 9)
  }
  return { epoch, bytes, patch }
}

function frame(lines: readonly string[]): string {
  return `${lines.join('\r\n')}\r\n\r\n`
}

function digits(bytes: Buffer, at: number, width: number, n: number): void {
  let rest = n
  for (let i = at + width - 1; i >= at; i--) {
    bytes[i] = 48 + (rest % 10)
    rest = Math.trunc(rest / 10)
  }
}
