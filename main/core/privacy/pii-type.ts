/** What a kind of personal data is called, where it belongs, and which wider kind's rule also covers it. */
export type PiiKind = { readonly label: string; readonly group: PiiGroup; readonly within?: string }

export type PiiGroup =
  'contact' | 'identity' | 'special' | 'government' | 'financial' | 'health' | 'technical'

/** Every kind of personal data that rules, column maps and findings name. */
export const PII_KINDS = {
  email: { label: 'E-mail address', group: 'contact' },
  phone_number: { label: 'Phone number', group: 'contact' },
  fax_number: { label: 'Fax number', group: 'contact', within: 'phone_number' },
  address: { label: 'Postal address', group: 'contact' },
  city: { label: 'City', group: 'contact' },
  postal_code: { label: 'Postal code', group: 'contact' },
  url: { label: 'Personal web address', group: 'contact' },

  name: { label: 'Name', group: 'identity' },
  first_name: { label: 'First name', group: 'identity', within: 'name' },
  last_name: { label: 'Last name', group: 'identity', within: 'name' },
  maiden_name: { label: 'Maiden name', group: 'identity', within: 'name' },
  username: { label: 'User name', group: 'identity' },
  date_of_birth: { label: 'Date of birth', group: 'identity' },
  place_of_birth: { label: 'Place of birth', group: 'identity' },
  age: { label: 'Age', group: 'identity' },
  gender: { label: 'Gender', group: 'identity' },
  marital_status: { label: 'Marital status', group: 'identity' },
  nationality: { label: 'Nationality', group: 'identity' },
  photo: { label: 'Photograph', group: 'identity' },
  signature: { label: 'Signature', group: 'identity' },
  employee_id: { label: 'Employee number', group: 'identity' },
  student_id: { label: 'Student number', group: 'identity' },

  ethnicity: { label: 'Ethnic origin', group: 'special' },
  religion: { label: 'Religion or belief', group: 'special' },
  political_opinion: { label: 'Political opinion', group: 'special' },
  sexual_orientation: { label: 'Sexual orientation', group: 'special' },
  trade_union: { label: 'Trade union membership', group: 'special' },
  biometric_data: { label: 'Biometric data', group: 'special' },
  genetic_data: { label: 'Genetic data', group: 'special' },
  criminal_record: { label: 'Criminal record', group: 'special' },
  disability: { label: 'Disability', group: 'special' },

  ssn: { label: 'US social security number', group: 'government' },
  itin: { label: 'US taxpayer number (ITIN)', group: 'government', within: 'ssn' },
  ein: { label: 'US employer number (EIN)', group: 'government', within: 'tax_id' },
  tax_id: { label: 'Tax number', group: 'government' },
  passport_number: { label: 'Passport number', group: 'government' },
  drivers_license: { label: "Driver's licence number", group: 'government' },
  voter_id: { label: 'Voter number', group: 'government' },
  license_plate: { label: 'Licence plate', group: 'government' },
  vin: { label: 'Vehicle number (VIN)', group: 'government' },
  national_id: { label: 'National identity number', group: 'government' },
  uk_nino: { label: 'UK national insurance number', group: 'government', within: 'national_id' },
  es_dni: { label: 'Spanish DNI', group: 'government', within: 'national_id' },
  es_nie: { label: 'Spanish NIE', group: 'government', within: 'national_id' },
  fr_nir: { label: 'French NIR', group: 'government', within: 'national_id' },
  de_tax_id: { label: 'German Steuer-ID', group: 'government', within: 'national_id' },
  it_fiscal_code: { label: 'Italian codice fiscale', group: 'government', within: 'national_id' },
  pl_pesel: { label: 'Polish PESEL', group: 'government', within: 'national_id' },
  nl_bsn: { label: 'Dutch BSN', group: 'government', within: 'national_id' },
  se_personal_number: { label: 'Swedish personnummer', group: 'government', within: 'national_id' },
  ch_ahv: { label: 'Swiss AHV number', group: 'government', within: 'national_id' },
  br_cpf: { label: 'Brazilian CPF', group: 'government', within: 'national_id' },
  br_cnpj: { label: 'Brazilian CNPJ', group: 'government', within: 'tax_id' },
  in_aadhaar: { label: 'Indian Aadhaar', group: 'government', within: 'national_id' },
  in_pan: { label: 'Indian PAN', group: 'government', within: 'national_id' },
  ca_sin: { label: 'Canadian SIN', group: 'government', within: 'national_id' },
  au_tfn: { label: 'Australian TFN', group: 'government', within: 'national_id' },

  credit_card: { label: 'Card number', group: 'financial' },
  card_cvv: { label: 'Card security code', group: 'financial' },
  card_expiry: { label: 'Card expiry date', group: 'financial' },
  iban: { label: 'IBAN', group: 'financial' },
  swift_bic: { label: 'SWIFT/BIC', group: 'financial' },
  bank_account: { label: 'Bank account number', group: 'financial' },
  routing_number: { label: 'Bank routing number', group: 'financial' },
  crypto_address: { label: 'Crypto currency address', group: 'financial' },
  income: { label: 'Income', group: 'financial' },
  credit_score: { label: 'Credit score', group: 'financial' },

  medical_record_number: { label: 'Medical record number', group: 'health' },
  health_plan_id: { label: 'Health plan number', group: 'health' },
  uk_nhs_number: { label: 'UK NHS number', group: 'health', within: 'medical_record_number' },
  npi: { label: 'US provider number (NPI)', group: 'health' },
  dea_number: { label: 'US DEA number', group: 'health' },
  diagnosis: { label: 'Diagnosis', group: 'health' },
  medication: { label: 'Medication', group: 'health' },
  blood_type: { label: 'Blood type', group: 'health' },

  ip_address: { label: 'IP address', group: 'technical' },
  mac_address: { label: 'MAC address', group: 'technical' },
  url_credentials: { label: 'Address with a password', group: 'technical', within: 'password' },
  device_id: { label: 'Device identifier', group: 'technical' },
  imei: { label: 'IMEI', group: 'technical', within: 'device_id' },
  cookie_id: { label: 'Session or cookie identifier', group: 'technical' },
  user_agent: { label: 'User agent', group: 'technical' },
  geo_coordinates: { label: 'Geographic coordinates', group: 'technical' },
  password: { label: 'Password', group: 'technical' },
  api_key: { label: 'API key', group: 'technical' },
  access_token: { label: 'Access token', group: 'technical', within: 'api_key' },
  private_key: { label: 'Private key', group: 'technical', within: 'api_key' },
} as const satisfies Readonly<Record<string, PiiKind>>

export type PiiType = keyof typeof PII_KINDS

/** Whether a text names a kind of personal data. */
export function isPiiType(name: string): name is PiiType {
  return Object.hasOwn(PII_KINDS, name)
}

export const PII_TYPES: readonly PiiType[] = Object.keys(PII_KINDS).filter(isPiiType)

/** The wider kind whose rule also covers this one, if any. */
export function findWiderType(type: PiiType): PiiType | undefined {
  const kind: PiiKind = PII_KINDS[type]
  return kind.within !== undefined && isPiiType(kind.within) ? kind.within : undefined
}
