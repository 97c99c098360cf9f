import { describe, expect, it } from 'vitest'
import { applyRule, DROP } from '../../../main/core/privacy/actions/apply-rule'
import type { ActionTools } from '../../../main/core/privacy/actions/apply-rule'
import {
  decryptValue,
  deriveKeys,
  encryptValue,
  hashText,
  openSealed,
  sealText,
} from '../../../main/core/privacy/actions/ciphers'
import { generalizeText } from '../../../main/core/privacy/actions/generalize'
import { maskText } from '../../../main/core/privacy/actions/mask'
import { Anonymizer } from '../../../main/core/privacy/anonymizer'
import type { RuleTable } from '../../../main/core/privacy/anonymizer'
import type { PiiType } from '../../../main/core/privacy/pii-type'

const keys = deriveKeys(Buffer.alloc(32, 7))
const remembered = new Map<string, unknown>()
const tools: ActionTools = {
  keys: () => keys,
  remember: (token, value) => void remembered.set(token, value),
}

function anonymizer(rules: RuleTable, columnMap: Record<string, PiiType> = {}, threshold = 0.7): Anonymizer {
  return new Anonymizer({
    threshold,
    columnMap: new Map(Object.entries(columnMap)),
    isAutomatic: true,
    rules,
    tools,
    settle: () => undefined,
  })
}
const rules = (entries: Partial<Record<PiiType, 'redact' | 'drop' | 'hash' | null>>): RuleTable =>
  new Map(
    Object.entries(entries).map(([type, action]) => [
      type as PiiType,
      action === null ? null : { action, config: {} },
    ]),
  )

describe('mask', () => {
  it.each([
    ['4111-1111-1111-1111', {}, '****-****-****-1111'],
    ['4111111111111111', { show_first: 6, show_last: 2 }, '411111********11'],
    ['jane.doe@example.com', { show_first: 1 }, 'j***.***@*******.***'],
    ['123', { show_last: 4 }, '**3'],
    ['ab', { show_last: 0 }, '**'],
    ['Zoë Müller', { show_first: 1, character: '#' }, 'Z## ######'],
  ])('%s with %o is %s', (text, config, masked) => {
    expect(maskText(text, config)).toBe(masked)
  })

  it('never shows more than half of a value', () => {
    expect(maskText('1234', { show_first: 32, show_last: 32 })).toBe('12**')
  })
})

describe('hash', () => {
  // RFC 4231, test case 2.
  it('is HMAC-SHA-256', () => {
    expect(hashText('what do ya want for nothing?', Buffer.from('Jefe'))).toBe(
      '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843',
    )
  })

  it('is the same for a number and its text, and shorter when asked', () => {
    const by = { type: 'credit_card' as const, tools }
    const hash = applyRule(4111111111111111, { ...by, rule: { action: 'hash', config: {} } })
    expect(hash).toBe(hashText('4111111111111111', keys.hash))
    expect(applyRule('4111111111111111', { ...by, rule: { action: 'hash', config: { length: 16 } } })).toBe(
      String(hash).slice(0, 16),
    )
  })
})

describe('encrypt', () => {
  // The Galois/Counter Mode of Operation (McGrew, Viega), test case 14: 256-bit zero key, one zero block.
  it('is AES-256-GCM', () => {
    const sealed = sealText('\0'.repeat(16), Buffer.alloc(32), Buffer.alloc(12))
    expect(sealed.subarray(28).toString('hex')).toBe('cea7403d4d606b6e074ec5d3baf39d18')
    expect(sealed.subarray(12, 28).toString('hex')).toBe('d0d1c8a799996bf0265b98b5d48ab919')
  })

  it.each(['jane@example.com', 4111111111111111, true])('comes back as it was: %s', (value) => {
    const encrypted = encryptValue(value, keys.encryption)
    expect(encrypted).toMatch(/^enc:v1:[\w-]+$/)
    expect(encryptValue(value, keys.encryption)).not.toBe(encrypted)
    expect(JSON.parse(decryptValue(encrypted, keys.encryption)!)).toBe(value)
  })

  it('does not open what was changed, cut or sealed with another key', () => {
    const sealed = sealText('secret', keys.vault)
    const changed = Buffer.from(sealed)
    changed[30]! ^= 1
    expect(openSealed(changed, keys.vault)).toBeUndefined()
    expect(openSealed(sealed.subarray(0, 20), keys.vault)).toBeUndefined()
    expect(openSealed(sealed, keys.encryption)).toBeUndefined()
  })
})

