import {
  isCnpj,
  isCpf,
  isVin,
  letterOfDni,
  letterOfFiscalCode,
  modulo97,
  passesLuhn,
  passesMod11And10,
  passesVerhoeff,
  passesWeights,
} from './checksums'
import type { Detector } from './detector'
import { digitsOf, hasDigits } from './detector'

const plain = (text: string): string => text.replace(/[^A-Z0-9]/gi, '').toUpperCase()

/** Sureness by how it is written: in its usual groups, or as bare digits that may count something else. */
const written = (match: string, grouped: number, bare: number): number =>
  digitsOf(match).length < match.length ? grouped : bare

/** First two digits of the second group of an ITIN (IRS Publication 1915). */
const isItinGroup = (group: number): boolean =>
  (group >= 50 && group <= 65) || (group >= 70 && group <= 88) || (group >= 90 && group !== 93)

function rateSsn(match: string): number {
  const digits = digitsOf(match)
  const area = Number(digits.slice(0, 3))
  // SSA, RM 10201.035: numbers that are never given.
  const isNever =
    area === 0 || area === 666 || area >= 900 || digits.slice(3, 5) === '00' || digits.endsWith('0000')
  if (isNever) return 0
  return match.includes('-') ? 0.85 : written(match, 0.6, 0.3)
}

function isSteuerId(digits: string): boolean {
  const counts = new Map<string, number>()
  for (const digit of digits.slice(0, 10)) counts.set(digit, (counts.get(digit) ?? 0) + 1)
  const repeated = [...counts.values()].filter((count) => count > 1)
  return (
    digits.length === 11 &&
    !digits.startsWith('0') &&
    repeated.length === 1 &&
    (repeated[0] ?? 0) <= 3 &&
    passesMod11And10(digits)
  )
}

function isNir(match: string): boolean {
  const text = plain(match)
  // Corsica's departments 2A and 2B count as 19 and 18.
  const number = text.slice(0, 13).replace('2A', '19').replace('2B', '18')
  return 97 - modulo97(number) === Number(text.slice(13))
}

const isNeverNegative = (value: number): boolean => Number.isSafeInteger(value) && value >= 0

