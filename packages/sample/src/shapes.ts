// The seed: rows of Master.csv as our own Asterisk 22 recordings hold them, with the parts that vary taken out.
// `recorded` names the scenario (`asterisk-lab call NAME`) a shape was condensed from; telephones take the place of
// the recordings' simulated ones. Data only: compile-shape.ts knows how to fill it.
//
// A call runs through moments: 0 is its beginning, and each step of `steps` leads to the next.
// Channels come into being at a moment ("0 PJSIP/{entry}"); a Local channel is two, ;1 and ;2.
// A row is written at a moment (number before the colon), with {@1} = time of moment 1, {0-2} = whole seconds from
// moment 0 to 2, {c0} = name and {u0} = uniqueid of channel 0, {q} = sequence; the rest are facts of the call.

/** How long from one moment to the next; see `stepMs`. */
export type Step = 'blink' | 'ring' | 'give-up' | 'talk' | 'few-words' | 'menu' | 'message' | 'agent-rings' | 'retry'

export type Shape = {
  readonly recorded: string
  readonly steps: readonly Step[]
  readonly channels: readonly string[]
  readonly rows: readonly string[]
}

const FROM = '"""{name}"" <{from}>"'
const OUT = `"{account}","{from}","{dialled}","{context}",${FROM},"{c0}"`
const DIAL = '"Dial","PJSIP/{e164}@{trunk},60"'
const IN = `"{account}","{from}","{did}","from-trunk",${FROM},"{c0}"`
const LOCAL = `"{account}","{from}"`
const DOC = '"DOCUMENTATION"'

