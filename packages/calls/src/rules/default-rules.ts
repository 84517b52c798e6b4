// The rules of a tenant that has none of its own: plain Asterisk, and the contexts that FreePBX, Issabel and VitalPBX write.

import type { CallRules, ChannelRule } from './call-rules.ts'

const trunk = (match: string): ChannelRule => ({ match, is: 'trunk' })
const hop = (match: string): ChannelRule => ({ match, is: 'hop' })

/** Words by which people name the peers of their carriers; after them anything may follow: "PJSIP/trunk-2". */
const TRUNK_WORDS = ['trunk', 'carrier', 'provider', 'gateway', 'gw', 'itsp', 'pstn', 'sip-out', 'voip-out']
const TECHNOLOGIES = ['PJSIP', 'SIP', 'IAX2']

export const DEFAULT_RULES: CallRules = {
  channels: [
    ...TECHNOLOGIES.flatMap((tech) =>
      TRUNK_WORDS.flatMap((word) => [trunk(`${tech}/${word}`), trunk(`${tech}/${word}-*`), trunk(`${tech}/${word}_*`)]),
    ),
    ...TECHNOLOGIES.flatMap((tech) => [trunk(`${tech}/*-trunk`), trunk(`${tech}/*_trunk`)]),
    ...['DAHDI/i*', 'DAHDI/g*', 'mISDN/*', 'Dongle/*'].map(trunk),
    // Wires of queues, follow-me, ring groups and call forwarding: they only dial on.
    ...['Local/*@from-queue*', 'Local/FMPR-*@*', 'Local/FMGL-*@*', 'Local/*@followme*', 'Local/RG-*@*'].map(hop),
    ...['Local/*@from-internal*', 'Local/*@ext-local', 'Local/*@ext-queues', 'Local/*@ext-group'].map(hop),
    ...['Local/*@queue-call-to-agents', 'Local/*@findmefollow-ringallv2', 'Local/*@cos-all*'].map(hop),
  ],
  contexts: [
    ...['from-trunk*', 'from-pstn*', 'from-did-direct*', 'from-external*', 'from-sip-external*'].map(inbound),
    ...['from-zaptel*', 'from-dahdi*', 'from-digital*', 'from-analog*', 'ext-did*', 'trk-*-in'].map(inbound),
    ...['inbound*', 'incoming*'].map(inbound),
    ...['outbound-allroutes*', 'outrt-*', 'macro-dialout-trunk*', 'outbound*', 'outgoing*', 'trk-*-dial'].map(
      (context) => ({ context, direction: 'outbound' }) as const,
    ),
  ],
  closedHours: ['timeconditions-closed*', 'closed*', 'after-hours*', 'afterhours*', 'out-of-hours*', 'night*'],
  voicemail: [
    ...['VoiceMail', 'VoiceMailMain', 'MinivmRecord', 'app-vmblast*', 'app-voicemail*', 'app-vmmain*'],
    ...['app-dialvm*', 'macro-vm*', 'macro-exten-vm-voicemail*', 'ext-local-vm*', 'sub-vm*', 'voicemail*'],
  ],
  conference: ['ConfBridge', 'MeetMe', 'ext-meetme*', 'app-confbridge*', 'conferences*'],
  ringGroup: ['ext-group*', 'macro-rg-group*', 'ring-group*', 'ringgroup*', 'sub-ringgroup*'],
  ivr: ['ivr*', 'app-ivr*', 'Background', 'WaitExten', 'Read'],
  queue: ['Queue', 'ext-queues*', 'from-queue*', 'queues*', 'queue-*'],
  dids: [],
  reviewAfterHours: 4,
  finalAfterMinutes: 10,
}

function inbound(context: string) {
  return { context, direction: 'inbound' } as const
}