describe('generalize', () => {
  it.each<[PiiType, string, object, string | undefined]>([
    ['date_of_birth', '1984-07-15', {}, '1984'],
    ['date_of_birth', '15.07.1984', { to: 'month' }, '1984-07'],
    ['date_of_birth', '7/15/1984', { to: 'decade' }, '1980s'],
    ['date_of_birth', '19840715', {}, '1984'],
    ['date_of_birth', '1984', {}, '1984'],
    ['date_of_birth', '2023-02-29', {}, undefined],
    ['age', '37', {}, '30-39'],
    ['age', '37', { band: 5 }, '35-39'],
    ['age', '93', {}, '90+'],
    ['age', 'old', {}, undefined],
    ['income', '54321', {}, '50000-60000'],
    ['income', '54321', { step: 25000 }, '50000-75000'],
    ['postal_code', '94103', {}, '941**'],
    ['postal_code', 'SW1A 1AA', { keep: 2 }, 'SW** ***'],
    ['ip_address', '203.0.113.42', {}, '203.0.113.0/24'],
    ['ip_address', '2001:db8::8a2e:370:7334', {}, '2001:db8:0::/48'],
    ['geo_coordinates', '40.7128, -74.0060', {}, '40.7,-74.0'],
    ['geo_coordinates', '40.7128', { decimals: 0 }, '41'],
    ['email', 'jane@example.com', {}, 'example.com'],
    ['ssn', '123-45-6789', {}, undefined],
  ])('%s %s with %o is %s', (type, text, config, wanted) => {
    expect(generalizeText(text, type, config)).toBe(wanted)
  })

  it('redacts what has no coarser form', () => {
    const by = { type: 'ssn' as const, rule: { action: 'generalize' as const, config: {} }, tools }
    expect(applyRule('123-45-6789', by)).toBe('[SSN]')
  })
})

describe('tokenize', () => {
  it('gives one value one token, which says nothing about it', () => {
    const by = { type: 'email' as const, rule: { action: 'tokenize' as const, config: {} }, tools }
    const token = applyRule('jane@example.com', by)
    expect(token).toMatch(/^tok_[\w-]{22}$/)
    expect(applyRule('jane@example.com', by)).toBe(token)
    expect(applyRule('john@example.com', by)).not.toBe(token)
    expect(remembered.get(String(token))).toBe('jane@example.com')
  })
})

it('drops a column, also for what stands inside of it', async () => {
  expect(applyRule('x', { type: 'email', rule: { action: 'drop', config: {} }, tools })).toBe(DROP)
  const records = await anonymizer(rules({ email: 'drop' })).records([
    { note: 'write to jane@example.com', list: ['a', 'jane@example.com'], n: 1 },
  ])
  expect(records).toEqual([{ list: ['a', null], n: 1 }])
})

describe('records', () => {
  it('are cleaned in nested values, lists, numbers and names of columns', async () => {
    const [record] = await anonymizer(new Map()).records([
      {
        customer: { contact: { mail: 'jane@example.com' }, cards: [4111111111111111, 7] },
        'jane@example.com': 1,
        'john@example.com': 2,
        plain: 'as it was',
      },
    ])
    expect(record).toEqual({
      customer: { contact: { mail: '[EMAIL]' }, cards: ['[CREDIT_CARD]', 7] },
      '[EMAIL]': 1,
      '[EMAIL] 2': 2,
      plain: 'as it was',
    })
  })

  it('keep what no rule names, and what a rule leaves alone', async () => {
    const record = { mail: 'jane@example.com', card: '4111111111111111', id: '529.982.247-25' }
    const cleaned = await anonymizer(rules({ email: null, national_id: 'redact' })).records([record])
    expect(cleaned).toEqual([{ ...record, id: '[BR_CPF]' }])
  })

  it('are cleaned where a column is mapped, whatever stands there', async () => {
    const map = { a: 'name', 'b.c': 'ssn', d: 'email', e: 'address', f: 'disability' } as const
    const cleaned = await anonymizer(rules({ name: 'redact', email: null }), map).records([
      { a: 'x', b: { c: 12 }, c: 12, d: 'kept', e: { street: 'Elm' }, f: true },
    ])
    expect(cleaned).toEqual([
      { a: '[NAME]', b: { c: '[SSN]' }, c: 12, d: 'kept', e: '[ADDRESS]', f: '[DISABILITY]' },
    ])
  })

  it('are cleaned as the kind that a rule names when they may be two', async () => {
    // A valid NHS number that is written like an American phone number.
    const text = 'ring 943-476-5919'
    expect(await anonymizer(rules({ phone_number: 'redact' })).records([{ text }])).toEqual([
      { text: 'ring [PHONE_NUMBER]' },
    ])
  })

  it('do not change their prototype by a column called __proto__', async () => {
    const sent = JSON.parse('{"__proto__":{"mail":"jane@example.com"}}') as Record<string, never>
    const [record] = await anonymizer(new Map()).records([sent])
    expect(JSON.stringify(record)).toBe('{"__proto__":{"mail":"[EMAIL]"}}')
    expect(Object.getPrototypeOf(record)).toBe(Object.prototype)
  })

  it('may not be nested or long beyond what can be searched', async () => {
    let deep: object = { mail: 'jane@example.com' }
    for (let level = 0; level < 5000; level++) deep = { deep }
    const [record] = await anonymizer(new Map()).records([{ deep: deep as never, long: 'x'.repeat(20_001) }])
    expect(JSON.stringify(record)).toMatch(/\[NESTED TOO DEEP\]/)
    expect(record!['long']).toBe('[TEXT OF 20001 CHARACTERS NOT KEPT]')
  })
})
