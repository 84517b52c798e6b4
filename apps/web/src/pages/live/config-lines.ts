// The exact lines an Asterisk needs so that Tollbook hears every call. Text only.

export type ConfigLines = {
  readonly manager: string
  /** '' where it is not needed. */
  readonly http: string
  readonly cdr: string
  readonly cdrManager: string
  readonly cel: string
  readonly cdrCustom: string
  readonly reload: string
}

type Wanted = { username: string; secret: string; host: string; transport?: 'tcp' | 'tls' | 'http' | 'https' }

/** Only where Master.csv cannot have newcdrcolumns. Quoted, so that a comma or a line end in a field breaks nothing. */
const CDR_CUSTOM = `; /etc/asterisk/cdr_custom.conf
[mappings]
Tollbook.csv => \${CSV_QUOTE(\${CDR(accountcode)})},\${CSV_QUOTE(\${CDR(src)})},\${CSV_QUOTE(\${CDR(dst)})},\${CSV_QUOTE(\${CDR(dcontext)})},\${CSV_QUOTE(\${CDR(clid)})},\${CSV_QUOTE(\${CDR(channel)})},\${CSV_QUOTE(\${CDR(dstchannel)})},\${CSV_QUOTE(\${CDR(lastapp)})},\${CSV_QUOTE(\${CDR(lastdata)})},\${CSV_QUOTE(\${CDR(start)})},\${CSV_QUOTE(\${CDR(answer)})},\${CSV_QUOTE(\${CDR(end)})},\${CSV_QUOTE(\${CDR(duration)})},\${CSV_QUOTE(\${CDR(billsec)})},\${CSV_QUOTE(\${CDR(disposition)})},\${CSV_QUOTE(\${CDR(amaflags)})},\${CSV_QUOTE(\${CDR(uniqueid)})},\${CSV_QUOTE(\${CDR(userfield)})},\${CSV_QUOTE(\${CDR(peeraccount)})},\${CSV_QUOTE(\${CDR(linkedid)})},\${CDR(sequence)}`

/** Lines for Asterisk 16 and later. `host` is where the PBX is reached: a loopback address permits loopback only. */
export function configLines(of: Wanted): ConfigLines {
  return {
    manager: managerLines(of),
    http: httpLines(of),
    ...CDR_AND_CEL,
  }
}

function isLocal(host: string): boolean {
  return host === 'localhost' || host.startsWith('127.') || host === '::1'
}

/**
 * CEL events are of class `call` (there is no class cel), queue events of class `agent`. With `write = reporting` nothing can
 * be placed or hung up. A reader that is slow for 100 ms, the default write timeout, would be cut without a word.
 */
function managerLines({ username, secret, host, transport }: Wanted): string {
  const address = isLocal(host) ? '127.0.0.1' : '0.0.0.0'
  const tls = `tlsenable = yes
tlsbindaddr = ${address}:5039
tlscertfile = /etc/asterisk/keys/asterisk.pem
`
  const web = `webenabled = yes
httptimeout = 60
`
  return `; /etc/asterisk/manager.conf
[general]
enabled = yes
bindaddr = ${address}
port = 5038
${transport === 'tls' ? tls : ''}${transport === 'http' || transport === 'https' ? web : ''}
[${username || 'tollbook'}]
secret = ${secret || '…'}
deny = 0.0.0.0/0.0.0.0
permit = ${isLocal(host) ? '127.0.0.1/255.255.255.255' : '192.0.2.10/255.255.255.255'}
read = system,cdr,call,agent
write = reporting
eventfilter = ^Event: (Cdr|CEL|Reload|Shutdown|QueueCallerJoin|QueueCallerAbandon)
eventfilter = ^Event: Agent(Connect|RingNoAnswer|Complete)
writetimeout = 5000`
}

/** Empty where the manager speaks for itself. */
function httpLines({ host, transport }: Wanted): string {
  const address = isLocal(host) ? '127.0.0.1' : '0.0.0.0'
  const head = `; /etc/asterisk/http.conf
[general]
enabled = yes`
  if (transport === 'http') return `${head}\nbindaddr = ${address}\nbindport = 8088`
  if (transport !== 'https') return ''
  return `${head}
bindaddr = 127.0.0.1
tlsenable = yes
tlsbindaddr = ${address}:8089
tlscertfile = /etc/asterisk/keys/asterisk.pem`
}

const CDR_AND_CEL = {
  // Without `unanswered`, calls nobody took are missing and ASR looks better than it is.
  cdr: `; /etc/asterisk/cdr.conf
[general]
enable = yes
unanswered = yes
congestion = yes

[csv]
usegmtime = yes
loguniqueid = yes
loguserfield = yes
newcdrcolumns = yes
accountlogs = no`,
  // Without linkedid and sequence a row has no unique key, and its call is not known.
  cdrManager: `; /etc/asterisk/cdr_manager.conf
[general]
enabled = yes

[mappings]
linkedid => LinkedID
sequence => Sequence
peeraccount => PeerAccount`,
  cel: `; /etc/asterisk/cel.conf
[general]
enable = yes
apps = dial,queue,park,voicemail
events = ALL

[manager]
enabled = yes
show_user_defined = yes`,
  cdrCustom: CDR_CUSTOM,
  reload: `manager reload
module load cdr_manager.so
module load cel_manager.so
module reload cdr
module reload cdr_manager.so
module reload cel`,
}
