// What the heads of columns are called, in the languages sheets come in. Knows words only; whether the cells below fit
// is the guess's business.

import type { SheetField } from './layout.ts'

/** The field each cell of a row would be the head of; 'ignore' where the words are not known. */
export function headerFields(row: readonly string[]): readonly SheetField[] {
  return row.map((cell) => headerMeanings(cell)[0]?.field ?? 'ignore')
}

export type Meaning = { readonly field: SheetField; readonly score: number; readonly word: string }

/** What a head may mean, the likeliest first: the whole of it is a known word, or it contains one, the longer the better. */
export function headerMeanings(cell: string): readonly Meaning[] {
  const kept = meanings.get(cell)
  if (kept !== undefined) return kept
  const found = cell.length > LONGEST_HEAD || !/\p{L}/u.test(cell) ? [] : meaningsOf(wordsOf(cell))
  if (meanings.size >= HEADS_KEPT) meanings.clear()
  meanings.set(cell, found)
  return found
}

/** A head is a few words; what is longer is a sentence. */
const LONGEST_HEAD = 60
const HEADS_KEPT = 1000
const meanings = new Map<string, readonly Meaning[]>()

function meaningsOf(words: string): readonly Meaning[] {
  const found: Meaning[] = []
  for (const [field, known] of PHRASES) {
    let best: Meaning | undefined
    known.forEach((word, rank) => {
      const whole = words === word
      // Chinese is written without blanks; a word of it counts wherever it stands.
      const within = HAN.test(word) ? words.includes(word) : ` ${words} `.includes(` ${word} `)
      if (!whole && !within) return
      const score = (whole ? 1000 : 0) + word.length * (HAN.test(word) ? 6 : 1) * 4 - rank / 10
      if (best === undefined || score > best.score) best = { field, score, word }
    })
    if (best !== undefined) found.push(best)
  }
  if (AGED.test(words)) return found.filter((m) => m.field !== 'price' && m.field !== 'effective-from')
  return found.sort((a, b) => b.score - a.score)
}

const HAN = /\p{Script=Han}/u

/** What a sheet says of the time before, or of the difference to it. */
const AGED =
  /\b(old|previous|prior|prev|change|changes|difference|delta|alter|alt|bisher|ancien|anterior|stary|poprzedni)\b/

/** "Préfixe_Code (E.164)" → "prefixe code e 164"; "EffectiveDate" → "effective date". */
export function wordsOf(cell: string): string {
  return cell
    .replace(/(\p{Ll})(\p{Lu})/gu, '$1 $2')
    .toLowerCase()
    .replaceAll('ß', 'ss')
    .replaceAll('ł', 'l')
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim()
}

