// Rows of a Master.csv (21 columns) as a busy PBX writes them: outbound by two trunks, inbound to ring groups, internal
// calls, fail-over to a second carrier. Deterministic and endless; about 1.3 legs a call, 65 % of calls answered.

const FIRST_S = 1_795_046_400 // 2026-11-19 00:00 UTC
const DIALLED = ['442071', '493012', '331426', '813123', '121255', '862133', '551199', '27115', '6129', '97143']

/** Text of `rows` rows, or a few more to finish the last call. */
export function* believableCdrs(rows: number): Generator<string> {
  const next = mulberry(2026)
  const pbx: Pbx = { second: FIRST_S, channel: 0, sequence: 0, next }
  for (let made = 0; made < rows; ) {
    pbx.second += next(4) === 0 ? 1 : 0 // some four calls a second
    const legs = next(100) < 58 ? outbound(pbx) : next(100) < 70 ? inbound(pbx) : [internal(pbx)]
    made += legs.length
    yield legs.join('')
  }
}

type Pbx = { second: number; channel: number; sequence: number; readonly next: (below: number) => number }

type Row = {
  account: string
  src: string
  dst: string
  context: string
  channel: string
  dstchannel: string
  lastdata: string
  linkedid: string
  ring: number
  /** Seconds of talk; -1 = not answered. */
  talk: number
  disposition: string
  sequence: number
}

function outbound(pbx: Pbx): string[] {
  const { next } = pbx
  const id = `${pbx.second}.${pbx.channel}`
  const number = `00${DIALLED[next(DIALLED.length)]}${String(1_000_000 + next(8_999_999))}`
  const who = {
    account: `ACCT-${1 + next(200)}`,
    src: `20${String(next(90) + 10)}`,
    dst: number,
    context: 'from-internal',
  }
  const channel = channelOf(pbx, `PJSIP/${who.src}`)
  const failed = next(100) < 6
  const talk = next(100) < 66 ? 5 + next(next(20) === 0 ? 2400 : 300) : -1
  const try_ = (trunk: string, ring: number, talked: number, disposition: string) =>
    line(pbx, {
      ...{ ...who, channel, linkedid: id, ring, talk: talked, disposition, sequence: pbx.sequence++ },
      ...{ dstchannel: channelOf(pbx, `PJSIP/${trunk}`), lastdata: `PJSIP/${number}@${trunk},60` },
    })
  const north = try_(
    'northlink',
    failed ? 0 : 4 + next(12),
    failed ? -1 : talk,
    failed ? 'CONGESTION' : ended(talk, next),
  )
  return failed ? [north, try_('southwire', 4 + next(9), talk, ended(talk, next))] : [north]
}

function inbound(pbx: Pbx): string[] {
  const { next } = pbx
  const id = `${pbx.second}.${pbx.channel}`
  const src = `0${String(1_000_000_000 + next(899_999_999))}`
  const channel = channelOf(pbx, 'PJSIP/northlink')
  const phones = next(100) < 45 ? 2 + next(2) : 1
  const winner = next(100) < 70 ? next(phones) : -1
  const ring = 3 + next(15)
  return Array.from({ length: phones }, (_, i) => {
    const talk = i === winner ? 10 + next(240) : -1
    return line(pbx, {
      ...{ account: '', src, dst: '600', context: 'from-trunk', channel, linkedid: id, ring, talk },
      ...{ dstchannel: channelOf(pbx, `PJSIP/20${10 + i}`), lastdata: 'PJSIP/2010&PJSIP/2011&PJSIP/2012,30' },
      ...{ disposition: ended(talk, next), sequence: pbx.sequence++ },
    })
  })
}

function internal(pbx: Pbx): string {
  const { next } = pbx
  const id = `${pbx.second}.${pbx.channel}`
  const [src, dst] = [`20${10 + next(90)}`, `20${10 + next(90)}`]
  const talk = next(100) < 60 ? 3 + next(120) : -1
  return line(pbx, {
    ...{ account: '', src, dst, context: 'from-internal', channel: channelOf(pbx, `PJSIP/${src}`), linkedid: id },
    ...{ dstchannel: channelOf(pbx, `PJSIP/${dst}`), lastdata: `PJSIP/${dst},30`, ring: 2 + next(20), talk },
    ...{ disposition: ended(talk, next), sequence: pbx.sequence++ },
  })
}

function ended(talk: number, next: (below: number) => number): string {
  if (talk >= 0) return 'ANSWERED'
  return next(4) === 0 ? 'BUSY' : 'NO ANSWER'
}

function channelOf(pbx: Pbx, peer: string): string {
  return `${peer}-${(pbx.channel++).toString(16).padStart(8, '0')}`
}

function line(pbx: Pbx, row: Row): string {
  const start = pbx.second
  const answered = row.talk >= 0
  const end = start + row.ring + (answered ? row.talk : 0)
  const who = `"${row.account}","${row.src}","${row.dst}","${row.context}","""Ext ${row.src}"" <${row.src}>"`
  const path = `"${row.channel}","${row.dstchannel}","Dial","${row.lastdata}"`
  const when = `"${clock(start)}",${answered ? `"${clock(start + row.ring)}"` : ''},"${clock(end)}"`
  const how = `${end - start},${answered ? row.talk : 0},"${row.disposition}","DOCUMENTATION"`
  return `${who},${path},${when},${how},"${row.linkedid}","","","${row.linkedid}",${row.sequence}\n`
}

function clock(second: number): string {
  return new Date(second * 1000).toISOString().slice(0, 19).replace('T', ' ')
}

/** A small seeded generator: the same file on every machine. */
function mulberry(seed: number): (below: number) => number {
  let a = seed
  return (below) => {
    a = (a + 0x6d2b79f5) | 0
    let t = Math.imul(a ^ (a >>> 15), 1 | a)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) % below
  }
}