export const SHAPES = {
  'out-answered': {
    recorded: 'sip-answered',
    steps: ['ring', 'talk'],
    channels: ['0 PJSIP/{entry}', '0 PJSIP/{trunk}'],
    rows: [
      `2:${OUT},"{c1}",${DIAL},"{@0}","{@1}","{@2}",{0-2},{1-2},"ANSWERED",${DOC},"{u0}","","{account}","{u0}",{q}`,
    ],
  },
  // A step of the dialplan after a failed Dial makes a second row of the same channel.
  'out-busy': {
    recorded: 'sip-busy',
    steps: ['few-words'],
    channels: ['0 PJSIP/{entry}', '0 PJSIP/{trunk}'],
    rows: [
      `1:${OUT},"{c1}",${DIAL},"{@0}",,"{@1}",{0-1},0,"BUSY",${DOC},"{u0}","","{account}","{u0}",{q}`,
      `1:${OUT},"","NoOp","BUSY","{@1}",,"{@1}",0,0,"BUSY",${DOC},"{u0}","","","{u0}",{q}`,
    ],
  },
  // After "no answer" the second row says FAILED.
  'out-no-answer': {
    recorded: 'sip-noanswer',
    steps: ['give-up'],
    channels: ['0 PJSIP/{entry}', '0 PJSIP/{trunk}'],
    rows: [
      `1:${OUT},"{c1}",${DIAL},"{@0}",,"{@1}",{0-1},0,"NO ANSWER",${DOC},"{u0}","","{account}","{u0}",{q}`,
      `1:${OUT},"","NoOp","NOANSWER","{@1}",,"{@1}",0,0,"FAILED",${DOC},"{u0}","","","{u0}",{q}`,
    ],
  },
  'out-cancelled': {
    recorded: 'sip-cancel',
    steps: ['ring'],
    channels: ['0 PJSIP/{entry}', '0 PJSIP/{trunk}'],
    rows: [`1:${OUT},"{c1}",${DIAL},"{@0}",,"{@1}",{0-1},0,"NO ANSWER",${DOC},"{u0}","","{account}","{u0}",{q}`],
  },
  'out-congestion': {
    recorded: 'sip-congestion',
    steps: ['blink'],
    channels: ['0 PJSIP/{entry}', '0 PJSIP/{trunk}'],
    rows: [
      `1:${OUT},"{c1}",${DIAL},"{@0}",,"{@1}",{0-1},0,"CONGESTION",${DOC},"{u0}","","{account}","{u0}",{q}`,
      `1:${OUT},"","NoOp","CONGESTION","{@1}",,"{@1}",0,0,"CONGESTION",${DOC},"{u0}","","","{u0}",{q}`,
    ],
  },
  'out-unallocated': {
    recorded: 'sip-unallocated',
    steps: ['blink'],
    channels: ['0 PJSIP/{entry}', '0 PJSIP/{trunk}'],
    rows: [`1:${OUT},"{c1}",${DIAL},"{@0}",,"{@1}",{0-1},0,"NO ANSWER",${DOC},"{u0}","","{account}","{u0}",{q}`],
  },
  // The first carrier refuses, the second connects: one row a carrier, both of the calling channel.
  'out-retry': {
    recorded: 'sip-congestion',
    steps: ['blink', 'ring', 'talk'],
    channels: ['0 PJSIP/{entry}', '0 PJSIP/{trunk}', '1 PJSIP/{trunk2}'],
    rows: [
      `3:${OUT},"{c1}",${DIAL},"{@0}",,"{@1}",{0-1},0,"CONGESTION",${DOC},"{u0}","","{account}","{u0}",{q}`,
      `3:${OUT},"{c2}","Dial","PJSIP/{e164}@{trunk2},60","{@1}","{@2}","{@3}",{1-3},{2-3},"ANSWERED",${DOC},"{u0}","","{account}","{u0}",{q}`,
    ],
  },
  // Click to call: Originate of a Local channel; three rows, all ANSWERED, one conversation.
  'out-click': {
    recorded: 'account',
    steps: ['ring', 'ring', 'talk'],
    channels: ['0 Local/{ext}@click', '0 PJSIP/{ext}', '1 Local/{dialled}@lcr', '1 PJSIP/{trunk}'],
    rows: [
      `3:${LOCAL},"{dialled}","lcr",${FROM},"{c4}","{c5}",${DIAL},"{@1}","{@2}","{@3}",{1-3},{2-3},"ANSWERED","BILLING","{u4}","campaign={note},note=""call back"",ü","{account}","{u0}",{q}`,
      `3:${LOCAL},"{ext}","click",${FROM},"{c1}","{c2}","Dial","PJSIP/{ext},30","{@0}","{@1}","{@3}",{0-3},{1-3},"ANSWERED","BILLING","{u1}","","{account}","{u0}",{q}`,
      `3:${LOCAL},"{dialled}","from-internal",${FROM},"{c0}","{c3}","Dial","Local/{dialled}@lcr/n","{@0}","{@1}","{@3}",{0-3},{1-3},"ANSWERED","BILLING","{u0}","campaign={note},note=""call back"",ü","{account}","{u0}",{q}`,
    ],
  },
  'internal-answered': {
    recorded: 'sip-answered',
    steps: ['ring', 'talk'],
    channels: ['0 PJSIP/{entry}', '0 PJSIP/{ext}'],
    rows: [
      `2:"{account}","{from}","{ext}","from-internal",${FROM},"{c0}","{c1}","Dial","PJSIP/{ext},25","{@0}","{@1}","{@2}",{0-2},{1-2},"ANSWERED",${DOC},"{u0}","","{account}","{u0}",{q}`,
    ],
  },
  'internal-no-answer': {
    recorded: 'sip-cancel',
    steps: ['give-up'],
    channels: ['0 PJSIP/{entry}', '0 PJSIP/{ext}'],
    rows: [
      `1:"{account}","{from}","{ext}","from-internal",${FROM},"{c0}","{c1}","Dial","PJSIP/{ext},25","{@0}",,"{@1}",{0-1},0,"NO ANSWER",${DOC},"{u0}","","{account}","{u0}",{q}`,
    ],
  },
  'in-answered': {
    recorded: 'sip-account',
    steps: ['ring', 'talk'],
    channels: ['0 PJSIP/{trunk}', '0 PJSIP/{ext}'],
    rows: [
      `2:${IN},"{c1}","Dial","PJSIP/{ext},25","{@0}","{@1}","{@2}",{0-2},{1-2},"ANSWERED",${DOC},"{u0}","","{account}","{u0}",{q}`,
    ],
  },
  'in-missed': {
    recorded: 'sip-cancel',
    steps: ['give-up'],
    channels: ['0 PJSIP/{trunk}', '0 PJSIP/{ext}'],
    rows: [
      `1:${IN},"{c1}","Dial","PJSIP/{ext},25","{@0}",,"{@1}",{0-1},0,"NO ANSWER",${DOC},"{u0}","","{account}","{u0}",{q}`,
    ],
  },
  // Ring group of three: the rows of two phones are noise, the third talks. Local legs have rows of their own.
  'in-group': {
    recorded: 'group',
    steps: ['blink', 'ring', 'talk'],
    channels: [
      '0 PJSIP/{trunk}',
      '0 Local/{ext2}@ring',
      '0 Local/{ext}@ring',
      '0 Local/{ext3}@ring',
      '0 PJSIP/{ext2}',
      '0 PJSIP/{ext}',
      '0 PJSIP/{ext3}',
    ],
    rows: [
      `1:${LOCAL},"{ext3}","ring",${FROM},"{c6}","{c9}","Dial","PJSIP/{ext3},25","{@0}",,"{@1}",{0-1},0,"BUSY",${DOC},"{u6}","","","{u0}",{q}`,
      `2:${LOCAL},"{ext2}","ring",${FROM},"{c2}","{c7}","Dial","PJSIP/{ext2},25","{@0}",,"{@2}",{0-2},0,"NO ANSWER",${DOC},"{u2}","","","{u0}",{q}`,
      `3:${LOCAL},"{ext}","ring",${FROM},"{c4}","{c8}","Dial","PJSIP/{ext},25","{@0}","{@2}","{@3}",{0-3},{2-3},"ANSWERED",${DOC},"{u4}","","","{u0}",{q}`,
      `3:${IN},"{c1}","Dial","Local/{ext2}@ring/n&Local/{ext}@ring/n&Local/{ext3}@ring/n,25","{@0}",,"{@2}",{0-2},0,"NO ANSWER",${DOC},"{u0}","","{account}","{u0}",{q}`,
      `3:${IN},"{c3}","Dial","Local/{ext2}@ring/n&Local/{ext}@ring/n&Local/{ext3}@ring/n,25","{@0}","{@2}","{@3}",{0-3},{2-3},"ANSWERED",${DOC},"{u0}","","{account}","{u0}",{q}`,
      `3:${IN},"{c5}","Dial","Local/{ext2}@ring/n&Local/{ext}@ring/n&Local/{ext3}@ring/n,25","{@0}",,"{@1}",{0-1},0,"BUSY",${DOC},"{u0}","","{account}","{u0}",{q}`,
    ],
  },
  // Queue: the agent who did not pick up leaves NO ANSWER with an answer time and billsec above zero.
  'in-queue': {
    recorded: 'queue',
    steps: ['blink', 'agent-rings', 'retry', 'ring', 'talk'],
    channels: ['0 PJSIP/{trunk}', '1 Local/{ext2}@agents', '1 PJSIP/{ext2}', '3 Local/{ext}@agents', '3 PJSIP/{ext}'],
    rows: [
      `2:${LOCAL},"{ext2}","agents",${FROM},"{c2}","{c3}","Dial","PJSIP/{ext2},15","{@1}",,"{@2}",{1-2},0,"NO ANSWER",${DOC},"{u2}","","","{u0}",{q}`,
      `5:${LOCAL},"{ext}","agents",${FROM},"{c5}","{c6}","Dial","PJSIP/{ext},15","{@3}","{@4}","{@5}",{3-5},{4-5},"ANSWERED",${DOC},"{u5}","","","{u0}",{q}`,
      `5:${IN},"{c1}","Queue","{queue},t,,,120","{@0}","{@0}","{@2}",{0-2},{0-2},"NO ANSWER",${DOC},"{u0}","","{account}","{u0}",{q}`,
      `5:${IN},"{c4}","Queue","{queue},t,,,120","{@3}","{@3}","{@5}",{3-5},{3-5},"ANSWERED",${DOC},"{u0}","","{account}","{u0}",{q}`,
    ],
  },
  'in-queue-abandoned': {
    recorded: 'qabandon',
    steps: ['blink', 'give-up'],
    channels: ['0 PJSIP/{trunk}', '1 Local/{ext}@agents', '1 PJSIP/{ext}'],
    rows: [
      `2:${LOCAL},"{ext}","agents",${FROM},"{c2}","{c3}","Dial","PJSIP/{ext},15","{@1}",,"{@2}",{1-2},0,"NO ANSWER",${DOC},"{u2}","","","{u0}",{q}`,
      `2:${IN},"{c1}","Queue","{queue},t,,,120","{@0}","{@0}","{@2}",{0-2},{0-2},"NO ANSWER",${DOC},"{u0}","","{account}","{u0}",{q}`,
    ],
  },
  'in-ivr': {
    recorded: 'ivr',
    steps: ['menu'],
    channels: ['0 PJSIP/{trunk}'],
    rows: [
      `1:${IN},"","BackGround","main-menu","{@0}","{@0}","{@1}",{0-1},{0-1},"ANSWERED",${DOC},"{u0}","","","{u0}",{q}`,
    ],
  },
  'in-voicemail': {
    recorded: 'sip-noanswer',
    steps: ['give-up', 'message'],
    channels: ['0 PJSIP/{trunk}', '0 PJSIP/{ext}'],
    rows: [
      `2:${IN},"{c1}","Dial","PJSIP/{ext},25","{@0}",,"{@1}",{0-1},0,"NO ANSWER",${DOC},"{u0}","","{account}","{u0}",{q}`,
      `2:${IN},"","VoiceMail","{ext}@default,u","{@1}","{@1}","{@2}",{1-2},{1-2},"ANSWERED",${DOC},"{u0}","","","{u0}",{q}`,
    ],
  },
  // Blind transfer: the first row's destination is overwritten with the target, the rest is a second row.
  'in-transfer': {
    recorded: 'sip-blindtransfer',
    steps: ['ring', 'few-words', 'talk'],
    channels: ['0 PJSIP/{trunk}', '0 PJSIP/{ext}', '2 PJSIP/{ext2}'],
    rows: [
      `3:"{account}","{from}","{ext2}","from-internal",${FROM},"{c0}","{c1}","Dial","PJSIP/{ext},25,tT","{@0}","{@1}","{@2}",{0-2},{1-2},"ANSWERED",${DOC},"{u0}","","{account}","{u0}",{q}`,
      `3:"{account}","{from}","{ext2}","from-internal",${FROM},"{c0}","{c2}","Dial","PJSIP/{ext2},25","{@2}","{@2}","{@3}",{2-3},{2-3},"ANSWERED",${DOC},"{u0}","","{account}","{u0}",{q}`,
    ],
  },
} as const satisfies Record<string, Shape>

export type ShapeName = keyof typeof SHAPES
