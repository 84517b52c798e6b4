// A row of a `cel` table of any make → the CelRow AMI would have given. Numbers of events are turned into names by the
// version that wrote them: they changed their meaning with Asterisk 12.

import { err, ok, type Result } from '@tollbook/kernel'
import type { CelRow } from '../ami/cel-row.ts'
import { shown } from '../cdr-values.ts'
import { recordBytes, recordReader, type TableRecord } from './table-record.ts'
import { fractionMs, millisOf, tableTime } from './table-time.ts'

export type TableCel = { readonly row: CelRow; readonly isUtc: boolean }

/** Asterisk 12 and later, or 1.8 to 11. */
export type CelNumbering = 'since-12' | 'before-12'

/** Reads a record of FreePBX, cel_pgsql, cel_odbc or cel_sqlite3_custom. The reason of a refusal is for people. */
export function celFromRecord(record: TableRecord, numbering: CelNumbering = 'since-12'): Result<TableCel, string> {
  const from = recordReader(record)
  const type = from.get('eventtype', 'eventname', 'event')
  const named = /^-?\d+$/.test(type) ? NAMES[numbering][Number(type)] : type
  // As every backend does unless told otherwise: an event of the dialplan's own bears the name the dialplan gave it.
  const event = named === 'USER_DEFINED' ? from.get('userdeftype') || named : named
  if (event === undefined || event === '') return err(`event type ${shown(type)} is not one Asterisk writes`)
  const timeText = from.get('eventtime')
  const time = tableTime(timeText)
  if (!time || time.text === '') return err(`event time ${shown(timeText)} is not a date and time`)
  const row: CelRow = {
    event,
    accountcode: from.get('accountcode'),
    cidNum: from.get('cid_num', 'num'),
    cidName: from.get('cid_name', 'name'),
    exten: from.get('exten'),
    context: from.get('context'),
    channel: from.get('channame', 'channel'),
    app: from.get('appname', 'app'),
    appdata: from.get('appdata'),
    eventTime: time.text,
    ...(time.isUtc
      ? { exactMs: millisOf(time) }
      : time.fraction === ''
        ? {}
        : { pastSecondMs: fractionMs(time.fraction) }),
    sentAtMs: undefined,
    amaflags: from.get('amaflags'),
    uniqueid: from.get('uniqueid'),
    linkedid: from.get('linkedid'),
    userfield: from.get('userfield'),
    peer: from.get('peer', 'bridgepeer'),
    peeraccount: from.get('peeraccount'),
    extra: from.get('extra', 'eventextra'),
    raw: recordBytes(record),
  }
  return ok({ row, isUtc: time.isUtc })
}

/** The numbering a page of rows was written with: 22 (LINKEDID_END of old) and above exist only before 12. */
export function celNumberingOf(records: readonly TableRecord[]): CelNumbering {
  const name = Object.keys(records[0] ?? {}).find((key) => key.toLowerCase() === 'eventtype') ?? ''
  const isOld = records.some((r) => /^\d+$/.test(r[name] ?? '') && Number(r[name]) >= 22)
  return isOld ? 'before-12' : 'since-12'
}

const FIRST = ['ALL', 'CHAN_START', 'CHAN_END', 'HANGUP', 'ANSWER', 'APP_START', 'APP_END']

const NAMES: Readonly<Record<CelNumbering, readonly string[]>> = {
  'since-12': [
    ...FIRST,
    ...['BRIDGE_ENTER', 'BRIDGE_EXIT', 'PARK_START', 'PARK_END', 'BLINDTRANSFER', 'ATTENDEDTRANSFER', 'USER_DEFINED'],
    ...['LINKEDID_END', 'PICKUP', 'FORWARD', 'LOCAL_OPTIMIZE', 'LOCAL_OPTIMIZE_BEGIN', 'STREAM_BEGIN', 'STREAM_END'],
    'DTMF',
  ],
  'before-12': [
    ...FIRST,
    ...['BRIDGE_START', 'BRIDGE_END', 'CONF_START', 'CONF_END', 'PARK_START', 'PARK_END', 'BLINDTRANSFER'],
    ...['ATTENDEDTRANSFER', 'TRANSFER', 'HOOKFLASH', '3WAY_START', '3WAY_END', 'CONF_ENTER', 'CONF_EXIT'],
    ...['USER_DEFINED', 'LINKEDID_END', 'BRIDGE_UPDATE', 'PICKUP', 'FORWARD'],
  ],
}
