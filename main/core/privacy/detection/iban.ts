import { modulo97 } from './checksums'
import type { Match } from './detector'

/** Lengths by country (SWIFT IBAN registry, release 99). */
const LENGTHS: Readonly<Record<string, number>> = Object.fromEntries(
  (
    'AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BI27 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DJ27 DK18 DO28 EE20 EG29 ES24 FI18 ' +
    'FK18 FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 HN28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 LB28 LC32 LI21 LT20 ' +
    'LU20 LV21 LY25 MC27 MD24 ME22 MK19 MN20 MR27 MT31 MU30 NI28 NL18 NO15 OM23 PK24 PL28 PS29 PT25 QA29 RO24 RS22 RU33 SA24 ' +
    'SC31 SD18 SE24 SI19 SK24 SM27 SO23 ST25 SV28 TL23 TN24 TR26 UA29 VA22 VG24 XK20 YE30'
  )
    .split(' ')
    .map((entry) => [entry.slice(0, 2), Number(entry.slice(2))]),
)

const HEAD = /(?<![\p{L}\p{N}])\p{L}{2}\d{2}/gu
const ALPHANUMERIC = /[A-Za-z0-9]/
const SEPARATOR = /[ \u00a0-]/

/** IBANs within longer texts, in groups or not: the country says how many characters follow, mod 97 whether they fit. */
export function findIbans(text: string): Match[] {
  const matches: Match[] = []
  for (const head of text.matchAll(HEAD)) {
    const length = LENGTHS[head[0].slice(0, 2).toUpperCase()]
    if (length === undefined) continue
    let iban = ''
    let at = head.index
    while (at < text.length && iban.length < length) {
      const character = text[at] ?? ''
      if (ALPHANUMERIC.test(character)) iban += character
      else if (!SEPARATOR.test(character)) break
      at++
    }
    const isWhole = iban.length === length && !/[\p{L}\p{N}]/u.test(text[at] ?? '')
    if (isWhole && modulo97(iban.slice(4) + iban.slice(0, 4)) === 1)
      matches.push({ start: head.index, end: at, confidence: 0.97 })
  }
  return matches
}