/** Numbers that a state gives to a person or a vehicle. */
export const GOVERNMENT: readonly Detector[] = [
  {
    type: 'ssn',
    digits: 9,
    pattern: /(?<![\p{L}\d-])\d{3}([- ]?)\d{2}\1\d{4}(?![\d-])/gu,
    accepts: rateSsn,
    hinted: 0.98,
    names: 'ssn social_security social_security_number social_security_no soc_sec',
    nameOnly: 0.8,
    texts: (text) => digitsOf(text).length >= 4,
    numbers: hasDigits(4, 9),
  },
  {
    type: 'itin',
    digits: 9,
    pattern: /(?<![\p{L}\d-])9\d{2}([- ]?)\d{2}\1\d{4}(?![\d-])/gu,
    accepts: (match) => (isItinGroup(Number(digitsOf(match).slice(3, 5))) ? written(match, 0.8, 0.2) : 0),
    hinted: 0.97,
    names: 'itin',
    nameOnly: 0.8,
    numbers: hasDigits(9, 9),
  },
  {
    type: 'ein',
    digits: 9,
    pattern: /(?<![\d-])\d{2}-\d{7}(?![\d-])/g,
    confidence: 0.3,
    hinted: 0.95,
    names: 'ein employer_identification employer_id_number',
  },
  {
    type: 'tax_id',
    names: 'tax_id tax_number taxpayer_id tin vat_number vat_id steuernummer fiscal_number nif',
    nameOnly: 0.85,
    texts: (text) => /\d{4}/.test(digitsOf(text)),
    numbers: hasDigits(6, 15),
  },
  {
    type: 'passport_number',
    digits: 6,
    pattern: /(?<![\p{L}\d-])[A-Z]{0,2}\d{6,9}(?![\p{L}\d-])/giu,
    confidence: 0.1,
    hinted: 0.9,
    names: 'passport passport_number passport_no passport_id reisepass pasaporte',
    nameOnly: 0.8,
    texts: (text) => /\d/.test(text),
    numbers: hasDigits(6, 9),
  },
  {
    type: 'drivers_license',
    digits: 5,
    // The British form carries the date of birth; others are told by their column or the word in front.
    pattern:
      /(?<![\p{L}\d-])(?:[A-Z9]{5}\d[0156]\d[0-3]\d{2}[A-Z9]{2}\d[A-Z]{2}|[A-Z]{0,2}\d{5,13})(?![\p{L}\d-])/giu,
    accepts: (match) => (/^[A-Z9]{2,5}\d{6}[A-Z9]{2}\d[A-Z]{2}$/i.test(match) ? 0.8 : 0.05),
    hinted: 0.9,
    names:
      'drivers_license driver_license driving_license drivers_licence driver_licence driving_licence license_number licence_number dl_number fuhrerschein',
    exceptNames: 'software_license_number',
    nameOnly: 0.8,
    texts: (text) => /\d/.test(text),
    numbers: hasDigits(5, 13),
  },
  {
    type: 'voter_id',
    names: 'voter_id voter_number voter_registration',
    nameOnly: 0.85,
    numbers: isNeverNegative,
  },
  {
    type: 'license_plate',
    names: 'license_plate licence_plate plate_number number_plate registration_plate kennzeichen',
    nameOnly: 0.85,
  },
  {
    type: 'vin',
    digits: 4,
    pattern: /(?<![\p{L}\d])[A-HJ-NPR-Z0-9]{17}(?![\p{L}\d])/giu,
    accepts: (match) => /[A-Z]/i.test(match) && isVin(match.toUpperCase()),
    confidence: 0.85,
    hinted: 0.97,
    names: 'vin vehicle_identification vehicle_id_number',
    nameOnly: 0.6,
  },
  {
    type: 'national_id',
    names:
      'national_id national_insurance id_card identity_card identity_number personal_id citizen_id national_identity government_id',
    nameOnly: 0.85,
    texts: (text) => /\d{3}/.test(digitsOf(text)),
    numbers: hasDigits(5, 15),
  },
  {
    type: 'uk_nino',
    digits: 6,
    pattern:
      /(?<![\p{L}\d])(?!BG|GB|NK|KN|TN|NT|ZZ)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z][ -]?\d{2}[ -]?\d{2}[ -]?\d{2}[ -]?[A-D](?![\p{L}\d])/giu,
    confidence: 0.9,
    hinted: 0.98,
    names: 'nino ni_number national_insurance national_insurance_number',
  },
  {
    type: 'es_dni',
    digits: 8,
    pattern: /(?<![\p{L}\d])\d{2}\.?\d{3}\.?\d{3}[ -]?[A-Z](?![\p{L}\d])/giu,
    accepts: (match) => letterOfDni(Number(digitsOf(match))) === match.slice(-1).toUpperCase(),
    confidence: 0.92,
    hinted: 0.98,
    names: 'dni nif',
  },
  {
    type: 'es_nie',
    digits: 7,
    pattern: /(?<![\p{L}\d])[XYZ][ -]?\d{7}[ -]?[A-Z](?![\p{L}\d])/giu,
    accepts: (match) => {
      const text = plain(match)
      const number = Number(`${'XYZ'.indexOf(text[0] ?? '')}${text.slice(1, 8)}`)
      return letterOfDni(number) === text.slice(-1)
    },
    confidence: 0.94,
    hinted: 0.98,
    names: 'nie',
  },
  {
    type: 'fr_nir',
    digits: 13,
    pattern:
      /(?<![\p{L}\d])[12][ .]?\d{2}[ .]?(?:0[1-9]|1[0-2]|[2-9]\d)[ .]?(?:\d{2}|2[AB])[ .]?\d{3}[ .]?\d{3}[ .]?\d{2}(?![\p{L}\d])/giu,
    accepts: isNir,
    confidence: 0.95,
    hinted: 0.99,
    names: 'nir insee securite_sociale numero_securite_sociale',
  },
  {
    type: 'de_tax_id',
    digits: 11,
    pattern: /(?<![\p{L}\d])[1-9]\d ?\d{3} ?\d{3} ?\d{3}(?![\p{L}\d])/gu,
    accepts: (match) => (isSteuerId(digitsOf(match)) ? written(match, 0.85, 0.6) : 0),
    hinted: 0.97,
    names: 'steuer_id steuerid steueridentifikationsnummer steuer_identifikationsnummer idnr tax_id',
  },
  {
    type: 'it_fiscal_code',
    digits: 7,
    pattern: /(?<![\p{L}\d])[A-Z]{6}\d{2}[A-EHLMPRST]\d{2}[A-Z]\d{3}[A-Z](?![\p{L}\d])/giu,
    accepts: (match) =>
      letterOfFiscalCode(match.toUpperCase().slice(0, 15)) === match.slice(-1).toUpperCase(),
    confidence: 0.96,
    hinted: 0.99,
    names: 'codice_fiscale fiscal_code',
  },
  {
    type: 'pl_pesel',
    digits: 11,
    pattern: /(?<![\p{L}\d])\d{2}(?:[02468][1-9]|[13579][0-2])(?:[0-2]\d|3[01])\d{5}(?![\p{L}\d])/gu,
    accepts: (match) => passesWeights(match, [1, 3, 7, 9, 1, 3, 7, 9, 1, 3, 1], 10),
    confidence: 0.5,
    hinted: 0.97,
    names: 'pesel',
  },
  {
    type: 'nl_bsn',
    digits: 9,
    pattern: /(?<![\p{L}\d-])\d{9}(?![\p{L}\d-])/gu,
    accepts: (match) => passesWeights(match, [9, 8, 7, 6, 5, 4, 3, 2, -1], 11),
    confidence: 0.25,
    hinted: 0.96,
    names: 'bsn burgerservicenummer',
    numbers: hasDigits(8, 9),
    nameOnly: 0.7,
    texts: (text) => digitsOf(text).length >= 8,
  },
  {
    type: 'se_personal_number',
    digits: 10,
    pattern: /(?<![\p{L}\d])(?:19|20)?\d{2}(?:0[1-9]|1[0-2])(?:[0-2]\d|3[01])[-+]\d{4}(?![\p{L}\d])/gu,
    accepts: (match) => passesLuhn(digitsOf(match).slice(-10)),
    confidence: 0.85,
    hinted: 0.97,
    names: 'personnummer personal_number',
  },
  {
    type: 'ch_ahv',
    digits: 13,
    pattern: /(?<![\p{L}\d])756[. ]?\d{4}[. ]?\d{4}[. ]?\d{2}(?![\p{L}\d])/gu,
    accepts: (match) => passesWeights(digitsOf(match), [1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1], 10),
    confidence: 0.93,
    hinted: 0.98,
    names: 'ahv ahv_number avs oasi',
  },
  {
    type: 'br_cpf',
    digits: 11,
    pattern: /(?<![\p{L}\d])\d{3}\.?\d{3}\.?\d{3}-?\d{2}(?![\p{L}\d])/gu,
    accepts: (match) => (isCpf(digitsOf(match)) ? written(match, 0.95, 0.5) : 0),
    hinted: 0.98,
    names: 'cpf',
  },
  {
    type: 'br_cnpj',
    digits: 14,
    pattern: /(?<![\p{L}\d])\d{2}\.?\d{3}\.?\d{3}\/?\d{4}-?\d{2}(?![\p{L}\d])/gu,
    accepts: (match) => (isCnpj(digitsOf(match)) ? written(match, 0.95, 0.5) : 0),
    hinted: 0.98,
    names: 'cnpj',
  },
  {
    type: 'in_aadhaar',
    digits: 12,
    pattern: /(?<![\p{L}\d])[2-9]\d{3}([ -]?)\d{4}\1\d{4}(?![\p{L}\d]|[ -]\d)/gu,
    accepts: (match) => (passesVerhoeff(digitsOf(match)) ? written(match, 0.9, 0.6) : 0),
    hinted: 0.98,
    names: 'aadhaar aadhar uidai',
  },
  {
    type: 'in_pan',
    digits: 4,
    // The fourth letter says what kind of holder it is.
    pattern: /(?<![\p{L}\d])[A-Z]{3}[ABCFGHJLPT][A-Z]\d{4}[A-Z](?![\p{L}\d])/giu,
    confidence: 0.85,
    hinted: 0.97,
    names: '=pan pan_number pan_card',
  },
  {
    type: 'ca_sin',
    digits: 9,
    pattern: /(?<![\p{L}\d-])[1-79]\d{2}([ -]?)\d{3}\1\d{3}(?![\p{L}\d-])/gu,
    accepts: (match) => (passesLuhn(digitsOf(match)) ? written(match, 0.8, 0.3) : 0),
    hinted: 0.97,
    names: 'sin social_insurance social_insurance_number',
  },
  {
    type: 'au_tfn',
    digits: 9,
    pattern: /(?<![\p{L}\d-])\d{3} ?\d{3} ?\d{3}(?![\p{L}\d-])/gu,
    accepts: (match) =>
      passesWeights(digitsOf(match), [1, 4, 3, 7, 5, 8, 6, 9, 10], 11) ? written(match, 0.7, 0.25) : 0,
    hinted: 0.97,
    names: 'tfn tax_file_number',
  },
]
