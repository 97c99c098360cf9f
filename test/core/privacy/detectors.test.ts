import { describe, expect, it } from 'vitest'
import { Scanner } from '../../../main/core/privacy/detection/scanner'
import type { PiiType } from '../../../main/core/privacy/pii-type'

const STANDARD = 0.7
const scanner = new Scanner({ threshold: STANDARD, columnMap: new Map(), isAutomatic: true })

/** What is found in a value of a column whose name says nothing, or in a column of the given name. */
function find(value: string | number, column = 'x'): { type: PiiType; text: string }[] {
  const text = String(value)
  return scanner
    .scan(value, { column, path: column })
    .map(({ piiType, start, end }) => ({ type: piiType, text: text.slice(start, end) }))
}
const typesIn = (value: string | number, column?: string): PiiType[] =>
  find(value, column).map(({ type }) => type)

type Row = {
  readonly type: PiiType
  /** Found by content alone, as the whole value and within a sentence. */
  readonly content?: readonly (string | number)[]
  /** Found in a column of this name. */
  readonly named?: readonly (readonly [column: string, value: string | number])[]
  /** Not of this kind, though it looks like it. */
  readonly not?: readonly (string | number | readonly [column: string, value: string | number])[]
}

const ROWS: readonly Row[] = [
  {
    type: 'email',
    content: [
      'jane.doe@example.com',
      "o'neil+tag@mail.example.co.uk",
      'müller@bücher.example',
      'john%40example.com',
    ],
    named: [['contact_email', 'jane at example']],
    not: ['@example.com', 'jane@', 'jane@localhost', 'a@1.2', ['email_count', 'three'], ['has_email', 'yes']],
  },
  {
    type: 'phone_number',
    content: [
      '+1 415 555 2671',
      '+44 20 7946 0958',
      '(415) 555-2671',
      '415-555-2671',
      '0049 30 901820',
      '+34 612 34 56 78',
    ],
    named: [
      ['phone', '4155552671'],
      ['mobile_number', 4155552671],
      ['Telefon tel', '030 901820'],
    ],
    not: [
      '2024-01-15',
      '12/05/2024',
      '1234567',
      '192.168.1.100',
      4155552671,
      '3.14159265358',
      '2024-01-15 10:30',
      '12345678901234567',
    ],
  },
  {
    type: 'ssn',
    content: ['123-45-6789', '536-90-4399'],
    named: [
      ['ssn', '123456789'],
      ['social_security_number', 123456789],
    ],
    not: [
      '000-12-3456',
      '666-12-3456',
      '900-12-3456',
      '123-00-4567',
      '123-45-0000',
      '123456789',
      '1123-45-6789',
      '123-45-67890',
    ],
  },
  { type: 'itin', content: ['912-70-1234', '900-50-0000'], not: ['912-69-1234', '912-93-1234'] },
  {
    type: 'credit_card',
    content: [
      '4111111111111111',
      '4111 1111 1111 1111',
      '5555-5555-5555-4444',
      '378282246310005',
      '6011111111111117',
      '30569309025904',
      '3530111333300000',
      '2223003122003222',
      '6200000000000005',
      4111111111111111,
      5555555555554444,
    ],
    not: [
      '4111111111111112',
      '1234567812345670',
      '9111111111111111',
      '41111111111111111111',
      '0000000000000000',
      4111111111111112,
    ],
  },
  {
    type: 'iban',
    content: [
      'GB82 WEST 1234 5698 7654 32',
      'DE89370400440532013000',
      'fr1420041010050500013m02606',
      'NO93 8601 1117 947',
    ],
    not: [
      'GB82 WEST 1234 5698 7654 33',
      'DE8937040044053201300',
      'XX82370400440532013000',
      'DE893704004405320130001',
    ],
  },
  {
    type: 'ip_address',
    content: ['203.0.113.42', '2001:db8:85a3::8a2e:370:7334'],
    named: [['client_ip', '10.0.0.1']],
    not: ['256.1.1.1', '1.2.3', 'v1.2.3.4', '1.2.3.4.5', '12:30:45', 'std::vector', '::1'],
  },
  {
    type: 'mac_address',
    content: ['00:1A:2B:3C:4D:5E', '00-1a-2b-3c-4d-5e', '001a.2b3c.4d5e'],
    not: ['00:1A:2B:3C:4D', '00:1A:2B:3C:4D:5G', '12:30:45', '1234.5678.9012'],
  },
  {
    type: 'url_credentials',
    content: ['https://jane:s3cret@example.com/a', 'postgres://app:pw@db:5432/x'],
    not: ['https://example.com:8080/a', 'https://example.com/a@b'],
  },
  {
    type: 'name',
    content: ['Dr. Jane Miller'],
    named: [
      ['customer_name', 'jane miller'],
      ['full_name', 'Søren Kierkegaard'],
      ['name', 'Jane Miller'],
    ],
    not: [
      'United Kingdom',
      'New York',
      ['product_name', 'Jane Miller Lamp 3'],
      ['file_name', 'report'],
      ['customer_name', '12345'],
    ],
  },
  { type: 'first_name', named: [['firstName', 'Jane']] },
  { type: 'last_name', named: [['surname', 'Miller-Jones']] },
  {
    type: 'date_of_birth',
    named: [
      ['dob', '1980-02-28'],
      ['birth_date', '28.02.1980'],
      ['date_of_birth', 'Feb 28, 1980'],
      ['birthdate', 19800228],
    ],
    not: ['1980-02-28', ['created_at', '1980-02-28'], ['signup_date', '2024-01-01']],
  },
  {
    type: 'address',
    content: ['221 Baker Street', 'Hauptstraße 12'],
    named: [['home_address', '7 rue de la Paix, Paris']],
    not: ['12 Monkeys', ['ip_address', 'host-a'], ['email_address', 'none given']],
  },
  {
    type: 'postal_code',
    named: [
      ['zip', '94103'],
      ['postcode', 'SW1A 1AA'],
      ['plz', 10115],
    ],
    not: ['94103', ['zip', 'unknown']],
  },
  {
    type: 'passport_number',
    named: [
      ['passport_no', 'C01X00T47'],
      ['passport', 'X1234567'],
    ],
    not: ['X1234567'],
  },
  {
    type: 'drivers_license',
    content: ['MORGA657054SM9IJ'],
    named: [['driver_license', 'D1234567']],
    not: ['D1234567', 'MORGA697054SM9IJ'],
  },
  {
    type: 'bank_account',
    named: [
      ['account_number', '000123456789'],
      ['bank_account', 123456789],
    ],
    not: ['123456789'],
  },
  { type: 'routing_number', named: [['routing_number', '021000021']], not: ['021000021', '021000022'] },
  { type: 'swift_bic', named: [['bic', 'DEUTDEFF500']], not: ['DEUTDEFF500'] },
  {
    type: 'uk_nino',
    content: ['QQ123456C'.replace('QQ', 'AB'), 'AB 12 34 56 C'],
    not: ['GB123456C', 'QQ123456C', 'AB123456E', 'AB12345C'],
  },
  { type: 'es_dni', content: ['12345678Z', '12.345.678-Z'], not: ['12345678A', '1234567Z'] },
  { type: 'es_nie', content: ['X1234567L', 'Y-7654321-G'], not: ['X1234567A', 'W1234567L'] },
  {
    type: 'fr_nir',
    content: ['255081416802538', '2 55 08 14 168 025 38'],
    not: ['255081416802539', '355081416802538'],
  },
  {
    type: 'de_tax_id',
    content: ['86 095 742 719'],
    named: [['steuer_id', '86095742719']],
    not: ['86095742718', '12345678901'],
  },
  { type: 'it_fiscal_code', content: ['RSSMRA85T10A562S'], not: ['RSSMRA85T10A562T'] },
  { type: 'pl_pesel', named: [['pesel', '44051401359']], not: ['44051401358', '44051401359'] },
  { type: 'nl_bsn', named: [['bsn', '111222333']], not: ['111222333'] },
  { type: 'se_personal_number', content: ['811228-9874'], not: ['811228-9873', '811328-9874'] },
  { type: 'ch_ahv', content: ['756.9217.0769.85'], not: ['756.9217.0769.84', '755.9217.0769.85'] },
  {
    type: 'br_cpf',
    content: ['529.982.247-25'],
    named: [['cpf', '52998224725']],
    not: ['529.982.247-24', '111.111.111-11'],
  },
  { type: 'br_cnpj', content: ['11.222.333/0001-81'], not: ['11.222.333/0001-82'] },
  {
    type: 'in_aadhaar',
    content: ['2341 2341 2346'],
    named: [['aadhaar', '234123412346']],
    not: ['2341 2341 2347', '1341 2341 2346'],
  },
  { type: 'in_pan', content: ['ABCPE1234F'], not: ['ABCXE1234F', 'ABCP1234F'] },
  {
    type: 'ca_sin',
    content: ['130 692 544', '130-692-544'],
    not: ['130 692 545', '046 454 286', '130692544'],
  },
  { type: 'au_tfn', named: [['tfn', '123456782']], not: ['123456782', '123456783'] },
  { type: 'vin', content: ['1HGCM82633A004352'], not: ['1HGCM82633A004353', '11111111111111111'] },
  {
    type: 'uk_nhs_number',
    named: [
      ['nhs_number', '9434765919'],
      ['nhs_no', '943 476 5919'],
    ],
    not: ['943 476 5918', '9434765919'],
  },
  { type: 'npi', named: [['npi', '1234567893']], not: ['1234567893', ['npi', '1234567890']] },
  { type: 'dea_number', content: ['AB1234563'], not: ['AB1234564'] },
  {
    type: 'medical_record_number',
    content: [],
    named: [
      ['mrn', 'A-44871'],
      ['patient_id', 44871],
    ],
    not: ['44871'],
  },
  {
    type: 'health_plan_id',
    content: ['1EG4-TE5-MK73'],
    named: [['member_id', 'W1234567']],
    not: ['1SG4-TE5-MK73'],
  },
  {
    type: 'username',
    named: [
      ['user_name', 'jmiller'],
      ['login', 'jane77'],
    ],
    not: ['jmiller', ['login_count', 'many']],
  },
  { type: 'password', named: [['password', 'hunter2']], not: ['hunter2', ['password_length', 'long']] },
  {
    type: 'api_key',
    content: ['AKIAIOSFODNN7EXAMPLE', 'ghp_0123456789abcdefghijABCDEFGHIJ012345', 'sk_live_0123456789abcdef'],
    named: [['api_key', 'abc123']],
    not: ['AKIA123', 'task_live_event', 'risk-assessment-of-the-project'],
  },
  {
    type: 'access_token',
    content: ['eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9P'],
    not: ['eyJhbGciOiJIUzI1NiJ9'],
  },
  {
    type: 'crypto_address',
    content: [
      '1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa',
      'bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4',
      '0x52908400098527886E0F7030069857D2E4169EE7',
    ],
    not: [
      '1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNb',
      'bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t5',
      '0x52908400098527886E',
    ],
  },
  {
    type: 'geo_coordinates',
    content: ['40.7128, -74.0060'],
    named: [
      ['latitude', 40.7128],
      ['lng', '-74.0060'],
    ],
    not: ['140.7128, -74.0060', ['relation', 40.7128], 40.7128],
  },
  { type: 'imei', named: [['imei', '490154203237518']], not: ['490154203237518', '490154203237519'] },
  {
    type: 'card_cvv',
    named: [
      ['cvv', 123],
      ['cvc', '0123'],
    ],
    not: [['cvv', '12'], 123],
  },
  { type: 'employee_id', named: [['employee_id', 17]] },
  { type: 'ethnicity', named: [['ethnicity', 'any']], not: [['race_time', 'long']] },
]

