import type { Detector } from './detector'
import { hasDigits } from './detector'
import { rateDate } from './date-text'
import { isFirstName } from './first-names'

const PERSON_NAME = /^\p{L}[\p{L}'’.-]*(?:[ ,]+[\p{L}'’.-]+){0,5}$/u
const isPersonName = (text: string): boolean => text.length <= 80 && PERSON_NAME.test(text.trim())

const GENDERS = new Set(
  'm f d x w h male female man woman diverse nonbinary non-binary other masculine feminine transgender mann frau männlich weiblich hombre mujer homme femme'.split(
    ' ',
  ),
)

const isYears = (value: number): boolean => Number.isInteger(value) && value >= 0 && value <= 120

const PEOPLE =
  'customer client patient person employee user contact cardholder card_holder account_holder owner applicant passenger student guest member recipient sender doctor physician spouse mother father parent child beneficiary driver tenant borrower candidate legal'
const ofPeople = (what: string): string =>
  PEOPLE.split(' ')
    .map((person) => `${person}_${what}`)
    .join(' ')

/** Who a person is. */
export const IDENTITY: readonly Detector[] = [
  {
    type: 'name',
    signs: [' '],
    // A title, or a frequent first name, in front of capitalised words.
    pattern:
      /(?<![\p{L}\p{N}])(?:(?:Mr|Mrs|Ms|Miss|Dr|Prof|Sra|Herr|Frau|Mme)\.? +)?\p{Lu}[\p{Ll}'’]{1,20}(?: \p{Lu}\.)?(?:[ -]\p{Lu}[\p{L}'’]{1,24}){0,3}(?![\p{L}\p{N}])/gu,
    accepts: (match) => {
      if (/^(?:Mr|Mrs|Ms|Miss|Dr|Prof|Sra|Herr|Frau|Mme)\.? +\p{Lu}/u.test(match)) return 0.8
      const words = match.split(/[ -]/)
      return words.length >= 2 && isFirstName(words[0] ?? '') ? 0.65 : 0
    },
    hinted: 0.92,
    names: `full_name fullname person_name =name =names surname_and_name ${ofPeople('name')} ${ofPeople('full_name')}`,
    nameOnly: 0.75,
    texts: isPersonName,
  },
  {
    type: 'first_name',
    names: 'first_name firstname given_name forename vorname fname prenom',
    nameOnly: 0.9,
    texts: isPersonName,
  },
  {
    type: 'last_name',
    names: 'last_name lastname surname family_name nachname lname apellido',
    nameOnly: 0.9,
    texts: isPersonName,
  },
  {
    type: 'maiden_name',
    names: 'maiden_name mothers_maiden_name birth_name',
    nameOnly: 0.9,
    texts: isPersonName,
  },
  {
    type: 'username',
    names: 'username user_name login login_name screen_name user_handle twitter_handle nickname',
    nameOnly: 0.8,
  },
  {
    type: 'date_of_birth',
    digits: 4,
    pattern:
      /(?<![\d.-])(?:\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.](?:\d{4}|\d{2})|\d{1,2}\.? \p{L}{3,9}\.?,? \d{4}|\p{L}{3,9} \d{1,2},? \d{4})(?![\d-])/gu,
    accepts: (match) => (rateDate(match) ? 0.2 : 0),
    hinted: 0.95,
    names: 'date_of_birth dob birth_date birthdate birthday birth_day born geburtsdatum fecha_nacimiento',
    nameOnly: 0.85,
    texts: (text) => /\d/.test(text),
    numbers: (value) => hasDigits(4, 8)(value),
  },
  { type: 'place_of_birth', names: 'place_of_birth birth_place birthplace', nameOnly: 0.8 },
  {
    type: 'age',
    names: '=age =ages age_years age_in_years patient_age customer_age person_age applicant_age',
    nameOnly: 0.6,
    texts: (text) => /^\d{1,3}$/.test(text.trim()) && isYears(Number(text)),
    numbers: isYears,
  },
  {
    type: 'gender',
    names: 'gender =sex patient_sex geschlecht',
    nameOnly: 0.6,
    texts: (text) => GENDERS.has(text.trim().toLowerCase()),
    numbers: (value) => value === 0 || value === 1 || value === 2,
  },
  { type: 'marital_status', names: 'marital_status marital civil_status', nameOnly: 0.6 },
  { type: 'nationality', names: 'nationality citizenship', nameOnly: 0.6 },
  {
    type: 'photo',
    names: 'photo photo_url portrait avatar avatar_url profile_picture headshot',
    nameOnly: 0.75,
  },
  { type: 'signature', names: 'handwritten_signature signature_image', nameOnly: 0.75 },
  {
    type: 'employee_id',
    names: 'employee_id employee_number emp_id staff_id personnel_number personalnummer',
    nameOnly: 0.8,
    numbers: Number.isSafeInteger,
  },
  {
    type: 'student_id',
    names: 'student_id student_number matriculation_number',
    nameOnly: 0.8,
    numbers: Number.isSafeInteger,
  },
]

/** Special categories (GDPR Art. 9 and 10), known by the names of their columns alone. */
export const SPECIAL: readonly Detector[] = [
  { type: 'ethnicity', names: 'ethnicity ethnic_origin ethnic_group =race', nameOnly: 0.75 },
  { type: 'religion', names: 'religion religious_belief faith', nameOnly: 0.75 },
  { type: 'political_opinion', names: 'political_opinion political_party party_affiliation', nameOnly: 0.75 },
  { type: 'sexual_orientation', names: 'sexual_orientation', nameOnly: 0.9 },
  { type: 'trade_union', names: 'trade_union union_membership union_member', nameOnly: 0.75 },
  {
    type: 'biometric_data',
    names:
      'fingerprint_template face_embedding face_id iris_code voice_print voiceprint biometric biometrics',
    nameOnly: 0.8,
  },
  { type: 'genetic_data', names: 'genotype genome dna_sequence genetic_marker', nameOnly: 0.8 },
  { type: 'criminal_record', names: 'criminal_record conviction convictions arrest_record', nameOnly: 0.75 },
  { type: 'disability', names: 'disability disability_status', nameOnly: 0.75 },
]
