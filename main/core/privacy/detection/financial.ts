import { findCardNumbers } from './card-number'
import { findIbans } from './iban'
import { isRoutingNumber } from './checksums'
import { rateCryptoAddress } from './crypto-address'
import type { Detector } from './detector'
import { digitsOf, hasDigits } from './detector'

const isNumberLike = (text: string): boolean => /\d/.test(text)

/** Accounts, cards and money. */
export const FINANCIAL: readonly Detector[] = [
  {
    type: 'credit_card',
    digits: 12,
    find: findCardNumbers,
    hinted: 0.99,
    names:
      'credit_card creditcard card_number card_no cc_number ccnum debit_card cardnumber kreditkarte =card =pan',
    exceptNames: 'card_number_count',
    nameOnly: 0.8,
    texts: (text) => digitsOf(text).length >= 4,
    numbers: hasDigits(4, 16),
  },
  {
    type: 'card_cvv',
    names: 'cvv cvc cvv2 cvc2 csc card_security_code card_verification',
    nameOnly: 0.95,
    texts: (text) => /^\d{3,4}$/.test(text.trim()),
    numbers: hasDigits(1, 4),
  },
  {
    type: 'card_expiry',
    names: 'card_expiry card_expiration cc_expiry cc_exp expiry_date expiration_date exp_date',
    nameOnly: 0.75,
    texts: isNumberLike,
  },
  {
    type: 'iban',
    digits: 4,
    find: findIbans,
    hinted: 0.99,
    names: 'iban',
    nameOnly: 0.8,
    texts: isNumberLike,
  },
  {
    type: 'swift_bic',
    pattern: /(?<![\p{L}\d])[A-Z]{6}[A-Z0-9]{2}(?:[A-Z0-9]{3})?(?![\p{L}\d])/gu,
    confidence: 0.1,
    hinted: 0.95,
    names: 'swift bic swift_code bic_code swift_bic',
    nameOnly: 0.7,
  },
  {
    type: 'bank_account',
    digits: 6,
    pattern: /(?<![\p{L}\d.-])\d{6,17}(?![\p{L}\d.-])/gu,
    confidence: 0.05,
    hinted: 0.9,
    names:
      'bank_account bank_account_number account_number account_no acct_no acct_number acct kontonummer beneficiary_account',
    nameOnly: 0.8,
    texts: isNumberLike,
    numbers: hasDigits(4, 17),
  },
  {
    type: 'routing_number',
    digits: 9,
    pattern: /(?<![\p{L}\d-])\d{9}(?![\p{L}\d-])/gu,
    accepts: isRoutingNumber,
    confidence: 0.35,
    hinted: 0.97,
    names: 'routing routing_number aba aba_number routing_no sort_code bankleitzahl blz ifsc',
    nameOnly: 0.7,
    texts: isNumberLike,
    numbers: hasDigits(6, 9),
  },
  {
    type: 'crypto_address',
    digits: 3,
    pattern:
      /(?<![\p{L}\d])(?:0x[0-9a-f]{40}|bc1[02-9ac-hj-np-z]{11,71}|[13][1-9A-HJ-NP-Za-km-z]{25,34})(?![\p{L}\d])/giu,
    accepts: rateCryptoAddress,
    hinted: 0.98,
    names: 'wallet_address crypto_address btc_address eth_address bitcoin_address wallet',
    nameOnly: 0.7,
  },
  {
    type: 'income',
    names: 'salary annual_income yearly_income monthly_income household_income income',
    nameOnly: 0.6,
    texts: isNumberLike,
    numbers: Number.isFinite,
  },
  { type: 'credit_score', names: 'credit_score fico fico_score', nameOnly: 0.6, numbers: Number.isFinite },
]