describe.each(ROWS)('$type', ({ type, content = [], named = [], not = [] }) => {
  it.each([...content])('is found by content: %s', (value) => {
    expect(typesIn(value)).toEqual([type])
  })

  it.each(content.filter((value) => typeof value === 'string'))('is found within a sentence: %s', (value) => {
    expect(find(`please note (${value}), thanks`)).toContainEqual({ type, text: value })
    expect(find(`note: ${value} is new`)).toContainEqual({ type, text: value })
  })

  it.each([...named])('is found in a column named %s: %s', (column, value) => {
    expect(typesIn(value, column)).toEqual([type])
  })

  it.each(not.map((entry) => (Array.isArray(entry) ? entry : ['x', entry]) as [string, string | number]))(
    'is not seen in %s: %s',
    (column, value) => {
      expect(typesIn(value, column)).not.toContain(type)
    },
  )
})

describe('words in front', () => {
  it.each<[string, PiiType, string]>([
    ['his SSN: 123456789 and', 'ssn', '123456789'],
    ['call phone 4155552671 now', 'phone_number', '4155552671'],
    ['passport no. X1234567', 'passport_number', 'X1234567'],
    ['born 28.02.1980 in Bonn', 'date_of_birth', '28.02.1980'],
    ['MRN: 00448712', 'medical_record_number', '00448712'],
    ['password: hunter2', 'password', 'hunter2'],
    ['account number 000123456789', 'bank_account', '000123456789'],
  ])('make the kind clear: %s', (text, type, found) => {
    expect(find(text)).toContainEqual({ type, text: found })
  })
})

describe('a text', () => {
  it('gives up everything in it, each at its place', () => {
    const text =
      'Jane (jane@example.com, +1 415 555 2671) paid with 4111 1111 1111 1111 123 from DE89 3704 0044 0532 0130 00.'
    expect(find(text)).toEqual([
      { type: 'email', text: 'jane@example.com' },
      { type: 'phone_number', text: '+1 415 555 2671' },
      { type: 'credit_card', text: '4111 1111 1111 1111' },
      { type: 'iban', text: 'DE89 3704 0044 0532 0130 00' },
    ])
  })

  it.each([
    ['a million letters before a sign', `${'a'.repeat(19_000)}@`],
    ['digits and separators without end', '1 '.repeat(9_500)],
    ['capitals without end', 'Aa '.repeat(6_500)],
    ['dots without end', 'a.'.repeat(9_500) + '@'],
    ['colons without end', ':a'.repeat(9_500)],
    ['hyphens without end', '00-'.repeat(6_500)],
  ])('is read in good time: %s', (_what, text) => {
    const startedAt = performance.now()
    find(text)
    expect(performance.now() - startedAt).toBeLessThan(1000)
  })
})
