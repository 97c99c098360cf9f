import { passesLuhn, passesWeights } from './checksums'
import type { Detector } from './detector'
import { digitsOf, hasDigits } from './detector'

/** NHS number: weights 10 to 2 and the check digit, mod 11 (NHS data dictionary). */
const isNhsNumber = (digits: string): boolean => passesWeights(digits, [10, 9, 8, 7, 6, 5, 4, 3, 2, 1], 11)

function isDeaNumber(match: string): boolean {
  const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, check = 0] = Array.from(match.slice(2), Number)
  return (a + c + e + 2 * (b + d + f)) % 10 === check
}

/** What belongs to a patient's file. */
export const HEALTH: readonly Detector[] = [
  {
    type: 'medical_record_number',
    pattern:
      /(?<=\bMRN(?:\s?(?:number|no\.?))?[:#\s-]{1,4})(?=[A-Z0-9-]{0,14}\d)[A-Z0-9-]{4,15}(?![\p{L}\d])/giu,
    digits: 3,
    confidence: 0.9,
    hinted: 0.95,
    names: 'mrn medical_record medical_record_number patient_id patient_number chart_number hospital_number',
    nameOnly: 0.9,
    numbers: Number.isSafeInteger,
  },
  {
    type: 'health_plan_id',
    digits: 4,
    // The US Medicare beneficiary identifier: letters without S, L, O, I, B and Z.
    pattern:
      /(?<![\p{L}\d])[1-9][AC-HJKMNP-RT-Y][AC-HJKMNP-RT-Y\d]\d-?[AC-HJKMNP-RT-Y][AC-HJKMNP-RT-Y\d]\d-?[AC-HJKMNP-RT-Y]{2}\d{2}(?![\p{L}\d])/giu,
    confidence: 0.9,
    hinted: 0.97,
    names:
      'health_plan health_plan_id health_insurance health_insurance_number insurance_id insurance_number medicare medicare_number medicaid_id mbi beneficiary_id member_id subscriber_id krankenversichertennummer',
    nameOnly: 0.85,
    texts: (text) => /\d/.test(text),
    numbers: hasDigits(4, 15),
  },
  {
    type: 'uk_nhs_number',
    digits: 10,
    pattern: /(?<![\p{L}\d-])\d{3}([ -]?)\d{3}\1\d{4}(?![\p{L}\d-])/gu,
    accepts: (match) => (isNhsNumber(digitsOf(match)) ? (match.includes(' ') ? 0.7 : 0.35) : 0),
    hinted: 0.98,
    names: 'nhs nhs_number nhs_no',
    numbers: hasDigits(10, 10),
    nameOnly: 0.8,
  },
  {
    type: 'npi',
    digits: 10,
    pattern: /(?<![\p{L}\d-])[12]\d{9}(?![\p{L}\d-])/gu,
    accepts: (match) => passesLuhn(`80840${match}`),
    confidence: 0.3,
    hinted: 0.97,
    names: 'npi national_provider provider_npi',
  },
  {
    type: 'dea_number',
    digits: 7,
    pattern: /(?<![\p{L}\d])[ABFGMPR][A-Z9]\d{7}(?![\p{L}\d])/gu,
    accepts: isDeaNumber,
    confidence: 0.85,
    hinted: 0.97,
    names: 'dea dea_number',
  },
  {
    type: 'diagnosis',
    names: 'diagnosis diagnosis_code icd icd_code icd10 medical_condition',
    nameOnly: 0.75,
  },
  { type: 'medication', names: 'medication medications prescription prescribed_drug', nameOnly: 0.7 },
  { type: 'blood_type', names: 'blood_type blood_group', nameOnly: 0.75 },
]