/** Known words by field, each list by preference. English, German, Spanish, French, Polish, Chinese. */
const WORDS: Readonly<Partial<Record<SheetField, string>>> = {
  prefix: `prefix, prefixes, dial code, dialcode, dial codes, dialing code, dialling code, dialing codes, dial prefix,
    dialprefix, dialed digits, prefix code, destination code, dest code, breakout code, full code, code, codes, breakouts,
    digits, e164, e 164, npa, vorwahl, vorwahlen, rufnummernprafix, prafix, praefix, kennzahl, prefijo, prefijos, codigo,
    codigo de marcacion, prefixe, prefixes, indicatif, indicatifs, prefiks, prefiksy, numer kierunkowy, kierunkowy, kod,
    前缀, 字冠, 号码前缀, 区号, 代码`,
  'country-code': `country code, countrycode, country codes, cc, country dial code, intl code, international code,
    landesvorwahl, landervorwahl, landescode, codigo de pais, codigo pais, indicatif pays, code pays, kod kraju,
    国家代码, 国家码, 国家区号`,
  'area-code': `area code, area codes, areacode, areacodes, city code, city codes, citycode, national code, national codes,
    ndc, ndcs, ortsvorwahl, netzkennzahl, ortskennzahl, codigo de area, codigos de area, indicatif regional,
    indicatif local, kod obszaru, numer strefy, 地区代码, 地区码`,
  destination: `destination, destination name, destinations, dest name, dest, destination description, description,
    breakout name, breakout, route name, route, zone name, name, country, country name, country region, region, zone,
    area, area name, location, term, network, operator, zielname, ziel, zielland, bezeichnung, beschreibung, land, zielnetz,
    destino, destinos, nombre, descripcion, pais, nom, libelle, designation, pays, kierunek, nazwa, opis, kraj,
    目的地, 目的地名称, 名称, 国家地区, 国家, 地区, 描述`,
  price: `price per minute, rate per minute, rate, price, rates, new rate, new price, price min, rate min, sell rate,
    sell price, per minute, per min, ppm, rpm, cost per minute, cost, tariff, tariffs, call rate, current rate,
    current price, amount, charge, usd min, eur min, rateinitial, preis, preis pro minute, minutenpreis, tarif, tarif pro minute, entgelt,
    neuer preis, precio, precio por minuto, tarifa, tarifa por minuto, costo, coste, prix, prix par minute,
    prix minute, tarif par minute, cout, cena, cena za minute, stawka, stawka za minute, taryfa, oplata,
    费率, 价格, 单价, 资费, 每分钟价格, 每分钟费率`,
  'connect-fee': `connect fee, connection fee, connection charge, connect charge, connection cost, connection price,
    connection rate, connectcharge, connection, setup fee, set up fee, setup charge, setup cost, setup rate, setup price,
    call setup, call setup fee, set up, setup, flagfall, flag fall, per call, per call fee, per call charge, price per call,
    rate per call, call charge, verbindungsentgelt, verbindungsgebuhr, verbindungspreis, pro anruf, preis pro anruf,
    einmalig, establecimiento, establecimiento de llamada, coste de establecimiento, cargo de conexion, por llamada,
    frais de connexion, mise en relation, frais d etablissement, cout de connexion, prix par appel, par appel,
    oplata za polaczenie, oplata inicjacyjna, inicjacja, 接通费, 接续费`,
  'disconnect-fee': 'disconnect fee, disconnect charge, disconnection fee, disconnectcharge',
  'disconnect-after': 'disconnect after, disconnectcharge after, disconnect fee after',
  'minimum-charge': `minimum charge, min charge, minimum cost, minimal cost, min cost, mindestpreis, mindestentgelt,
    cargo minimo, prix minimum, oplata minimalna, 最低消费`,
  'maximum-charge':
    'maximum charge, max charge, maximum cost, max cost, price cap, hochstpreis, cargo maximo, 最高消费',
  'after-maximum': 'after maximum',
  'first-block': `first block, initial increment, initial interval, initial block, initial period, first interval,
    first increment, first period, interval 1, 1st interval, 1st period, increment 1, initblock, init block, buyrateinitblock, minimum duration,
    min duration, minimum time, min time, minimum seconds, min seconds, minimal time, min increment, initial, connect seconds,
    included seconds, ersttakt, erster takt, mindestdauer, primer bloque, bloque inicial, duracion minima, premier palier, duree minimale,
    pierwszy blok, minimalny czas, 首段, 首次计费, 起始秒数`,
  increment: `increment, next increment, next interval, next block, next period, interval n, period n, interval, interval 2,
    second interval, second increment, increment 2, 2nd interval, billing block, billingblock, buyrateincrement, subsequent increment, subsequent interval, subsequent,
    additional increment, additional interval, additional period, recurring interval, following increment, step, pulse, granularity, folgetakt,
    incremento, bloque siguiente, palier suivant, kolejny blok, krok, 续段, 计费周期, 步长`,
  blocks: `blocks, billing increment, billing increments, increments, billing interval, billing intervals, billing terms,
    billing type, billing cycle, billing rule, billing, rounding, rounding rules, rounding rule, charge interval,
    charging interval, charging increment, charging, min incr, minimum increment, intervals, takt, taktung,
    abrechnungstakt, abrechnung, facturacion, tarificacion, facturation, palier, paliers, taryfikacja, naliczanie,
    计费单位, 计费方式, 计费规则, 计费间隔`,
  anchor: 'anchor',
  grace: 'grace, grace period, grace seconds, grace time, 免费秒数',
  'effective-from': `effective from, effective, effective date, eff date, date effective, effective as of, valid from,
    validity from, start date, startdate, begin date, activation date, from date, from, date, starting date, starts, gultig ab,
    gueltig ab, ab, datum, fecha efectiva, fecha de inicio, vigente desde, valido desde, fecha, date d effet,
    date effective, valable a partir du, date de debut, a partir du, obowiazuje od, wazny od, data wejscia w zycie,
    data od, 生效日期, 生效时间, 开始日期`,
  'valid-to': `valid to, valid until, valid till, validity to, end date, enddate, expiry, expiry date, expires, expiration,
    expiration date, expire date, to date, until, stop date, stopdate, gultig bis, gueltig bis, fecha fin, fecha de fin,
    vigente hasta, valido hasta, date de fin, valable jusqu au, obowiazuje do, wazny do, data do, 失效日期, 失效时间, 结束日期`,
  window:
    'window, time window, timeframe, time frame, period name, time period, zeitfenster, tarifzeit, franja, plage horaire',
  tiers: 'tiers',
  'added-seconds': 'added seconds, additional grace',
  'round-from': 'round from, rounding threshold',
  'round-to': 'round to, rounding calltime',
  'block-charge': 'block charge, additional block charge',
  'block-charge-seconds': 'block charge seconds, additional block charge time',
}

const PHRASES: readonly (readonly [SheetField, readonly string[]])[] = Object.entries(WORDS).map(([field, words]) => [
  field as SheetField,
  words.split(',').map((word) => wordsOf(word)),
])
